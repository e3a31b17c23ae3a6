using Keeper.Core.Chain;
using Keeper.Core.Planning;
using Keeper.Core.Primitives;
using Keeper.Core.Telemetry;

namespace Keeper.Core.Submission;

/// <summary>Decisions about unmined slots, pure.</summary>
public static class SendState
{
    /// <param name="Fees">The newest bid.</param>
    /// <param name="IsCancel">The newest attempt is a cancel.</param>
    /// <param name="IsOfThisHead">It was signed since the head before this one.</param>
    /// <param name="IsDue">It has had its time.</param>
    /// <param name="Answer">A node's last word on it; null before the first.</param>
    /// <param name="IsFirst">No slot with a lower nonce is unmined: only this one can be stuck for its price.</param>
    /// <param name="DeadlinePassed">The executor refuses the call in the next block.</param>
    /// <param name="UrgencyPpm">The part of the time to the deadline that has passed.</param>
    /// <param name="Limit">The most for a unit of gas, from the profit bound.</param>
    /// <param name="Preview">What would become of it on the state of this head.</param>
    public readonly record struct View(
        Fees Fees, bool IsCancel, bool IsOfThisHead, bool IsDue, SendError? Answer, bool IsFirst, bool DeadlinePassed, uint UrgencyPpm, Wei Limit, Preview Preview)
    {
        public bool IsAccepted => Answer is SendError.None or SendError.Known;
    }

    public static SlotAction Decide(View slot, GasMarket market, SubmissionOptions options)
    {
        if (!slot.IsCancel && Obsolete(slot) is { } why)
        {
            return CancelBid(slot.Fees, slot.Answer, market, options) is { } cancel
                ? new SlotAction.Cancel(cancel, why) : new SlotAction.Rebroadcast(FeeCapHit: true);
        }
        if (slot.IsOfThisHead && slot.IsAccepted) return new SlotAction.Wait();
        if (!slot.IsFirst || !slot.IsDue || FeeRules.IsCompetitive(slot.Fees, market)) return new SlotAction.Rebroadcast(FeeCapHit: false);

        var (limit, urgency) = slot.IsCancel ? (options.HardFeeCap, FeeRules.Whole) : (slot.Limit, slot.UrgencyPpm);
        if (FeeRules.Bump(slot.Fees, market, limit, urgency, options) is { } fees) return new SlotAction.Bump(fees);
        // What the deadline itself could not allow is the bound; anything less comes in time.
        return new SlotAction.Rebroadcast(FeeCapHit: FeeRules.Bump(slot.Fees, market, limit, FeeRules.Whole, options) is null);
    }

    /// <summary>No block can take the bytes, whatever they bid: nothing becomes of the plan.</summary>
    public static bool IsRefusedForGood(SendError? answer) => answer is SendError.IntrinsicGas or SendError.GasLimit;

    /// <summary>What a cancel offers. It earns nothing, so that no profit bounds it; its little gas at the hard cap does.</summary>
    /// <param name="answer">A node's last word on the bid before.</param>
    /// <returns>Null where more than the bid before may not be offered. Where that one is in no pool, no more is needed.</returns>
    public static Fees? CancelBid(Fees previous, SendError? answer, GasMarket market, SubmissionOptions options) =>
        FeeRules.Bump(previous, market, options.HardFeeCap, FeeRules.Whole, options) ?? (IsRefusedForGood(answer) ? previous : null);

    /// <summary>For people: why no node takes it.</summary>
    public static string Refusal(SendError answer) => $"a node refuses it for good: {Label.Of(answer)}";

    /// <summary>The part of the time from <paramref name="from"/> to the deadline that has passed.</summary>
    public static uint Urgency(ulong from, ulong now, ulong deadline) =>
        now >= deadline ? FeeRules.Whole
        : now <= from ? 0
        : (uint)((UInt128)(now - from) * FeeRules.Whole / (deadline - from));

    private static string? Obsolete(View slot) =>
        slot.DeadlinePassed ? "its deadline has passed"
        : IsRefusedForGood(slot.Answer) ? Refusal(slot.Answer!.Value)
        : slot.Preview.Kind == PreviewKind.Fails ? slot.Preview.Detail : null;
}
