using Keeper.Core.Primitives;

namespace Keeper.Core.Chain;

/// <summary>One event log as the chain holds it. Topics stand in fields, so that a decoder reads them without allocating.</summary>
/// <param name="Address">The contract that emitted it.</param>
/// <param name="TopicCount">0 to 4; topics beyond it are zero and mean nothing.</param>
/// <param name="Data">The unindexed arguments, ABI-encoded.</param>
/// <param name="LogIndex">Position in the block; orders the logs of a block.</param>
public sealed record Log(
    Address Address,
    int TopicCount,
    Hash32 Topic0,
    Hash32 Topic1,
    Hash32 Topic2,
    Hash32 Topic3,
    ReadOnlyMemory<byte> Data,
    ulong BlockNumber,
    Hash32 BlockHash,
    Hash32 TransactionHash,
    uint LogIndex)
{
    /// <param name="i">0 to below <see cref="TopicCount"/>.</param>
    public Hash32 Topic(int i) => i switch { 0 => Topic0, 1 => Topic1, 2 => Topic2, 3 => Topic3, _ => throw new ArgumentOutOfRangeException(nameof(i)) };
}
