using Keeper.Core.Chain.Nodes;
using Keeper.Core.Primitives;

namespace Keeper.Core.Chain.Following;

/// <summary>Tells how far the chain is final: by the node's tag, or by depth where it knows none. The height never goes back. Used by one task.</summary>
/// <param name="contradicts">Whether the blocks that were followed hold another one at that height, or end before it: one node's word is no reason to believe otherwise.</param>
/// <param name="isKnown">Whether the block is one of those. One below them, as right after a start, is told once the other endpoints were asked: beside the following, which waits for none of them.</param>
internal sealed class FinalityWatch(NodeRouter router, FollowOptions options, EventQueue queue, Func<BlockRef, bool> contradicts, Func<BlockRef, bool> isKnown, FinalityProof proof)
{
    private bool _byDepth;
    private ulong _told;
    private ulong _nextLook;

    /// <summary>The block that others are asked about; null where it is not to be believed.</summary>
    private Task<BlockRef?>? _asked;

    public async Task LookAsync(BlockRef last, CancellationToken cancellation)
    {
        if (_asked is { IsCompleted: true } answered)
        {
            _asked = null;
            if (await answered.ConfigureAwait(false) is { } block) await TellAsync(Believe(block), last, cancellation).ConfigureAwait(false);
        }
        if (last.Number < _nextLook || _asked is not null) return;
        _nextLook = last.Number + options.FinalityEvery;
        await TellAsync(await FinalNumberAsync(last, cancellation).ConfigureAwait(false), last, cancellation).ConfigureAwait(false);
    }

    private async Task TellAsync(ulong number, BlockRef last, CancellationToken cancellation)
    {
        var final = Math.Min(number, last.Number);
        if (final <= _told) return;
        _told = final;
        await queue.FinalizedAsync(final, cancellation).ConfigureAwait(false);
    }

    private async Task<ulong> FinalNumberAsync(BlockRef last, CancellationToken cancellation)
    {
        if (!_byDepth)
        {
            try
            {
                var (teller, header) = await router.ReadAsync(
                    async (node, token) => (node, (await node.GetHeadersAsync([new BlockId.Tagged(BlockTag.Finalized)], token).ConfigureAwait(false))[0]), cancellation).ConfigureAwait(false);
                // null: nothing is final yet.
                if (header is null || contradicts(header.Ref)) return 0;
                if (isKnown(header.Ref) || router.Nodes.Count == 1) return Believe(header.Ref);
                _asked = AskAsync(teller, header.Ref, cancellation);
                return 0;
            }
            catch (ChainException error) when (error.Fault is ChainFault.Rejected)
            {
                _byDepth = true;
            }
            catch (ChainException)
            {
                return 0; // asked again a few blocks later
            }
        }
        return last.Number > (ulong)options.FinalityDepth ? last.Number - (ulong)options.FinalityDepth : 0;
    }

    private async Task<BlockRef?> AskAsync(INode teller, BlockRef block, CancellationToken cancellation) =>
        await proof.HoldsAsync(teller, block, cancellation).ConfigureAwait(false) ? block : null;

    private ulong Believe(BlockRef block)
    {
        router.Board.Final(block);
        return block.Number;
    }
}
