using System.Globalization;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Completeness;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Primitives;
using Nethereum.Hex.HexTypes;
using Nethereum.RPC.Eth.DTOs;
using FeeHistory = Keeper.Core.Chain.FeeHistory;

namespace Keeper.Chain.Nethereum.Rpc;

/// <summary>From Nethereum's data objects to the port's.</summary>
internal static class Mapping
{
    /// <param name="isSealed">Of the answer as it came: the library's block lacks members of the header.</param>
    public static BlockHeader? ToHeader(this Block? block, bool isSealed) => block is null ? null : new(
        new BlockRef(Strict.Quantity(block.Number), Strict.Hash(block.BlockHash), Strict.Hash(block.ParentHash), Strict.Quantity(block.Timestamp)),
        block.BaseFeePerGas is null ? Wei.Zero : Strict.Wei(block.BaseFeePerGas), // absent before EIP-1559
        Strict.Gas(block.GasLimit),
        Strict.Gas(block.GasUsed),
        LogCommitment.Of(ToBloom(block.LogsBloom), block.ReceiptsRoot is null ? null : Strict.Hash(block.ReceiptsRoot), isSealed));

    /// <summary>A log of a block that is being removed has no place in an answer about the chain.</summary>
    public static IReadOnlyList<Log> ToLogs(this FilterLog[]? logs) => [.. Strict.Required(logs, "the list of logs").Select(ToMinedLog)];

    public static Log ToLog(this FilterLog log)
    {
        var index = Strict.Quantity(log.LogIndex);
        if (index > uint.MaxValue) throw new MalformedAnswerException("a log's index does not fit 32 bits");
        var topics = Strict.Required(log.Topics, "a log's topics");
        if (topics.Length > 4) throw new MalformedAnswerException("a log has more than four topics");
        return new Log(
            Strict.Address(log.Address), topics.Length, Topic(0), Topic(1), Topic(2), Topic(3), Strict.Data(log.Data),
            Strict.Quantity(log.BlockNumber), Strict.Hash(log.BlockHash), Strict.Hash(log.TransactionHash), (uint)index);

        Hash32 Topic(int i) => i < topics.Length ? Strict.Hash(topics[i] as string) : default;
    }

    /// <summary>A receipt without a block is of a pending transaction: there is none yet.</summary>
    public static Receipt? ToReceipt(this TransactionReceipt? receipt)
    {
        if (receipt is null || (receipt.BlockHash is null && receipt.BlockNumber is null)) return null;
        var status = Strict.Quantity(receipt.Status);
        if (status > 1) throw new MalformedAnswerException("a receipt's status is neither 0 nor 1");
        return new Receipt(
            Strict.Hash(receipt.TransactionHash), Strict.Quantity(receipt.BlockNumber), Strict.Hash(receipt.BlockHash), status == 1, Strict.Gas(receipt.GasUsed),
            receipt.EffectiveGasPrice is null ? Wei.Zero : Strict.Wei(receipt.EffectiveGasPrice), // some chains without EIP-1559 leave it out
            receipt.ContractAddress is null ? null : Strict.Address(receipt.ContractAddress), receipt.Logs.ToLogs(),
            receipt is RollupReceipt { L1Fee: { } fee } ? Strict.Wei(fee) : null);
    }

    public static IReadOnlyList<BlockReceipt>? ToBlockReceipts(this RollupReceipt[]? receipts) => receipts is null ? null : [.. receipts.Select(ToBlockReceipt)];

    public static FeeHistory ToFeeHistory(this FeeHistoryResult? history)
    {
        Strict.Required(history, "the fee history");
        return new FeeHistory(
            Strict.Quantity(history!.OldestBlock),
            [.. Strict.Required(history.BaseFeePerGas, "the list of base fees").Select(Strict.Wei)],
            [.. Strict.Required(history.GasUsedRatio, "the list of gas ratios").Select(ToDouble)],
            [.. (history.Reward ?? []).Select(IReadOnlyList<Wei> (block) => [.. Strict.Required(block, "a block's rewards").Select(Strict.Wei)])]).Fitting();
    }

    private static BlockReceipt ToBlockReceipt(RollupReceipt? receipt)
    {
        var status = Strict.Quantity(Strict.Required(receipt, "a receipt").Status);
        // Nodes leave the type of a legacy transaction out; where it is another's, the root shows it.
        var type = receipt!.Type is null ? 0 : Strict.Quantity(receipt.Type);
        if (status > 1 || type > byte.MaxValue) throw new MalformedAnswerException("a receipt of a block has a status or a type that there is not");
        return new BlockReceipt((byte)type, status == 1, Strict.Quantity(receipt.CumulativeGasUsed), receipt.Logs.ToLogs(), Optional(receipt.DepositNonce), Optional(receipt.DepositReceiptVersion));
    }

    private static ulong? Optional(HexBigInteger? quantity) => quantity is null ? null : Strict.Quantity(quantity);

    private static Bloom? ToBloom(string? hex) => hex is null ? null : Strict.Data(hex) is { Length: Bloom.Size } bits ? new Bloom(bits) : throw new MalformedAnswerException("a bloom has another length than 256 bytes");

    private static Log ToMinedLog(FilterLog? log) => Strict.Required(log, "a log").Removed ? throw new MalformedAnswerException("a log is marked as removed") : log!.ToLog();

    /// <summary>By its digits: a conversion of decimals rounds twice.</summary>
    private static double ToDouble(decimal ratio) => double.Parse(ratio.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
