namespace Keeper.Core.Chain.Nodes;

/// <summary>Headers through a router.</summary>
internal static class HeaderReads
{
    /// <exception cref="ChainException">Also with <see cref="ChainFault.UnknownBlock"/> where the node has no such block.</exception>
    public static async Task<BlockHeader> ReadHeaderAsync(this NodeRouter router, BlockId block, CancellationToken cancellation) =>
        await router.FindHeaderAsync(block, cancellation).ConfigureAwait(false) ?? throw NoSuchBlock();

    /// <summary>Null where the node has no such block.</summary>
    public static Task<BlockHeader?> FindHeaderAsync(this NodeRouter router, BlockId block, CancellationToken cancellation) => block == BlockId.Latest ? router.ReadLatestAsync(cancellation) : router.ReadAsync(
        async (node, token) => (await node.GetHeadersAsync([block], token).ConfigureAwait(false))[0], cancellation);

    /// <summary>The headers of a range, both ends included, which the node must have.</summary>
    public static Task<List<BlockHeader>> ReadHeadersAsync(this NodeRouter router, ulong from, ulong to, CancellationToken cancellation)
    {
        BlockId[] blocks = [.. Enumerable.Range(0, (int)(to - from + 1)).Select(i => BlockId.At(from + (ulong)i))];
        return router.ReadAsync(async (node, token) => (await node.GetHeadersAsync(blocks, token).ConfigureAwait(false)).Select(header => header ?? throw NoSuchBlock()).ToList(), cancellation);
    }

    private static ChainException NoSuchBlock() => new("The node has no such block.", ChainFault.UnknownBlock);
}
