using Keeper.Core.Journal;
using Keeper.Core.Submission.Rivals;

namespace Keeper.Core.Submission;

/// <summary>What became of an account of a mined transaction, pure.</summary>
internal static class Judgement
{
    /// <summary>A call that succeeds and changes nothing has liquidated nothing, and would succeed again in every block.</summary>
    /// <param name="isTouched">The protocol's own logs in the receipt tell of the account.</param>
    public static Fate Witnessed(Fate fate, bool isTouched) =>
        fate is Fate.Succeeds && !isTouched ? new Fate.Fails(new(false, "it succeeded, and the protocol tells of no change", IsKnown: false)) : fate;

    /// <param name="fate">By the receipt's own logs.</param>
    /// <param name="first">Who else liquidated the account between the decision and the receipt; null where no block tells.</param>
    public static Judged OfMined(string account, Fate fate, Sighting? first) => fate switch
    {
        Fate.Succeeds => new(new(account, Outcome.Won, null)),
        Fate.Fails(var failure) when failure.NoLongerNeeded => NotNeeded(account, failure.Detail, first),
        Fate.Fails(var failure) => new(new(account, Outcome.Reverted, failure.Detail), failure.IsKnown ? BackoffReason.Reverted : BackoffReason.Quarantined),
        _ => new(new(account, Outcome.Reverted, "the receipt does not tell"), BackoffReason.Reverted),
    };

    /// <param name="reason">Why the whole transaction reverted.</param>
    /// <param name="fate">What the account's calls do on the state after the block, without the least profit that was asked for.</param>
    /// <param name="isOfOthers">Other accounts of the batch explain the revert.</param>
    public static Judged OfReverted(string account, string reason, Fate fate, Sighting? first, bool isOfOthers) => fate switch
    {
        Fate.Breaks(var own) => new(new(account, Outcome.Reverted, own), BackoffReason.Reverted),
        Fate.Fails(var failure) when !failure.NoLongerNeeded => OfMined(account, fate, first),
        Fate.Fails(var failure) => NotNeeded(account, failure.Detail, first),
        _ when first is { IsOurs: false } => NotNeeded(account, reason, first),
        _ when isOfOthers => new(new(account, Outcome.Superseded, $"its batch reverted: {reason}")),
        _ => new(new(account, Outcome.Reverted, reason), BackoffReason.BatchReverted),
    };

    /// <param name="givenUp">Why it was cancelled before its deadline; null where the deadline had passed.</param>
    public static Judged OfCancelled(string account, string? givenUp, Sighting? first) =>
        givenUp is null ? new(new(account, Outcome.Expired, "cancelled"))
        : first is null ? new(new(account, Outcome.Superseded, givenUp))
        : NotNeeded(account, givenUp, first);

    private static Judged NotNeeded(string account, string detail, Sighting? first) => new(first switch
    {
        null => new(account, Outcome.Raced, $"recovered or repaid: {detail}"),
        { IsOurs: true } => new(account, Outcome.Superseded, $"liquidated by our own {first.Transaction}"),
        _ => new AccountOutcome(account, Outcome.Raced, detail, first.ToRival()),
    });
}
