namespace Keeper.Core.Submission;

/// <summary>How an intent ended. The same names stand in metrics, journal, alerts and documents.</summary>
public enum Outcome
{
    /// <summary>Our liquidation succeeded, by receipt.</summary>
    Won,

    /// <summary>Somebody else was first: the account was no longer liquidatable.</summary>
    Raced,

    /// <summary>It failed on chain for another reason, which is decoded beside it.</summary>
    Reverted,

    /// <summary>Its deadline passed before it was mined.</summary>
    Expired,

    /// <summary>The state that it was decided on had changed so that it would have failed: cancelled before its deadline, and planned anew where something is still to be done.</summary>
    Superseded,

    /// <summary>Given up before anything was mined; the reason stands beside it.</summary>
    Abandoned,
}
