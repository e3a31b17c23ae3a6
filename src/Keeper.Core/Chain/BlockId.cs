using Keeper.Core.Primitives;

namespace Keeper.Core.Chain;

/// <summary>Names the block at which something is read.</summary>
public abstract record BlockId
{
    private BlockId() { }

    /// <summary>The block with this hash, and only it (EIP-1898, <c>requireCanonical</c>).</summary>
    public sealed record ByHash(Hash32 Hash) : BlockId;

    public sealed record ByNumber(ulong Number) : BlockId;

    /// <summary>One of the tags that a node resolves itself.</summary>
    public sealed record Tagged(BlockTag Tag) : BlockId;

    public static BlockId Latest { get; } = new Tagged(BlockTag.Latest);
    public static BlockId Pending { get; } = new Tagged(BlockTag.Pending);
    public static BlockId At(BlockRef block) => new ByHash(block.Hash);
    public static BlockId At(ulong number) => new ByNumber(number);
}
