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

    /// <summary>Whether each WebSocket can be of use. One that cannot is no reason not to start: the chain is polled.</summary>
    public async Task<IReadOnlyList<Proof>> RunSocketsAsync(CancellationToken cancellation)
    {
        var proofs = chain.Endpoints.Index().Where(endpoint => endpoint.Item.Ws is not null).Select(async endpoint =>
        {
            var (field, name) = ($"chain.endpoints[{endpoint.Index}].ws", endpoint.Item.Name);
            var (chainId, failure) = await SocketProbe.AskAsync(endpoint.Item.Ws!, cancellation);
            if (chainId is { } other && other != chain.Id) return Proof.Wrong(field, $"({name}) is on chain {other}, chain.id is {chain.Id}", $"a WebSocket of chain {chain.Id}");
            return failure is null ? Proof.Ok(field, $"({name}) tells heads of chain {chain.Id}")
                : Proof.Warning(field, $"({name}) is of no use: {failure}", "a WebSocket that takes subscriptions; the endpoint is polled otherwise");
        });
        return await Task.WhenAll(proofs);
    }

    private async Task<(ulong? ChainId, ulong Head, string? Failure)> AskAsync(EndpointOptions endpoint, CancellationToken cancellation)
    {
        try
        {
            await using var client = connect([endpoint]);
            var id = await client.GetChainIdAsync(cancellation);
            return (id, id == chain.Id ? (await client.GetHeaderAsync(BlockId.Latest, cancellation)).Ref.Number : 0, null);
        }
        catch (ChainException error)
        {
            return (null, 0, error.Message);
        }
    }

    private Proof Judge(string field, EndpointOptions endpoint, (ulong? ChainId, ulong Head, string? Failure) answer, bool anyAnswered)
    {
        const string Reachable = "a node that is reachable and speaks JSON-RPC";
        if (answer.ChainId == chain.Id) return Proof.Ok(field, $"({endpoint.Name}) is on chain {chain.Id}, at block {answer.Head}");
        if (answer.ChainId is { } other) return Proof.Wrong(field, $"({endpoint.Name}) is on chain {other}, chain.id is {chain.Id}", $"an endpoint of chain {chain.Id}, or chain.id {other}");
        var detail = $"({endpoint.Name}) gave no answer: {answer.Failure}";
        return anyAnswered ? Proof.Warning(field, detail, Reachable) : Proof.Missing(field, detail, Reachable);
    }
}
