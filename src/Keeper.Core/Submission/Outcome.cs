namespace Keeper.Core.Submission;

/// <summary>
/// How the intent to liquidate an account ended. The same names stand in metrics, journal, log and documents. What never became
/// an intent is skipped, and has a <see cref="Planning.SkipReason"/>.
/// </summary>
public enum Outcome
{
    /// <summary>Our liquidation succeeded, by receipt.</summary>
    Won,

    /// <summary>When our transaction ran the account needed nothing any more: a rival was first, who stands beside it, or it recovered or was repaid.</summary>
    Raced,

    /// <summary>It failed on chain for another reason, which is decoded beside it.</summary>
    Reverted,

    /// <summary>Its deadline passed before it was mined.</summary>
    Expired,

    /// <summary>
    /// Given up for another try of our own: the rest of its batch failed, another of our transactions had done it, or it was
    /// cancelled before its deadline.
    /// </summary>
    Superseded,

    /// <summary>None of its transactions can be mined any more; the <see cref="AbandonReason"/> stands beside it.</summary>
    Abandoned,
}
