using Keeper.Core.Chain.Abi;
using Keeper.Core.Chain.Contracts;
using Keeper.Core.Primitives;
using Keeper.Core.Telemetry;

namespace Keeper.Core.Chain.Nodes;

/// <summary>
/// Calls at one block, the plain ones among them as one call of a Multicall3 contract, where the chain profile names one: nodes count and
/// limit calls, not contracts. What the batch does not tell for sure is asked for again, each call by itself at the same block.
/// </summary>
internal sealed class ViewBatch(NodeRouter router, IMulticallCodec codec, Address? multicall)
{
    /// <summary>Views in one call: they share the gas that a node gives to one.</summary>
    public const int MaxViews = 100;

    public Task<IReadOnlyList<CallResult>> CallAsync(IReadOnlyList<CallRequest> calls, BlockId at, CancellationToken cancellation)
    {
        var plain = Enumerable.Range(0, calls.Count).Where(i => calls[i].IsPlain).ToArray();
        return multicall is { } contract && plain.Length > 1
            ? router.ReadAsync((node, token) => CallAsync(node, contract, calls, plain, at, token), cancellation)
            : router.ReadAsync((node, token) => node.CallAsync(calls, at, token), cancellation);
    }

    private async Task<IReadOnlyList<CallResult>> CallAsync(INode node, Address contract, IReadOnlyList<CallRequest> calls, int[] plain, BlockId at, CancellationToken cancellation)
    {
        var groups = plain.Chunk(MaxViews).ToArray();
        int[] single = [.. Enumerable.Range(0, calls.Count).Except(plain)];
        var answers = await node.CallAsync(
            [.. groups.Select(group => codec.Encode(contract, [.. group.Select(i => calls[i])])), .. single.Select(i => calls[i])], at, cancellation).ConfigureAwait(false);

        var results = new CallResult?[calls.Count];
        for (var i = 0; i < single.Length; i++) results[single[i]] = answers[groups.Length + i];
        for (var i = 0; i < groups.Length; i++) Place(groups[i], answers[i], results);

        int[] open = [.. plain.Where(i => results[i] is null)];
        if (open.Length > 0)
        {
            ChainInstruments.AskedAlone(open.Length);
            var alone = await node.CallAsync([.. open.Select(i => calls[i])], at, cancellation).ConfigureAwait(false);
            for (var i = 0; i < open.Length; i++) results[open[i]] = alone[i];
        }
        return results!;
    }

    /// <summary>Leaves open what the batch cannot tell: all of it where the contract did not answer, and a failure without data, which may be one of the shared gas.</summary>
    private void Place(int[] group, CallResult answer, CallResult?[] results)
    {
        if (answer is not CallResult.Returned(var data)) return;
        try
        {
            var views = codec.Decode(data, group.Length);
            for (var i = 0; i < group.Length; i++)
                if (views[i] is not CallResult.Reverted { Data.IsEmpty: true }) results[group[i]] = views[i];
        }
        catch (AbiException)
        {
            // No such contract at that block, or one of another kind.
        }
    }
}
