using Keeper.Core.Primitives;

namespace Keeper.Core.Chain;

/// <summary>What happened on the chain, in the order in which it must be applied.</summary>
public abstract record ChainEvent
{
    private ChainEvent() { }

    /// <summary>The next block after the last one that was told, linked to it by parent hash, with every log that the filter wants, in order.</summary>
    public sealed record Block(BlockRef Ref, Wei BaseFeePerGas, Gas GasLimit, IReadOnlyList<Log> Logs) : ChainEvent;

    /// <summary>A log of a known feed that arrived before its block was linked: true only until the next <see cref="Block"/> or <see cref="Reorg"/>.</summary>
    public sealed record OracleHint(Log Log) : ChainEvent;

    /// <summary>Blocks after <paramref name="CommonAncestor"/> that were told are no longer canonical.</summary>
    public sealed record Reorg(BlockRef CommonAncestor) : ChainEvent;

    /// <summary>Blocks up to and including this height will not change.</summary>
    public sealed record Finalized(ulong Number) : ChainEvent;
}
