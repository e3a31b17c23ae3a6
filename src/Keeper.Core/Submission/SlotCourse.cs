namespace Keeper.Core.Submission;

/// <summary>What a head makes of a slot.</summary>
public enum SlotCourse
{
    /// <summary>The answers do not fit together yet: the next head asks again.</summary>
    Wait,

    /// <summary>Its nonce is free: keep it alive, bid it up or cancel it.</summary>
    Push,

    /// <summary>Its nonce is used, and nothing of ours has a receipt: a node lags, or somebody else used it.</summary>
    Doubt,

    /// <summary>A block holds it.</summary>
    Include,

    /// <summary>A block holds it, and is deep enough for an outcome.</summary>
    Settle,

    /// <summary>Settled, and as it was.</summary>
    Keep,

    /// <summary>Settled, and in another block by now: its outcome may be another there.</summary>
    Rejudge,

    /// <summary>Settled, and out of the chain again: its bytes begin another plan.</summary>
    Reopen,
}
