namespace Keeper.Core.Primitives;

/// <summary>One block of one chain: everything a decision reads, it reads at one of these.</summary>
/// <param name="Number">Height.</param>
/// <param name="Hash">Block hash.</param>
/// <param name="ParentHash">Hash of the block before: blocks are linked by it, never by height alone.</param>
/// <param name="Timestamp">Seconds since 1970 as the block states them.</param>
public readonly record struct BlockRef(ulong Number, Hash32 Hash, Hash32 ParentHash, ulong Timestamp)
{
    public override string ToString() => $"{Number} ({Hash.ToString()[..10]})";
}
