using Keeper.Core.Chain;
using Keeper.Host.Configuration;

namespace Keeper.Host.Checks;

/// <summary>That a missing log would be noticed: the newest block is proven as the chain's profile says, on each endpoint by itself.</summary>
internal sealed class CompletenessProof(ChainOptions chain, Func<IReadOnlyList<EndpointOptions>, IChainClient> connect)
{
    private readonly string _field = $"chains/{chain.Id}.json: completeness";

    public async Task<IReadOnlyList<Proof>> RunAsync(CancellationToken cancellation)
    {
        if (chain.Profile.Completeness == LogCompleteness.Agreement) return [OfAgreement()];
        var answers = await Task.WhenAll(chain.Endpoints.Select(endpoint => AskAsync(endpoint, cancellation)));
        var anyProves = answers.Any(answer => answer.Proves == true);
        return [.. chain.Endpoints.Select((endpoint, i) => Judge(endpoint, answers[i], anyProves))];
    }

    private Proof OfAgreement() => chain.Endpoints.Count > 1
        ? Proof.Ok(_field, $"is agreement: a block counts when two of the {chain.Endpoints.Count} endpoints tell the same logs")
        : Proof.Warning(_field, "is agreement, and there is one endpoint: nothing proves that it tells every log and no other", "a second endpoint, of another operator");

    private async Task<(bool? Proves, BlockHeader? Block, string? Failure)> AskAsync(EndpointOptions endpoint, CancellationToken cancellation)
    {
        try
        {
            await using var client = connect([endpoint]);
            var header = await client.GetHeaderAsync(BlockId.Latest, cancellation);
            return (await client.ProvesReceiptsAsync(header, cancellation), header, null);
        }
        catch (ChainException error)
        {
            return (null, null, error.Message);
        }
    }

    private Proof Judge(EndpointOptions endpoint, (bool? Proves, BlockHeader? Block, string? Failure) answer, bool anyProves)
    {
        var block = answer.Block?.Ref.Number;
        if (answer is { Proves: true, Block.Logs.IsSealed: true }) return Proof.Ok(_field, $"is receiptsRoot: block {block} of {endpoint.Name} hashes to its hash, and its receipts to its root");
        // A fork has appended a member, most likely: every block's receipts are asked for then, which proves as much and costs more.
        if (answer.Proves == true) return Proof.Warning(_field, $"is receiptsRoot, and the receipts of block {block} of {endpoint.Name} hash to its root, but its header not to its hash", "a version of the keeper that knows this chain's headers");
        var detail = answer.Proves is null
            ? $"is receiptsRoot, and {endpoint.Name} does not tell the receipts of a block: {answer.Failure}"
            : $"is receiptsRoot, and the receipts of block {block} of {endpoint.Name} do not hash to its root";
        const string Expected = "an endpoint with eth_getBlockReceipts on a chain that hashes receipts as Ethereum does; else agreement";
        return anyProves ? Proof.Warning(_field, detail, Expected) : answer.Proves is null ? Proof.Missing(_field, detail, Expected) : Proof.Wrong(_field, detail, Expected);
    }
}
