using System.Globalization;
using System.Text;
using Keeper.Core.Chain;
using Keeper.Core.Primitives;

namespace Keeper.Conformance.Chain.Recorded;

/// <summary>What a client read, as text: a line a value, the same for the same values.</summary>
internal sealed class ReadText
{
    private readonly StringBuilder _text = new();

    public override string ToString() => _text.ToString();

    public void Line(string line) => _text.Append(line).Append('\n');

    /// <summary>The read's value, or the class of its failure.</summary>
    public async Task ReadAsync<T>(string what, Func<Task<T>> read, Func<T, string> describe)
    {
        string value;
        try
        {
            value = describe(await read());
        }
        catch (ChainException error)
        {
            value = $"fault {error.Fault}";
        }
        Line($"{what}: {value}");
    }

    public static string Of(BlockHeader header) =>
        $"block {header.Ref.Number} {header.Ref.Hash} parent {header.Ref.ParentHash} time {header.Ref.Timestamp} base fee {header.BaseFeePerGas.Value} gas {header.GasUsed.Value} of {header.GasLimit.Value}";

    public static string Of(Log log)
    {
        Hash32[] topics = [log.Topic0, log.Topic1, log.Topic2, log.Topic3];
        return $"log {log.BlockNumber}/{log.LogIndex} of {log.Address} topics {log.TopicCount} [{string.Join(' ', topics)}] data {Hex.Encode(log.Data.Span)} block {log.BlockHash} transaction {log.TransactionHash}";
    }

    public static string Of(IReadOnlyList<Log> logs) => $"{logs.Count} logs{string.Concat(logs.Select(log => "\n  " + Of(log)))}";

    public static string Of(Receipt? receipt) => receipt is null ? "no receipt" :
        $"receipt {receipt.TransactionHash} block {receipt.BlockNumber} {receipt.BlockHash} {(receipt.Succeeded ? "succeeded" : "failed")} gas {receipt.GasUsed.Value} at {receipt.EffectiveGasPrice.Value} created {receipt.ContractAddress?.ToString() ?? "nothing"}, {Of(receipt.Logs)}{(receipt.L1Fee is { } fee ? $" l1 fee {fee.Value}" : "")}";

    public static string Of(IReadOnlyList<Receipt?> receipts) => string.Concat(receipts.Select(receipt => "\n " + Of(receipt)));

    public static string Of(CallResult result) => result switch
    {
        CallResult.Returned(var data) => $"returned {Hex.Encode(data.Span)}",
        CallResult.Reverted(var data) => $"reverted {Hex.Encode(data.Span)}",
        CallResult.Refused => "refused", // its words are the node's, and the client's affair
        _ => "?",
    };

    public static string Of(IReadOnlyList<CallResult> results) => string.Concat(results.Select(result => "\n  " + Of(result)));

    public static string Of(FeeHistory history) =>
        $"from {history.OldestBlock} base fees [{string.Join(' ', history.BaseFeePerGas.Select(fee => fee.Value))}] used [{string.Join(' ', history.GasUsedRatio.Select(ratio => ratio.ToString("R", CultureInfo.InvariantCulture)))}] "
        + $"rewards [{string.Join(" | ", history.Rewards.Select(block => string.Join(' ', block.Select(tip => tip.Value))))}]";

    public static string Of(ReadOnlyMemory<byte> bytes) => Hex.Encode(bytes.Span);
}
