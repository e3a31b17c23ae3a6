using Keeper.Core.Chain.Nodes;
using Keeper.Core.Primitives;

namespace Keeper.Core.Chain.Following;

/// <summary>Tells how far the chain is final: by the node's tag, or by depth where it knows none. The height never goes back.</summary>
/// <param name="contradicts">Whether the blocks that were followed hold another one at that height, or end before it: one node's word is no reason to believe otherwise.</param>
internal sealed class FinalityWatch(NodeRouter router, FollowOptions options, EventQueue queue, Func<BlockRef, bool> contradicts)
{
    private bool _byDepth;
    private ulong _told;
    private ulong _nextLook;

    public async Task LookAsync(BlockRef last, CancellationToken cancellation)
    {
        if (last.Number < _nextLook) return;
        _nextLook = last.Number + options.FinalityEvery;
        var final = Math.Min(await FinalNumberAsync(last, cancellation).ConfigureAwait(false), last.Number);
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
                // null: nothing is final yet.
                var header = await router.FindHeaderAsync(new BlockId.Tagged(BlockTag.Finalized), cancellation).ConfigureAwait(false);
                if (header is null || contradicts(header.Ref)) return 0;
                router.Board.Final(header.Ref);
                return header.Ref.Number;
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
}
