using Keeper.Core.Primitives;

namespace Keeper.Core.Chain.Pending;

/// <summary>What a pool tells.</summary>
public abstract record PoolEvent
{
    private PoolEvent() { }

    /// <summary>A transaction of a known transmitter waits.</summary>
    public sealed record Seen(PendingTransaction Transaction) : PoolEvent;

    /// <summary>A transaction that was watched waits no more and is in no block, or another one with its nonce waits instead.</summary>
    public sealed record Gone(Hash32 Transaction) : PoolEvent;
}
