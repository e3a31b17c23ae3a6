using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Tests.Support;

namespace Keeper.Conformance.Chain.Faults;

public abstract partial class ChainClientFaults
{
    private static readonly Dictionary<string, BadValue> BadValues = BadValueTable().ToDictionary(value => value.Name);

    /// <summary>All over HTTP; some of each method through a socket, which brings the same bytes to the same decoder.</summary>
    public static TheoryData<string, Transport> BadValueNames
    {
        get
        {
            var data = new TheoryData<string, Transport>();
            foreach (var name in BadValues.Keys) data.Add(name, Transport.Http);
            foreach (var name in BadValues.Values.GroupBy(value => value.Method).SelectMany(values => values.Take(4)).Select(value => value.Name)) data.Add(name, Transport.Socket);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(BadValueNames))]
    public async Task A_value_that_is_none_is_malformed_and_counted_so(string value, Transport transport)
    {
        var bad = BadValues[value];
        await using var stage = await SetAsync(transport);
        stage.Blocks.Add(6);
        stage.Node.On(bad.Method, _ => bad.Result);
        await FailsAsync(stage, bad.Read, ChainFault.Malformed);
        // Logs of a range are asked for together with its last block.
        Assert.Equal(Enumerable.Repeat("malformed", bad.Method == "eth_getLogs" ? 2 : 1), stage.Counted.Requests);
        Assert.Equal(1, stage.Reached);
    }

    /// <summary>The control of the table: what its faults are made from is read.</summary>
    [Theory]
    [MemberData(nameof(OneTransport))]
    public async Task The_same_values_without_a_fault_are_read(Transport transport)
    {
        await using var stage = await SetAsync(transport);
        stage.Blocks.Add(6);
        // A range of logs is asked for with its last block, which is the scripted one while no other is set.
        foreach (var bad in BadValues.Values.DistinctBy(value => value.Method).OrderBy(value => value.Method != "eth_getLogs"))
        {
            stage.Node.On(bad.Method, _ => bad.Right);
            await bad.Read(stage.Client, stage.Patience);
        }
        Assert.All(stage.Counted.Requests, outcome => Assert.Equal("ok", outcome));
    }

    [Theory]
    [InlineData(0, Transport.Http)]
    [InlineData(31, Transport.Http)]
    [InlineData(33, Transport.Http)]
    [InlineData(100_000, Transport.Http)]
    [InlineData(0, Transport.Socket)]
    [InlineData(31, Transport.Socket)]
    [InlineData(33, Transport.Socket)]
    public async Task Return_data_of_any_length_is_handed_on_as_it_is_and_decodes_only_where_it_fits(int length, Transport transport)
    {
        await using var stage = await SetAsync(transport);
        stage.Node.On("eth_call", _ => Hex(length));
        var returned = Assert.IsType<CallResult.Returned>((await stage.Client.CallAsync([new CallRequest(Someone, default)], BlockId.Latest, stage.Patience))[0]);
        Assert.Equal(length, returned.Data.Length);
        Assert.DoesNotContain((byte)0, returned.Data.ToArray());
        if (length < 32) Assert.Throws<AbiException>(() => new AbiReader(returned.Data.Span).ReadUInt256());
        Assert.Equal(["ok"], stage.Counted.Requests);
    }

    [Theory]
    [InlineData(3, "execution reverted: rate limit exceeded", null)]
    [InlineData(-32000, "VM execution error: too many requests", "0x08c379a0")]
    public async Task A_revert_that_speaks_of_limits_is_the_contracts_word(int code, string message, string? data)
    {
        await using var stage = await SetAsync(Transport.Http);
        stage.Node.On("eth_call", _ => new ScriptedError(code, message, data));
        Assert.IsType<CallResult.Reverted>((await stage.Client.CallAsync([new CallRequest(Someone, default)], BlockId.Latest, stage.Patience))[0]);
        Assert.Equal(["error"], stage.Counted.Requests);
    }

    [Theory]
    [InlineData("0x", Transport.Http)]
    [InlineData("0xabc", Transport.Http)]
    [InlineData("zz", Transport.Http)]
    [InlineData("0x", Transport.Socket)]
    public async Task A_revert_without_readable_data_is_a_revert_without_data(string data, Transport transport)
    {
        await using var stage = await SetAsync(transport);
        stage.Node.On("eth_call", _ => new ScriptedError(3, "execution reverted", data));
        Assert.True(Assert.IsType<CallResult.Reverted>((await stage.Client.CallAsync([new CallRequest(Someone, default)], BlockId.Latest, stage.Patience))[0]).Data.IsEmpty);
        Assert.Equal(["error"], stage.Counted.Requests);
    }

    [Theory]
    [MemberData(nameof(OneTransport))]
    public async Task A_value_that_is_none_is_asked_for_again_a_few_times_and_then_given_up(Transport transport)
    {
        await using var stage = await SetAsync(transport, setup => setup with { Retries = 2 });
        stage.Node.On("eth_getBalance", _ => "0x");
        await FailsAsync(stage, (client, cancellation) => client.GetBalanceAsync(Someone, BlockId.Latest, cancellation), ChainFault.Malformed);
        Assert.Equal(["malformed", "malformed", "malformed"], stage.Counted.Requests);
        Assert.Equal(3, stage.Reached);
    }

