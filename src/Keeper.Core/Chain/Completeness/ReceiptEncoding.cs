using Keeper.Core.Chain.Rlp;

namespace Keeper.Core.Chain.Completeness;

/// <summary>
/// The bytes of a receipt in its block's trie: status, gas, bloom and logs as a list (EIP-658), behind its type (EIP-2718). A deposit of the OP stack
/// (type 0x7e) adds nonce and version since Canyon.
/// </summary>
internal static class ReceiptEncoding
{
    private const byte Legacy = 0, Deposit = 0x7e;

    public static byte[] Encode(BlockReceipt receipt, Keccak256 keccak)
    {
        var logs = new RlpWriter();
        foreach (var log in receipt.Logs) logs.List(Fields(log));
        var fields = new RlpWriter()
            .Number(receipt.Succeeded ? 1u : 0u)
            .Number(receipt.CumulativeGasUsed)
            .Bytes(Bloom.Of(receipt.Logs, keccak).Bits)
            .List(logs);
        if (receipt is { Type: Deposit, DepositVersion: { } version }) fields.Number(receipt.DepositNonce ?? 0).Number(version);
        return receipt.Type == Legacy ? fields.ToList() : fields.ToList(receipt.Type);
    }

    private static RlpWriter Fields(Log log)
    {
        var topics = new RlpWriter();
        for (var i = 0; i < log.TopicCount; i++) topics.Hash(log.Topic(i));
        return new RlpWriter().Address(log.Address).List(topics).Bytes(log.Data.Span);
    }
}
