using Keeper.Core.Chain;
using Keeper.Host.Configuration;

namespace Keeper.Host.Checks;

/// <summary>Each endpoint by itself: a client of many would hide the one that is on another chain.</summary>
internal sealed class EndpointProofs(ChainOptions chain, Func<IReadOnlyList<EndpointOptions>, IChainClient> connect)
{
    public async Task<IReadOnlyList<Proof>> RunAsync(CancellationToken cancellation)
    {
        var answers = await Task.WhenAll(chain.Endpoints.Select(endpoint => AskAsync(endpoint, cancellation)));
        // One that is silent is no reason not to start where another answers.
        var anyAnswered = answers.Any(answer => answer.ChainId is not null);
        return [.. chain.Endpoints.Select((endpoint, index) => Judge($"chain.endpoints[{index}]", endpoint, answers[index], anyAnswered))];
    }

    private async Task<(ulong? ChainId, string? Failure)> AskAsync(EndpointOptions endpoint, CancellationToken cancellation)
    {
        try
        {
            await using var client = connect([endpoint]);
            return (await client.GetChainIdAsync(cancellation), null);
        }
        catch (ChainException error)
        {
            return (null, error.Message);
        }
    }

    private Proof Judge(string field, EndpointOptions endpoint, (ulong? ChainId, string? Failure) answer, bool anyAnswered)
    {
        const string Reachable = "a node that is reachable and speaks JSON-RPC";
        if (answer.ChainId == chain.Id) return Proof.Ok(field, $"({endpoint.Name}) is on chain {chain.Id}");
        if (answer.ChainId is { } other) return Proof.Wrong(field, $"({endpoint.Name}) is on chain {other}, chain.id is {chain.Id}", $"an endpoint of chain {chain.Id}, or chain.id {other}");
        var detail = $"({endpoint.Name}) gave no answer: {answer.Failure}";
        return anyAnswered ? Proof.Warning(field, detail, Reachable) : Proof.Missing(field, detail, Reachable);
    }
}
