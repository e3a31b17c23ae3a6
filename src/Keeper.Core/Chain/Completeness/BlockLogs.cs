using Keeper.Core.Chain.Nodes;
using Keeper.Core.Primitives;
using Keeper.Core.Telemetry;

namespace Keeper.Core.Chain.Completeness;

/// <summary>The logs of linked blocks, proven as the chain's profile says. Used by one task.</summary>
internal sealed class BlockLogs(NodeRouter router, Agreement agreement, LogRange ranges, LogFilter filter, LogCompleteness kind, Keccak256 keccak)
{
    /// <summary>Blocks whose receipts are asked for in one batch: all receipts of a full block of Ethereum are about a megabyte of JSON.</summary>
    private const int ReceiptsAtOnce = 8;

    /// <summary>Up to this many blocks their logs are asked for by hash, in one batch; more are asked for by range.</summary>
    private const int ByHashLimit = 8;

    private readonly IReadOnlyList<LogCheck> _wanted = LogCheck.Of(filter);

    /// <summary>They have said that they do not serve receipts of blocks: to ask them first each time would cost a request and prove nothing. Replaced as a whole, since a slow read is asked of two.</summary>
    private volatile INode[] _withoutReceipts = [];
    private readonly FilterBloom _bloom = new(filter, keccak);

    /// <returns>One list a block, in order.</returns>
    /// <exception cref="ChainException">With <see cref="ChainFault.Unproven"/> where no endpoint's logs can be believed.</exception>
    public async Task<IReadOnlyList<IReadOnlyList<Log>>> ReadAsync(IReadOnlyList<BlockHeader> blocks, CancellationToken cancellation)
    {
        if (filter.IsEmpty) return [.. blocks.Select(_ => (IReadOnlyList<Log>)[])];
        if (kind == LogCompleteness.ReceiptsRoot) return await ProveAsync(blocks, cancellation).ConfigureAwait(false);
        return blocks.Count <= ByHashLimit ? await AgreeAsync([.. blocks.Select(header => header.Ref)], cancellation).ConfigureAwait(false) : await RangeAsync(blocks, cancellation).ConfigureAwait(false);
    }

    /// <summary>A bloom that is the block's own and lacks what the filter wants is the proof that there is nothing, and costs no request. All others give their receipts.</summary>
    private async Task<IReadOnlyList<IReadOnlyList<Log>>> ProveAsync(IReadOnlyList<BlockHeader> blocks, CancellationToken cancellation)
    {
        var logs = new IReadOnlyList<Log>[blocks.Count];
        Array.Fill(logs, []);
        var open = Enumerable.Range(0, blocks.Count).Where(i => blocks[i].Logs is not { IsSealed: true } said || _bloom.MayHold(said.Bloom));
        if (blocks.FirstOrDefault(header => header.Logs is null) is { } bare) throw new ChainException($"The header of block {bare.Ref} has no bloom or no receipts root.", ChainFault.Unproven);
        foreach (var piece in open.Chunk(ReceiptsAtOnce))
        {
            BlockHeader[] asked = [.. piece.Select(i => blocks[i])];
            var proven = await router.ReadAsync((node, token) => ProveAsync(node, asked, token), cancellation, _withoutReceipts).ConfigureAwait(false);
            await RequireAgreementAsync(asked, proven, cancellation).ConfigureAwait(false);
            for (var i = 0; i < piece.Length; i++) logs[piece[i]] = proven[i];
        }
        return logs;
    }

    /// <summary>Receipts that hash to the root of a header prove nothing where that header may be invented: there another endpoint must say the same, if there is one.</summary>
    private async Task RequireAgreementAsync(BlockHeader[] blocks, IReadOnlyList<Log>[] proven, CancellationToken cancellation)
    {
        var unsealed = Enumerable.Range(0, blocks.Length).Where(i => blocks[i].Logs is not { IsSealed: true }).ToArray();
        if (unsealed.Length == 0 || router.Nodes.Count == 1) return;
        var agreed = await AgreeAsync([.. unsealed.Select(i => blocks[i].Ref)], cancellation).ConfigureAwait(false);
        for (var i = 0; i < unsealed.Length; i++)
            if (!LogCheck.AreSame(agreed[i], proven[unsealed[i]])) throw new ChainException($"The header of block {blocks[unsealed[i]].Ref} is not that of its hash, and endpoints do not tell the logs of its receipts.", ChainFault.Unproven);
    }

