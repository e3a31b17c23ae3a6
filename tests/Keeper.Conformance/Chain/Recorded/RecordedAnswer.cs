using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Primitives;

namespace Keeper.Conformance.Chain.Recorded;

/// <summary>One line of a recording: what is asked of a node, and the answer's <c>result</c> or <c>error</c> as text.</summary>
internal sealed record RecordedAnswer(string Method, JsonArray Parameters, string Part, string Json)
{
    public static IReadOnlyList<RecordedAnswer> Load(params IEnumerable<string> files) =>
        [.. files.SelectMany(file => File.ReadLines(Golden.Path(file))).Where(line => line.Length > 0).Select(Parse).Where(line => Question([line]) is not null)];

    /// <summary>One answer as an object, several as a batch.</summary>
    public static byte[] Body(IReadOnlyList<RecordedAnswer> answers, long firstId)
    {
        var messages = answers.Select((answer, i) => $"{{\"jsonrpc\":\"2.0\",\"id\":{firstId + i},\"{answer.Part}\":{answer.Json}}}");
        return Encoding.UTF8.GetBytes(answers.Count == 1 ? messages.Single() : $"[{string.Join(',', messages)}]");
    }

    /// <summary>The read of the port that asks for all of them, which are of one kind; null where there is none.</summary>
    public static Func<INode, Task<string>>? Question(IReadOnlyList<RecordedAnswer> asked)
    {
        var (one, none) = (asked[0], CancellationToken.None);
        switch (one.Method)
        {
            case "eth_chainId": return async node => $"{await node.GetChainIdAsync(none)}";
            case "eth_getBlockByHash" or "eth_getBlockByNumber":
                BlockId[] blocks = [.. asked.Select(line => Block(line.Parameters[0]!))];
                return async node => string.Join('\n', (await node.GetHeadersAsync(blocks, none)).Select(header => header is null ? "none" : ReadText.Of(header)));
            case "eth_getLogs": return Logs(asked);
            case "eth_call":
                CallRequest[] calls = [.. asked.Select(line => new CallRequest(Address.Parse(line.Parameters[0]!["to"]!.GetValue<string>()), default))];
                return async node => string.Join('\n', (await node.CallAsync(calls, BlockId.Latest, none)).Select(ReadText.Of));
            case "eth_getBalance": return async node => $"{(await node.GetBalanceAsync(default, BlockId.Latest, none)).Value}";
            case "eth_getTransactionCount": return async node => $"{await node.GetTransactionCountAsync(default, BlockId.Latest, none)}";
            case "eth_getCode": return async node => ReadText.Of(await node.GetCodeAsync(default, BlockId.Latest, none));
            case "eth_getStorageAt": return async node => $"{(await node.GetStorageAsync([new(default, UInt256.Zero)], BlockId.Latest, none))[0]}";
            case "eth_feeHistory": return async node => ReadText.Of(await node.GetFeeHistoryAsync(1, [], none));
            case "eth_getTransactionReceipt":
                Hash32[] hashes = [.. asked.Select(line => Hash32.Parse(line.Parameters[0]!.GetValue<string>()))];
                return async node => ReadText.Of(await node.GetReceiptsAsync(hashes, none));
            default: return null;
        }
    }

    private static Func<INode, Task<string>> Logs(IReadOnlyList<RecordedAnswer> asked)
    {
        var filter = asked[0].Parameters[0]!.AsObject();
        var check = new LogCheck(new LogQuery(
            [.. filter["address"]!.AsArray().Select(address => Address.Parse(address!.GetValue<string>()))], [.. filter["topics"]![0]!.AsArray().Select(topic => Hash32.Parse(topic!.GetValue<string>()))]));
        if (filter["blockHash"] is null) return async node => ReadText.Of(await node.GetLogsAsync(check, Number(filter["fromBlock"]!), Number(filter["toBlock"]!), CancellationToken.None));
        BlockRef[] blocks = [.. asked.Select(line => new BlockRef(HeightOf(line), Hash32.Parse(line.Parameters[0]!["blockHash"]!.GetValue<string>()), default, 0))];
        return async node => string.Join('\n', (await node.GetLogsAsync(check, blocks, CancellationToken.None)).Select(ReadText.Of));
    }

    /// <summary>Lines that one request may ask for together: logs by one filter, and by hash.</summary>
    public string Kind => Method == "eth_getLogs" ? $"{Method} {Parameters[0]!["address"]!.ToJsonString()} {(Parameters[0]!["blockHash"] is null ? Parameters.ToJsonString() : "")}" : Method;

    public bool InBatches => Method is "eth_getBlockByHash" or "eth_getBlockByNumber" or "eth_call" or "eth_getTransactionReceipt" || (Method == "eth_getLogs" && Parameters[0]!["blockHash"] is not null);

    private static RecordedAnswer Parse(string line)
    {
        var read = JsonNode.Parse(line)!.AsObject();
        var part = read.ContainsKey("error") ? "error" : "result";
        return new(read["method"]!.GetValue<string>(), read["params"]!.AsArray(), part, read[part]?.ToJsonString() ?? "null");
    }

    private static ulong HeightOf(RecordedAnswer line) => JsonNode.Parse(line.Json) is JsonArray { Count: > 0 } logs ? Number(logs[0]!["blockNumber"]!) : 0;

    private static BlockId Block(JsonNode id) => id.GetValue<string>() switch
    {
        { Length: 66 } hash => new BlockId.ByHash(Hash32.Parse(hash)),
        var text when text.StartsWith("0x", StringComparison.Ordinal) => BlockId.At(Number(id)),
        var tag => new BlockId.Tagged(Enum.Parse<BlockTag>(tag, ignoreCase: true)),
    };

    private static ulong Number(JsonNode hex) => ulong.Parse(hex.GetValue<string>().AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
