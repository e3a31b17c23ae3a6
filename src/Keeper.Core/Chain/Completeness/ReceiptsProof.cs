namespace Keeper.Core.Chain.Completeness;

/// <summary>Takes a block's logs from all its receipts, once these are proven to be the ones that its header commits to.</summary>
internal static class ReceiptsProof
{
    /// <param name="header">With a <see cref="LogCommitment"/>.</param>
    public static bool Holds(BlockHeader header, IReadOnlyList<BlockReceipt> receipts, Keccak256 keccak) =>
        OrderedTrie.Root([.. receipts.Select(receipt => ReceiptEncoding.Encode(receipt, keccak))], keccak) == header.Logs!.ReceiptsRoot;

    /// <summary>The wanted logs in order. Block and position are not what the receipts say, which no root covers, but where they stand.</summary>
    /// <param name="header">With a <see cref="LogCommitment"/>.</param>
    /// <returns>Null where the receipts are not those of the block.</returns>
    public static IReadOnlyList<Log>? LogsOf(BlockHeader header, IReadOnlyList<BlockReceipt> receipts, Predicate<Log> wanted, Keccak256 keccak)
    {
        if (!Holds(header, receipts, keccak)) return null;
        var logs = new List<Log>();
        var index = 0u;
        foreach (var log in receipts.SelectMany(receipt => receipt.Logs))
        {
            if (wanted(log)) logs.Add(log with { BlockNumber = header.Ref.Number, BlockHash = header.Ref.Hash, LogIndex = index });
            index++;
        }
        return logs;
    }
}
