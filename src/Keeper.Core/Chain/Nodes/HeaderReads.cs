using Keeper.Core.Primitives;
using Keeper.Core.Telemetry;

namespace Keeper.Core.Chain.Nodes;

/// <summary>Headers through a router.</summary>
internal static class HeaderReads
{
    /// <exception cref="ChainException">Also with <see cref="ChainFault.UnknownBlock"/> where the node has no such block.</exception>
    public static async Task<BlockHeader> ReadHeaderAsync(this NodeRouter router, BlockId block, CancellationToken cancellation) =>
        await router.FindHeaderAsync(block, cancellation).ConfigureAwait(false) ?? throw NoSuchBlock();

    /// <summary>Null where the node has no such block.</summary>
    public static Task<BlockHeader?> FindHeaderAsync(this NodeRouter router, BlockId block, CancellationToken cancellation) => block == BlockId.Latest ? router.ReadLatestAsync(cancellation) : router.ReadAsync(
        async (node, token) => (await node.GetHeadersAsync([block], token).ConfigureAwait(false))[0] is { } header ? header with { Source = node.Name } : null, cancellation);

    /// <summary>The headers of a range, both ends included, which one node must have, each linked to the one before.</summary>
    public static Task<List<BlockHeader>> ReadHeadersAsync(this NodeRouter router, ulong from, ulong to, CancellationToken cancellation)
    {
        BlockId[] blocks = [.. Enumerable.Range(0, (int)(to - from + 1)).Select(i => BlockId.At(from + (ulong)i))];
        return router.ReadAsync(
            async (node, token) =>
            {
                var headers = (await node.GetHeadersAsync(blocks, token).ConfigureAwait(false)).Select(header => header is null ? throw NoSuchBlock() : header with { Source = node.Name }).ToList();
                for (var i = 1; i < headers.Count; i++)
                    // Also what a reorganisation amid the answers looks like: then another attempt is all that it costs.
                    if (headers[i].Ref.ParentHash != headers[i - 1].Ref.Hash) throw Refused(headers[i], "does not link to the one before");
                    else headers[i].RequireChildOf(headers[i - 1].Ref);
                return headers;
            },
            cancellation);
    }

    /// <summary>
    /// The height is the parent's and one, and the time is not before the parent's. Ethereum's is later; chains with several blocks a second have
    /// many of one second, and none goes back (OffchainLabs/nitro, arbos/block_processor.go, createNewHeader, takes the parent's where it would).
    /// </summary>
    /// <param name="parent">The block whose hash the header names as its parent's.</param>
    /// <param name="by">Who is to blame; null for the one that told the header.</param>
    /// <exception cref="ChainException">It is not so: counted against the one to blame.</exception>
    public static void RequireChildOf(this BlockHeader header, BlockRef parent, string? by = null)
    {
        if (header.Ref.Number != parent.Number + 1) throw Refused(header, "has a height that does not follow its parent's", by);
        if (header.Ref.Timestamp < parent.Timestamp) throw Refused(header, "has a time before its parent's", by);
    }

    private static ChainException Refused(BlockHeader header, string why, string? by = null)
    {
        by ??= header.Source;
        if (by is not null) ChainInstruments.IntegrityFailed(by, "header");
        return new($"{by ?? "A node"}: the header of block {header.Ref} {why}.", ChainFault.Malformed);
    }

    private static ChainException NoSuchBlock() => new("The node has no such block.", ChainFault.UnknownBlock);
}
