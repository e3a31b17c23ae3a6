using Keeper.Core.Chain.Nodes;
using Keeper.Core.Primitives;
using Keeper.Core.Telemetry;
using Microsoft.Extensions.Logging;

namespace Keeper.Core.Chain.Following;

/// <summary>
/// What the other endpoints have in the place of a block that one of them calls final and that lies below all that were followed, as right after a start. Whoever is silent for
/// some seconds, or has no block there, changes nothing: he may be dead, and there may be nobody else.
/// </summary>
internal sealed class FinalityProof(NodeRouter router, TimeProvider time, ILogger logger)
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Puts aside who has another block there than most who answered. Where neither side is larger nobody knows who lies: all are named and counted.</summary>
    /// <returns>Whether the block may be believed to be final.</returns>
    public async Task<bool> HoldsAsync(INode teller, BlockRef block, CancellationToken cancellation)
    {
        var answers = await Task.WhenAll(router.Usable(failingToo: true).Where(node => node != teller).Select(node => AskAsync(node, block.Number, cancellation))).ConfigureAwait(false);
        var sides = answers.Append((Node: teller, Hash: block.Hash)).Where(answer => answer.Hash is not null).ToLookup(answer => answer.Hash, answer => answer.Node);
        if (sides.Count == 1) return true;
        var largest = sides.MaxBy(side => side.Count())!;
        if (sides.Count(side => side.Count() == largest.Count()) > 1)
        {
            foreach (var node in sides.SelectMany(side => side)) ChainInstruments.IntegrityFailed(node.Name, "finality");
            ChainLog.FinalityDisputed(logger, block.Number, teller.Name, string.Join(", ", sides.Where(side => side.Key != block.Hash).SelectMany(side => side).Select(node => node.Name)));
            return false;
        }
        foreach (var node in sides.Where(side => side.Key != largest.Key).SelectMany(side => side)) router.PutAside(node);
        return largest.Key == block.Hash;
    }

    private async Task<(INode Node, Hash32? Hash)> AskAsync(INode node, ulong number, CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
        try
        {
            var headers = await router.ReadFromAsync(node, (asked, token) => asked.GetHeadersAsync([BlockId.At(number)], token), either.Token).ConfigureAwait(false);
            return (node, headers[0]?.Ref.Hash);
        }
        catch (Exception error) when (error is ChainException || (error is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return (node, null);
        }
    }
}
