namespace Keeper.Core.Chain.Pending;

/// <summary>What became of a price update in the pool, and of a transaction of ours behind it.</summary>
public enum PendingFate
{
    /// <summary>A known transmitter's transaction began to wait.</summary>
    Seen,

    /// <summary>A transaction was signed to follow it.</summary>
    Followed,

    /// <summary>One that was followed is in the chain.</summary>
    Landed,

    /// <summary>One that was followed waits no more: what followed it is cancelled.</summary>
    Gone,

    /// <summary>One that was followed did not come in time: likewise.</summary>
    Expired,
}
