using System.Text.Json;
using Keeper.Core.Chain;
using Keeper.Core.Primitives;
using Keeper.Tests.Support;

namespace Keeper.Conformance.Chain.Faults;

public abstract partial class ChainClientFaults
{
    private static readonly Dictionary<string, Func<JsonElement, ScriptedNode, string>> BadBatches = new()
    {
        ["without the last answer"] = (request, node) => Batch(request, node, calls => calls[..^1]),
        ["without the first answer"] = (request, node) => Batch(request, node, calls => calls[1..]),
        ["with the first answer twice and the last missing"] = (request, node) => Batch(request, node, calls => [calls[0], .. calls[..^1]]),
        ["with an answer too many"] = (request, node) => Batch(request, node, calls => [.. calls, calls[0]]),
        ["with an id that nobody sent"] = (request, node) => JsonRpcText.Batch([.. JsonRpcText.Calls(request).SkipLast(1).Select(node.Answer), JsonRpcText.Answer("987654321987", "\"result\":\"0x01\"")]),
        ["with an id that is null"] = (request, node) => JsonRpcText.Batch([.. JsonRpcText.Calls(request).SkipLast(1).Select(node.Answer), JsonRpcText.Answer("null", "\"result\":\"0x01\"")]),
        ["with an answer that has neither result nor error"] = (request, node) => JsonRpcText.Batch([.. JsonRpcText.Calls(request).SkipLast(1).Select(node.Answer), $"{{\"jsonrpc\":\"2.0\",\"id\":{JsonRpcText.Id(JsonRpcText.Calls(request)[^1])}}}"]),
        ["that is empty"] = (_, _) => "[]",
        ["of numbers"] = (_, _) => "[1,2,3]",
        ["that is cut off"] = (request, node) => node.Answer(request)[..^3],
        ["with something after it"] = (request, node) => node.Answer(request) + "{}",
    };

    public static TheoryData<string, Transport> BadBatchNames => Cross(BadBatches.Keys);

    [Theory]
    [MemberData(nameof(BadBatchNames))]
    public async Task A_batch_that_is_not_whole_gives_no_value_at_all(string batch, Transport transport)
    {
        await using var stage = await SetAsync(transport, Timeout(transport == Transport.Socket ? 1 : 20));
        stage.Node.On("eth_call", _ => Hex(32));
        stage.Node.Fault = request => BadBatches[batch](request, stage.Node);
        // What a socket brings without a known id belongs to no request: then the request times out.
        var timesOut = transport == Transport.Socket;
        await FailsAsync(stage, CallThreeAsync, timesOut ? [ChainFault.Malformed, ChainFault.Transport] : [ChainFault.Malformed]);
        Assert.All(stage.Counted.Requests, outcome => Assert.Contains(outcome, timesOut ? ["malformed", "timeout"] : (string[])["malformed"]));
        Assert.Equal(3, stage.Counted.Requests.Count);
        Assert.InRange(stage.Reached, 1, 3);

        stage.Node.Fault = null;
        Assert.Equal(3, (await CallThreeAsync(stage.Client, stage.Patience)).Count);
    }