    private async Task<IReadOnlyList<Log>[]> ProveAsync(INode node, BlockHeader[] blocks, CancellationToken cancellation)
    {
        var receipts = await ReceiptsAsync(node, blocks, cancellation).ConfigureAwait(false);
        var logs = new IReadOnlyList<Log>[blocks.Length];
        for (var i = 0; i < blocks.Length; i++)
        {
            var block = blocks[i];
            // A node may announce a block before it can tell its receipts: worth another attempt, also at the only endpoint.
            if (receipts[i] is not { } given) throw new ChainException($"{node.Name} has no receipts of block {block.Ref} yet.", ChainFault.Transport);
            if (ReceiptsProof.LogsOf(block, given, log => _wanted.Any(check => check.Wants(log)), keccak) is { } proven) logs[i] = proven;
            else
            {
                ChainInstruments.IntegrityFailed(node.Name, "receipts_root");
                throw new ChainException($"{node.Name}: its receipts of block {block.Ref} do not hash to the block's root.", ChainFault.Unproven);
            }
        }
        return logs;
    }

    private async Task<IReadOnlyList<IReadOnlyList<BlockReceipt>?>> ReceiptsAsync(INode node, BlockHeader[] blocks, CancellationToken cancellation)
    {
        try
        {
            return await node.GetBlockReceiptsAsync([.. blocks.Select(header => header.Ref.Hash)], cancellation).ConfigureAwait(false);
        }
        catch (NodeErrorException error) when (RpcWording.IsUnserved(error.Failure))
        {
            if (!_withoutReceipts.Contains(node)) _withoutReceipts = [.. _withoutReceipts, node];
            throw;
        }
    }

    private async Task<IReadOnlyList<IReadOnlyList<Log>>> AgreeAsync(BlockRef[] blocks, CancellationToken cancellation)
    {
        var answers = await Task.WhenAll(_wanted.Select(check => AgreeAsync(check, blocks, cancellation))).ConfigureAwait(false);
        return [.. blocks.Select((_, i) => LogCheck.Merged([.. answers.Select(answer => answer[i])]))];
    }

    private async Task<IReadOnlyList<IReadOnlyList<Log>>> AgreeAsync(LogCheck check, BlockRef[] blocks, CancellationToken cancellation) =>
        (await agreement.ReadAsync<IReadOnlyList<IReadOnlyList<Log>>>(async (node, token) => await node.GetLogsAsync(check, blocks, token).ConfigureAwait(false), static (a, b) => a.Zip(b).All(pair => LogCheck.AreSame(pair.First, pair.Second)), cancellation).ConfigureAwait(false))!;

    private async Task<IReadOnlyList<IReadOnlyList<Log>>> RangeAsync(IReadOnlyList<BlockHeader> blocks, CancellationToken cancellation)
    {
        var all = await ranges.ReadAsync(_wanted, blocks[0].Ref.Number, blocks[^1].Ref.Number, cancellation).ConfigureAwait(false);
        var byBlock = all.ToLookup(log => log.BlockNumber);
        return [.. blocks.Select(header => OfBlock(header.Ref, byBlock[header.Ref.Number]))];
    }

    private static IReadOnlyList<Log> OfBlock(BlockRef block, IEnumerable<Log> logs)
    {
        var list = logs.ToList();
        return list.TrueForAll(log => log.BlockHash == block.Hash) ? list : throw new ChainException("The chain changed while its logs were read.", ChainFault.UnknownBlock);
    }
}
