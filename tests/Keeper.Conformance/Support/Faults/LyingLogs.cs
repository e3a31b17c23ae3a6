using System.Text.Json.Nodes;

namespace Keeper.Conformance.Support.Faults;

/// <summary>Ways in which a node tells other logs than the chain has: of <c>eth_getLogs</c>, and of <c>eth_getBlockReceipts</c> where the name says so.</summary>
internal static class LyingLogs
{
    /// <summary>The last log is not told.</summary>
    public static FaultRule LeaveOneOut { get; } = Altered(logs => logs.RemoveAt(logs.Count - 1));

    /// <summary>One that was not emitted, behind the last, as it but for its data.</summary>
    public static FaultRule InventOne { get; } = Altered(logs =>
    {
        var invented = logs[^1]!.DeepClone();
        invented["logIndex"] = "0x4e";
        // A digit near the end of the second word, or of the only one: what it tells differs from the log that it follows.
        var data = invented["data"]!.GetValue<string>().ToCharArray();
        var digit = Math.Min(data.Length, 2 + 128) - 4;
        data[digit] = data[digit] == '7' ? '5' : '7';
        invented["data"] = new string(data);
        logs.Add(invented);
    });

    /// <summary>As a node near the head whose index is not there yet (go-ethereum #24078).</summary>
    public static FaultRule None { get; } = Altered(logs => logs.Clear());

    public static FaultRule ReceiptsLeaveOneOut { get; } = AlteredReceipts(logs => logs.RemoveAt(logs.Count - 1));

    public static FaultRule ReceiptsInventOne { get; } = AlteredReceipts(logs => logs.Add(logs[^1]!.DeepClone()));

    public static FaultRule ReceiptsTellNone { get; } = AlteredReceipts(logs => logs.Clear());

    public static FaultRule ReceiptsTellOtherData { get; } = AlteredReceipts(logs => logs[^1]!["data"] = "0x" + new string('7', 64));

    public static FaultRule ReceiptsMarkRemoved { get; } = AlteredReceipts(logs => logs[^1]!["removed"] = true);

    /// <summary>The right number of receipts, of which one says nothing.</summary>
    private static FaultRule AlteredReceipts(Action<JsonArray> alter) => Altered(receipts =>
    {
        if (receipts.LastOrDefault(receipt => receipt!["logs"]!.AsArray().Count > 0) is { } last) alter(last["logs"]!.AsArray());
    });

    private static FaultRule Altered(Action<JsonArray> alter) => async call =>
    {
        var result = await call.ResultAsync();
        if (result.ValueKind != System.Text.Json.JsonValueKind.Array || result.GetArrayLength() == 0) return await call.ForwardAsync();
        var list = JsonNode.Parse(result.GetRawText())!.AsArray();
        alter(list);
        return call.Answer(list);
    };
}
