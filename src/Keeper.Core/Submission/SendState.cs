using Keeper.Core.Chain;
using Keeper.Core.Planning;
using Keeper.Core.Primitives;

namespace Keeper.Core.Submission;

/// <summary>Decisions about unmined slots, pure.</summary>
public static class SendState
{
    /// <param name="Fees">The newest bid.</param>
    /// <param name="IsCancel">The newest attempt is a cancel.</param>
    /// <param name="BlocksSinceSigned">Heads since it was signed.</param>
    /// <param name="IsAccepted">A node took it.</param>
    /// <param name="IsFirst">No slot with a lower nonce is unmined: only this one can be stuck for its price.</param>
    /// <param name="DeadlinePassed">The executor refuses the call in the next block.</param>
    /// <param name="Limit">The most for a unit of gas, from the profit bound.</param>
    public readonly record struct View(Fees Fees, bool IsCancel, ulong BlocksSinceSigned, bool IsAccepted, bool IsFirst, bool DeadlinePassed, Wei Limit);

    public static SlotAction Decide(View slot, GasMarket market, SubmissionOptions options)
    {
        if (slot.DeadlinePassed && !slot.IsCancel)
        {
            // A cancel earns nothing, so that no profit bounds it; 21,000 gas at the hard cap do.
            return FeeRules.Bump(slot.Fees, market, options.HardFeeCap, options) is { } cancel
                ? new SlotAction.Cancel(cancel) : new SlotAction.Rebroadcast(FeeCapHit: true);
        }
        if (slot.BlocksSinceSigned == 0 && slot.IsAccepted) return new SlotAction.Wait();
        var due = slot.IsFirst && slot.BlocksSinceSigned >= (ulong)options.BumpAfterBlocks;
        if (!due || FeeRules.IsCompetitive(slot.Fees, market)) return new SlotAction.Rebroadcast(FeeCapHit: false);

        var limit = slot.IsCancel ? options.HardFeeCap : slot.Limit;
        return FeeRules.Bump(slot.Fees, market, limit, options) is { } fees
            ? new SlotAction.Bump(fees) : new SlotAction.Rebroadcast(FeeCapHit: true);
    }
}