    [Theory]
    [MemberData(nameof(OneTransport))]
    public async Task Answers_in_another_order_go_to_the_calls_they_belong_to(Transport transport)
    {
        await using var stage = await SetAsync(transport);
        stage.Node.On("eth_call", args => args[0].TryGetProperty("data", out var data) ? data.GetString() : args[0].GetProperty("input").GetString());
        stage.Node.Fault = request => Batch(request, stage.Node, calls => [.. calls.Reverse()]);
        var results = await stage.Client.CallAsync([.. Enumerable.Range(1, 7).Select(i => new CallRequest(Someone, new[] { (byte)i }))], BlockId.Latest, stage.Patience);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7], results.Select(result => Assert.Single(Assert.IsType<CallResult.Returned>(result).Data.ToArray())));
        Assert.All(stage.Counted.Requests, outcome => Assert.Equal("ok", outcome));
    }

    [Theory]
    [MemberData(nameof(OneTransport))]
    public async Task An_error_for_one_call_is_that_calls_alone(Transport transport)
    {
        await using var stage = await SetAsync(transport);
        var asked = 0;
        stage.Node.On("eth_call", _ => Interlocked.Increment(ref asked) switch { 1 => Hex(32), 2 => new ScriptedError(3, "execution reverted", "0x0102"), 3 => new ScriptedError(-32000, "out of gas"), _ => Hex(1) });
        var results = await stage.Client.CallAsync([.. Enumerable.Range(1, 4).Select(i => new CallRequest(Someone, new[] { (byte)i }))], BlockId.Latest, stage.Patience);
        // Which of the calls came first at the node is the client's affair.
        Assert.Equal(2, results.OfType<CallResult.Returned>().Count());
        Assert.Equal([1, 2], Assert.Single(results.OfType<CallResult.Reverted>()).Data.ToArray());
        Assert.Equal("out of gas", Assert.Single(results.OfType<CallResult.Refused>()).Reason);
        Assert.Equal(["error", "error", "ok", "ok"], stage.Counted.Requests.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(OneTransport))]
    public async Task An_error_for_one_receipt_is_no_receipt_that_is_missing(Transport transport)
    {
        await using var stage = await SetAsync(transport);
        stage.Blocks.Add(3);
        stage.Node.On("eth_getTransactionReceipt", args => args[0].GetString() == Asked.ToString() ? new ScriptedError(-32000, "state is not available") : null);
        await FailsAsync(stage, (client, cancellation) => client.GetReceiptsAsync([Hash32.Zero, Asked], cancellation), ChainFault.Rejected);
        Assert.Equal([null, null], await stage.Client.GetReceiptsAsync([Hash32.Zero, ScriptedBlocks.Topic], stage.Patience));
    }

    [Theory]
    [MemberData(nameof(OneTransport))]
    public async Task One_error_for_a_whole_batch_gives_no_value_at_all(Transport transport)
    {
        await using var stage = await SetAsync(transport, Timeout(transport == Transport.Socket ? 1 : 20));
        stage.Node.Fault = _ => JsonRpcText.Error("null", new ScriptedError(-32600, "batch too large"));
        // Through a socket it names no request; over HTTP it is the answer to all.
        await FailsAsync(stage, (client, cancellation) => client.GetReceiptsAsync([Hash32.Zero, Asked], cancellation), transport == Transport.Socket ? [ChainFault.Transport, ChainFault.Malformed, ChainFault.Rejected] : [ChainFault.Rejected]);
        Assert.DoesNotContain("ok", stage.Counted.Requests);
        Assert.InRange(stage.Reached, 1, 2);
    }

    [Theory]
    [MemberData(nameof(OneTransport))]
    public async Task A_result_beside_an_error_is_not_believed(Transport transport)
    {
        await using var stage = await SetAsync(transport);
        stage.Node.Fault = request => JsonRpcText.Answer(JsonRpcText.Id(JsonRpcText.Calls(request)[0]), "\"result\":\"0x7a69\",\"error\":{\"code\":-32000,\"message\":\"no\"}");
        await FailsAsync(stage, ChainIdAsync, ChainFault.Rejected, ChainFault.Malformed);
        Assert.DoesNotContain("ok", stage.Counted.Requests);
    }

    [Theory]
    [MemberData(nameof(OneTransport))]
    public async Task An_error_that_is_null_beside_a_result_is_none(Transport transport)
    {
        await using var stage = await SetAsync(transport);
        stage.Node.Fault = request => JsonRpcText.Answer(JsonRpcText.Id(JsonRpcText.Calls(request)[0]), "\"error\":null,\"result\":\"0x7a69\"");
        Assert.Equal(31337ul, await stage.Client.GetChainIdAsync(stage.Patience));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("true")]
    [InlineData("{\"code\":\"x\",\"message\":7,\"data\":[[]]}")]
    [InlineData("{\"code\":1e400,\"message\":\"\\ud800\"}")]
    public async Task An_error_of_any_shape_is_no_value(string error)
    {
        await using var stage = await SetAsync(Transport.Http);
        stage.Node.Fault = request => JsonRpcText.Answer(JsonRpcText.Id(JsonRpcText.Calls(request)[0]), $"\"error\":{error}");
        await FailsAsync(stage, ChainIdAsync, ChainFault.Rejected, ChainFault.Malformed);
        Assert.DoesNotContain("ok", stage.Counted.Requests);
    }

    [Theory]
    [InlineData(-32601, "the method eth_chainId does not exist", ChainFault.Rejected, "error")]
    [InlineData(-32000, "header not found", ChainFault.UnknownBlock, "error")]
    [InlineData(-32005, "rate limit exceeded", ChainFault.RateLimited, "ratelimited")]
    [InlineData(429, "slow down", ChainFault.RateLimited, "ratelimited")]
    public async Task An_error_of_the_node_has_its_class_on_either_transport(int code, string message, ChainFault fault, string outcome)
    {
        foreach (var transport in (Transport[])[Transport.Http, Transport.Socket])
        {
            await using var stage = await SetAsync(transport);
            stage.Node.On("eth_chainId", _ => new ScriptedError(code, message));
            await FailsAsync(stage, ChainIdAsync, fault);
            Assert.Equal([outcome], stage.Counted.Requests);
            Assert.Equal(1, stage.Reached);
        }
    }

    private static Task<IReadOnlyList<CallResult>> CallThreeAsync(IChainClient client, CancellationToken cancellation) =>
        client.CallAsync([.. Enumerable.Range(1, 3).Select(i => new CallRequest(Someone, new[] { (byte)i }))], BlockId.Latest, cancellation);

    /// <summary>The right answers of the calls that are chosen, in that order.</summary>
    private static string Batch(JsonElement request, ScriptedNode node, Func<JsonElement[], JsonElement[]> choose) =>
        JsonRpcText.Batch(choose([.. JsonRpcText.Calls(request)]).Select(node.Answer));
}