    private static IEnumerable<BadValue> BadValueTable()
    {
        // Quantities of 64 bits.
        foreach (var (what, result) in ((string, object?)[])[
            ("of 65 bits", "0x1" + new string('0', 16)), ("without digits", "0x"), ("that is empty", ""), ("without prefix", "7a69"), ("that is not hex", "0x7g"), ("in decimal", "31337"),
            ("below zero", "-0x1"), ("with a blank", "0x 1"), ("as a number", 31337), ("as null", null), ("as a list", new[] { "0x1" }), ("as an object", new { value = "0x1" }), ("as true", true)])
        {
            yield return new($"a chain id {what}", "eth_chainId", result, "0x7a69", ChainIdAsync);
            yield return new($"an estimate {what}", "eth_estimateGas", result, "0x5208", (client, cancellation) => client.EstimateGasAsync(new(Someone, default), cancellation));
            yield return new($"a nonce {what}", "eth_getTransactionCount", result, "0x5", (client, cancellation) => client.GetTransactionCountAsync(Someone, BlockId.Latest, cancellation));
        }

        // Quantities and words of 256 bits, and bytes.
        foreach (var (what, result) in ((string, object?)[])[("of 257 bits", "0x1" + new string('0', 64)), ("without digits", "0x"), ("that is not hex", "0x7g"), ("as a number", 7), ("as null", null)])
        {
            yield return new($"a balance {what}", "eth_getBalance", result, "0x7", (client, cancellation) => client.GetBalanceAsync(Someone, BlockId.Latest, cancellation));
            yield return new($"a storage word {what}", "eth_getStorageAt", result, Hex(32), (client, cancellation) => client.GetStorageAsync([new(Someone, UInt256.Zero)], BlockId.Latest, cancellation));
        }
        foreach (var (what, result) in ((string, object?)[])[("of odd length", "0xabc"), ("that is not hex", "0xzz"), ("without prefix", "abcd"), ("that is empty", ""), ("as a number", 7), ("as null", null), ("as a list", Array.Empty<string>())])
        {
            yield return new($"code {what}", "eth_getCode", result, "0xabcd", (client, cancellation) => client.GetCodeAsync(Someone, BlockId.Latest, cancellation));
            yield return new($"return data {what}", "eth_call", result, "0xabcd", CallAsync);
        }

        // Objects: each member that matters left out, null, or wrong.
        var blocks = new Chain();
        var header = ScriptedBlocks.Header(blocks.Third);
        foreach (var (what, result) in Damages(header, ["number", "hash", "parentHash", "timestamp", "gasLimit", "gasUsed"], ["hash", "parentHash"], ["number", "timestamp", "gasLimit", "gasUsed"]))
            yield return new($"a header {what}", "eth_getBlockByNumber", result, header, (client, cancellation) => client.GetHeaderAsync(BlockId.At(3), cancellation));
        yield return new("a header with a base fee of 257 bits", "eth_getBlockByNumber", Altered(header, "baseFeePerGas", "0x1" + new string('0', 64)), header, (client, cancellation) => client.GetHeaderAsync(BlockId.At(3), cancellation));
        yield return new("a header of another height", "eth_getBlockByNumber", ScriptedBlocks.Header(blocks.Fifth), header, (client, cancellation) => client.GetHeaderAsync(BlockId.At(3), cancellation));
        yield return new("a header of another hash", "eth_getBlockByHash", ScriptedBlocks.Header(blocks.Fifth), header, (client, cancellation) => client.GetHeaderAsync(BlockId.At(blocks.Third), cancellation));
        yield return new("a header as a list", "eth_getBlockByNumber", Array.Empty<object>(), header, (client, cancellation) => client.GetHeaderAsync(BlockId.At(3), cancellation));

        var log = ScriptedBlocks.Log(blocks.Third);
        object[] right = [log];
        string[] members = ["address", "topics", "data", "blockNumber", "blockHash", "transactionHash", "logIndex"];
        foreach (var (what, result) in Damages(log, members, ["address", "blockHash", "transactionHash"], ["blockNumber", "logIndex"])) yield return new($"a log {what}", "eth_getLogs", new[] { result }, right, LogsAsync);
        foreach (var (what, result) in ((string, object?)[])[
            ("with five topics", Altered(log, "topics", Enumerable.Repeat(ScriptedBlocks.Topic.ToString(), 5))), ("with a topic of 31 bytes", Altered(log, "topics", new[] { Hex(31) })),
            ("with a null topic", Altered(log, "topics", new[] { ScriptedBlocks.Topic.ToString(), null })), ("that was removed", Altered(log, "removed", true)), ("below the range", ScriptedBlocks.Log(blocks.First)),
            ("above the range", ScriptedBlocks.Log(blocks.Fifth)), ("of an address that nobody asked for", Altered(log, "address", Someone.ToString())), ("of a topic that nobody asked for", Altered(log, "topics", new[] { Asked.ToString() })),
            ("with no topic at all", Altered(log, "topics", Array.Empty<string>())), ("with data of odd length", Altered(log, "data", "0xabc")), ("with an index of 33 bits", Altered(log, "logIndex", "0x100000000")), ("as null", null), ("as text", "0x")])
            yield return new($"a log {what}", "eth_getLogs", new[] { result }, right, LogsAsync);
        yield return new("a log twice", "eth_getLogs", new[] { log, log }, right, LogsAsync);
        yield return new("logs as null", "eth_getLogs", null, right, LogsAsync);
        yield return new("logs as an object", "eth_getLogs", log, right, LogsAsync);

        var receipt = Receipt(blocks.Third);
        foreach (var (what, result) in Damages(receipt, ["transactionHash", "blockHash", "blockNumber", "status", "gasUsed", "logs"], ["transactionHash", "blockHash"], ["blockNumber", "gasUsed", "status"]))
            yield return new($"a receipt {what}", "eth_getTransactionReceipt", result, receipt, ReceiptAsync);
        foreach (var (what, result) in ((string, object?)[])[
            ("of another transaction", Altered(receipt, "transactionHash", Hex(32))), ("with status 2", Altered(receipt, "status", "0x2")), ("with a price of 257 bits", Altered(receipt, "effectiveGasPrice", "0x1" + new string('0', 64))), ("with an l1 fee that is a number", Altered(receipt, "l1Fee", 7)),
            ("with a contract of 19 bytes", Altered(receipt, "contractAddress", Hex(19))), ("with a removed log", Altered(receipt, "logs", new[] { Altered(log, "removed", true) })),
            ("with half a log", Altered(receipt, "logs", new[] { Altered(log, "data", null) })), ("as text", "0x1")])
            yield return new($"a receipt {what}", "eth_getTransactionReceipt", result, receipt, ReceiptAsync);

        object fees = new { oldestBlock = "0x1", baseFeePerGas = new[] { "0x7", "0x8", "0x9" }, gasUsedRatio = new[] { 0.5, 0.25 }, reward = new[] { new[] { "0x1", "0x2" }, new[] { "0x1", "0x3" } } };
        foreach (var (what, result) in Damages(fees, ["oldestBlock", "baseFeePerGas", "gasUsedRatio"], [], ["oldestBlock"]).Concat([
            ("with a fee that is null", Altered(fees, "baseFeePerGas", new[] { "0x7", null, "0x9" })), ("with a fee of 257 bits", Altered(fees, "baseFeePerGas", new[] { "0x7", "0x8", "0x1" + new string('0', 64) })),
            ("with a share as text", Altered(fees, "gasUsedRatio", new[] { "0.5", "0.25" })), ("with a share that is null", Altered(fees, "gasUsedRatio", new double?[] { 0.5, null })),
            ("with a reward that is null", Altered(fees, "reward", new[] { null, new[] { "0x1", "0x3" } })), ("without the fee to come", Altered(fees, "baseFeePerGas", new[] { "0x7", "0x8" })),
            ("with a reward too few", Altered(fees, "reward", new[] { new[] { "0x1", "0x2" } })), ("as null", null)]))
            yield return new($"a fee history {what}", "eth_feeHistory", result, fees, (client, cancellation) => client.GetFeeHistoryAsync(2, [10, 90], cancellation));
    }

