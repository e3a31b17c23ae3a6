namespace Keeper.Core.Submission.Rivals;

/// <summary>What we were doing about an account when somebody else liquidated it. The same names stand in metrics, journal and log.</summary>
public enum Doing
{
    /// <summary>It was healthy in our mirror at the last decision before that block, or unknown to it.</summary>
    NotSeen,

    /// <summary>It was left alone for the reason told beside it.</summary>
    Skipped,

    /// <summary>Its last failure was too recent.</summary>
    BackingOff,

    /// <summary>Sending was halted, for all or for the account's protocol.</summary>
    Halted,

    /// <summary>No keeper followed the block: it did not run, or had no mirror of the protocol.</summary>
    NotRunning,

    /// <summary>It was planned, and nothing was signed for it yet.</summary>
    Planned,

    /// <summary>A transaction of ours for it was signed.</summary>
    InFlight,
}