    /// <summary>Each member left out and null; hashes and addresses a byte short and long; quantities empty and as numbers.</summary>
    private static IEnumerable<(string What, object? Result)> Damages(object right, string[] members, string[] words, string[] quantities)
    {
        foreach (var member in members)
        {
            var without = Members(right);
            without.Remove(member);
            yield return ($"without {member}", without);
            yield return ($"with {member} null", Altered(right, member, null));
        }
        foreach (var word in words)
        {
            var text = Members(right)[word].GetString()!;
            yield return ($"with {word} a byte short", Altered(right, word, text[..^2]));
            yield return ($"with {word} a byte long", Altered(right, word, text + "00"));
            yield return ($"with {word} not hex", Altered(right, word, text[..^1] + "g"));
        }
        foreach (var quantity in quantities)
        {
            yield return ($"with {quantity} empty", Altered(right, quantity, "0x"));
            yield return ($"with {quantity} a number", Altered(right, quantity, 3));
            yield return ($"with {quantity} of 65 bits", Altered(right, quantity, "0x1" + new string('0', 16)));
        }
    }

    private static Dictionary<string, object?> Altered(object right, string member, object? value)
    {
        var altered = Members(right).ToDictionary(pair => pair.Key, pair => (object?)pair.Value);
        altered[member] = value;
        return altered;
    }

    /// <param name="Result">What the node answers.</param>
    /// <param name="Right">The same without the fault.</param>
    private sealed record BadValue(string Name, string Method, object? Result, object? Right, Func<IChainClient, CancellationToken, Task> Read);

    /// <summary>Blocks as every scripted node has them.</summary>
    private sealed class Chain
    {
        private readonly BlockRef[] _blocks = [.. ScriptedBlocks.First(6)];

        public BlockRef First => _blocks[1];
        public BlockRef Third => _blocks[3];
        public BlockRef Fifth => _blocks[5];
    }
}
