using Keeper.Chain.Native;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Primitives;
using Keeper.Host.Running;
using Keeper.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Keeper.Tests.Chain.Nodes;

public sealed class HttpTests
{
    private static readonly Address Someone = Address.Parse("0x00000000000000000000000000000000000000aa");

    [Fact]
    public async Task A_refusal_for_haste_is_asked_again()
    {
        await using var node = (await ScriptedNode.StartAsync()).Next(429, "slow down").On("eth_chainId", _ => "0x7a69");
        await using var client = Connect(node.HttpOnly);
        Assert.Equal(31337ul, await client.GetChainIdAsync(Soon));
        Assert.Equal(2, node.Requests);
    }

    [Theory]
    [InlineData(503, "", ChainFault.Transport)]
    [InlineData(429, "", ChainFault.RateLimited)]
    [InlineData(301, "", ChainFault.Transport)]
    [InlineData(403, "<html>no</html>", ChainFault.Transport)]
    [InlineData(200, "<html>Bad gateway</html>", ChainFault.Malformed)]
    [InlineData(200, "", ChainFault.Malformed)]
    [InlineData(200, "{\"jsonrpc\":\"2.0\",\"id\":{id},\"resu", ChainFault.Malformed)]
    [InlineData(200, "{\"jsonrpc\":\"2.0\",\"id\":99999,\"result\":\"0x1\"}", ChainFault.Malformed)]
    [InlineData(200, "{\"jsonrpc\":\"2.0\",\"result\":\"0x1\"}", ChainFault.Malformed)]
    [InlineData(200, "{\"jsonrpc\":\"2.0\",\"id\":{id}}", ChainFault.Malformed)]
    [InlineData(200, "{\"jsonrpc\":\"2.0\",\"id\":{id},\"result\":\"0x1\"}{}", ChainFault.Malformed)]
    [InlineData(200, "{\"jsonrpc\":\"2.0\",\"id\":{id},\"result\":null}", ChainFault.Malformed)]
    [InlineData(200, "{\"jsonrpc\":\"2.0\",\"id\":{id},\"result\":\"\"}", ChainFault.Malformed)]
    [InlineData(200, "{\"jsonrpc\":\"2.0\",\"id\":{id},\"result\":\"0x\"}", ChainFault.Malformed)]
    [InlineData(200, "{\"jsonrpc\":\"2.0\",\"id\":{id},\"result\":\"0x10000000000000000\"}", ChainFault.Malformed)]
    [InlineData(200, "{\"jsonrpc\":\"2.0\",\"id\":{id},\"result\":7}", ChainFault.Malformed)]
    [InlineData(200, "[]", ChainFault.Malformed)]
    [InlineData(200, "7", ChainFault.Malformed)]
    [InlineData(200, "{\"jsonrpc\":\"2.0\",\"id\":{id},\"error\":{\"code\":-32601,\"message\":\"no such method\"}}", ChainFault.Rejected)]
    [InlineData(400, "{\"jsonrpc\":\"2.0\",\"id\":{id},\"error\":{\"code\":-32601,\"message\":\"no such method\"}}", ChainFault.Rejected)]
    [InlineData(200, "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32005,\"message\":\"daily request count exceeded\"}}", ChainFault.RateLimited)]
    [InlineData(200, "{\"jsonrpc\":\"2.0\",\"id\":{id},\"error\":{\"code\":-32000,\"message\":\"header not found\"}}", ChainFault.UnknownBlock)]
    public async Task A_bad_answer_has_its_class_and_names_no_address(int status, string body, ChainFault fault)
    {
        await using var node = (await ScriptedNode.StartAsync()).Next(status, body);
        await using var client = Connect(node.HttpOnly, retries: 0);
        var error = await Assert.ThrowsAsync<ChainException>(() => client.GetChainIdAsync(Soon));
        Assert.Equal(fault, error.Fault);
        Assert.DoesNotContain("127.0.0.1", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("scripted", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_is_too_long_is_not_read_to_its_end()
    {
        await using var node = (await ScriptedNode.StartAsync()).Next(async (context, _) =>
        {
            for (var i = 0; i < 1_000 && !context.RequestAborted.IsCancellationRequested; i++) await context.Response.WriteAsync(new string(' ', 10_000));
        });
        await using var client = Connect(node.HttpOnly with { MaxResponseBytes = 100_000 }, retries: 0);
        Assert.Equal(ChainFault.Malformed, (await Assert.ThrowsAsync<ChainException>(() => client.GetChainIdAsync(Soon))).Fault);
    }

    [Fact]
    public async Task An_answer_that_breaks_off_is_a_fault_of_transport()
    {
        await using var node = (await ScriptedNode.StartAsync()).Next(async (context, _) =>
        {
            context.Response.ContentLength = 1000;
            await context.Response.WriteAsync("{\"jsonrpc\"");
            await context.Response.Body.FlushAsync();
            context.Abort();
        });
        await using var client = Connect(node.HttpOnly, retries: 0);
        Assert.Equal(ChainFault.Transport, (await Assert.ThrowsAsync<ChainException>(() => client.GetChainIdAsync(Soon))).Fault);
    }

    [Fact]
    public async Task A_node_that_says_nothing_is_left_after_the_timeout()
    {
        await using var node = (await ScriptedNode.StartAsync()).Next((context, _) => Task.Delay(TimeSpan.FromSeconds(30), TimeProvider.System, context.RequestAborted));
        await using var client = Connect(node.HttpOnly with { RequestTimeout = TimeSpan.FromMilliseconds(200) }, retries: 0);
        var error = await Assert.ThrowsAsync<ChainException>(() => client.GetChainIdAsync(Soon));
        Assert.Contains("within 0.2 s", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_batch_is_one_request_and_its_answers_are_matched_by_id()
    {
        await using var node = (await ScriptedNode.StartAsync()).Next((context, request) => context.Response.WriteAsJsonAsync(
            request.EnumerateArray().Reverse().Select(call => new { jsonrpc = "2.0", id = call.GetProperty("id").GetInt64(), result = "0x" + call.GetProperty("id").GetInt64().ToString("x64", System.Globalization.CultureInfo.InvariantCulture) })));
        await using var client = Connect(node.HttpOnly);
        var results = await client.CallAsync([new(Someone, default), new(Someone, default), new(Someone, default)], BlockId.Latest, Soon);
        Assert.Equal([1, 2, 3], results.Select(result => Assert.IsType<CallResult.Returned>(result).Data.Span[31]));
        Assert.Equal(1, node.Requests);
    }

    [Theory]
    [InlineData(1, "missing")]
    [InlineData(3, "twice")]
    public async Task A_batch_with_an_answer_missing_or_twice_is_malformed(int count, string word)
    {
        await using var node = (await ScriptedNode.StartAsync()).Next((context, request) => context.Response.WriteAsJsonAsync(
            Enumerable.Range(0, count).Select(i => new { jsonrpc = "2.0", id = request[i % 2].GetProperty("id").GetInt64(), result = "0x" })));
        await using var client = Connect(node.HttpOnly, retries: 0);
        var error = await Assert.ThrowsAsync<ChainException>(() => client.CallAsync([new(Someone, default), new(Someone, default)], BlockId.Latest, Soon));
        Assert.Equal(ChainFault.Malformed, error.Fault);
        Assert.Contains(word, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Long_batches_are_split()
    {
        await using var node = (await ScriptedNode.StartAsync()).On("eth_call", args => args[0].GetProperty("data").GetString());
        await using var client = Connect(node.HttpOnly with { MaxBatch = 10 });
        var results = await client.CallAsync([.. Enumerable.Range(0, 25).Select(i => new CallRequest(Someone, new[] { (byte)i }))], BlockId.Latest, Soon);
        Assert.Equal(Enumerable.Range(0, 25), results.Select(result => (int)Assert.IsType<CallResult.Returned>(result).Data.Span[0]));
        Assert.Equal(3, node.Requests);
    }

    [Theory]
    [InlineData(3, "execution reverted", "0x0102", "0102")]
    [InlineData(-32000, "execution reverted", null, "")]
    [InlineData(-32015, "VM execution error.", "Reverted 0x0102", "0102")]
    [InlineData(-32603, "EVM error InvalidOpcode: invalid opcode", null, "")]
    public async Task Reverts_are_recognised_in_every_nodes_words(int code, string message, string? data, string expected)
    {
        await using var node = (await ScriptedNode.StartAsync()).On("eth_call", _ => new ScriptedError(code, message, data));
        await using var client = Connect(node.HttpOnly);
        var result = Assert.IsType<CallResult.Reverted>((await client.CallAsync([new(Someone, default)], BlockId.Latest, Soon))[0]);
        Assert.Equal(expected, Convert.ToHexStringLower(result.Data.Span));
    }

    [Fact]
    public async Task Revert_data_is_found_where_a_gateway_nests_it()
    {
        await using var node = (await ScriptedNode.StartAsync()).On("eth_call", _ => new ScriptedError(-32603, "Internal error", new { originalError = new { code = 3, data = "0xabcd" } }));
        await using var client = Connect(node.HttpOnly);
        Assert.Equal([0xab, 0xcd], Assert.IsType<CallResult.Reverted>((await client.CallAsync([new(Someone, default)], BlockId.Latest, Soon))[0]).Data.ToArray());
    }

    [Fact]
    public async Task Other_refusals_of_a_call_are_told_cut_and_escaped()
    {
        await using var node = (await ScriptedNode.StartAsync()).On("eth_call", _ => new ScriptedError(-32000, "out of gas\u001b[2J" + new string('x', 1000)));
        await using var client = Connect(node.HttpOnly);
        var refused = Assert.IsType<CallResult.Refused>((await client.CallAsync([new(Someone, default)], BlockId.Latest, Soon))[0]);
        Assert.StartsWith("out of gas\\u001b[2J", refused.Reason, StringComparison.Ordinal);
        Assert.Equal(200, refused.Reason.Length);
    }

    [Fact]
    public async Task Reading_moves_to_the_next_endpoint()
    {
        await using var broken = await ScriptedNode.StartAsync();
        await using var good = (await ScriptedNode.StartAsync()).On("eth_chainId", _ => "0x1");
        for (var i = 0; i < 10; i++) broken.Next(502, "");
        await using var client = Connect([broken.HttpOnly with { Name = "first" }, good.HttpOnly with { Name = "second" }]);
        Assert.Equal(1ul, await client.GetChainIdAsync(Soon));
        Assert.Equal(1ul, await client.GetChainIdAsync(Soon));
        Assert.Equal((1, 2), (broken.Requests, good.Requests));
    }

    [Theory]
    [InlineData(-32601, "the method does not exist")]
    [InlineData(-32000, "Unauthorized: invalid API key")]
    public async Task Reading_moves_on_from_an_endpoint_that_does_not_serve_us(int code, string refusal)
    {
        await using var refusing = (await ScriptedNode.StartAsync()).On("eth_chainId", _ => new ScriptedError(code, refusal));
        await using var good = (await ScriptedNode.StartAsync()).On("eth_chainId", _ => "0x1");
        await using var client = Connect([refusing.HttpOnly with { Name = "first" }, good.HttpOnly with { Name = "second" }]);
        Assert.Equal(1ul, await client.GetChainIdAsync(Soon));
        Assert.Equal(1ul, await client.GetChainIdAsync(Soon));
        Assert.Equal((1, 2), (refusing.Requests, good.Requests));
    }

    [Theory]
    [InlineData("query returned more than 10000 results")]
    [InlineData("block range is too wide")]
    [InlineData("Log response size exceeded. You can make eth_getLogs requests with up to a 2K block range")]
    [InlineData("exceed maximum block range: 50000")]
    public async Task Ranges_are_halved_until_the_node_bears_them(string refusal)
    {
        await using var node = await ScriptedNode.StartAsync();
        var blocks = new ScriptedBlocks(node);
        blocks.Add(100);
        var asked = new List<int>();
        node.On("eth_getLogs", args =>
        {
            var (from, to) = (Convert.ToInt32(args[0].GetProperty("fromBlock").GetString(), 16), Convert.ToInt32(args[0].GetProperty("toBlock").GetString(), 16));
            asked.Add(to - from + 1);
            if (to - from + 1 > 7) return new ScriptedError(-32005, refusal);
            return Enumerable.Range(from, to - from + 1).Where(number => number > 0).Select(number => LogAt((ulong)number)).ToArray();
        });
        await using var client = Connect(node.HttpOnly);
        var logs = await client.GetLogsAsync(blocks.Filter, 0, 100, Soon);
        Assert.Equal(Enumerable.Range(1, 100).Select(number => (ulong)number), logs.Select(log => log.BlockNumber));
        Assert.Equal(101, asked[0]);
        Assert.Contains(asked, width => width <= 7);
    }

    [Fact]
    public async Task A_single_block_that_is_too_much_is_an_error_and_no_loop()
    {
        await using var node = (await ScriptedNode.StartAsync()).On("eth_getLogs", _ => new ScriptedError(-32005, "too many results"));
        await using var client = Connect(node.HttpOnly);
        Assert.Equal(ChainFault.Rejected, (await Assert.ThrowsAsync<ChainException>(() => client.GetLogsAsync(new LogFilter([Someone], [Hash32.Zero]), 1, 64, Soon))).Fault);
    }

    [Fact]
    public async Task Logs_that_were_not_asked_for_are_refused()
    {
        await using var node = (await ScriptedNode.StartAsync()).On("eth_getLogs", _ => new[] { LogAt(5) }).On("eth_getBlockByNumber", args => ScriptedBlocks.Header(new BlockRef(Convert.ToUInt64(args[0].GetString(), 16), default, default, 0)));
        await using var client = Connect(node.HttpOnly, retries: 0);
        Assert.Equal(ChainFault.Malformed, (await Assert.ThrowsAsync<ChainException>(() => client.GetLogsAsync(new LogFilter([Someone], [ScriptedBlocks.Topic]), 1, 9, Soon))).Fault);
        Assert.Equal(ChainFault.Malformed, (await Assert.ThrowsAsync<ChainException>(() => client.GetLogsAsync(new LogFilter([ScriptedBlocks.Emitter], [ScriptedBlocks.Topic]), 6, 9, Soon))).Fault);
        Assert.Single(await client.GetLogsAsync(new LogFilter([ScriptedBlocks.Emitter], [ScriptedBlocks.Topic]), 5, 5, Soon));
    }

    [Theory]
    [InlineData(500, "")]
    [InlineData(429, "")]
    [InlineData(200, "<html>")]
    [InlineData(200, "{\"jsonrpc\":\"2.0\",\"id\":{id},\"result\":\"0x1111111111111111111111111111111111111111111111111111111111111111\"}")]
    public async Task A_send_without_a_clear_answer_is_open_and_not_repeated(int status, string body)
    {
        await using var node = (await ScriptedNode.StartAsync()).Next(status, body);
        await using var client = Connect(node.HttpOnly);
        Assert.Equal(SendError.Ambiguous, (await client.SendRawTransactionAsync(new byte[] { 1 }, Soon)).Error);
        Assert.Equal(1, node.Requests);
    }

    [Fact]
    public async Task A_transaction_goes_to_every_endpoint_and_any_acceptance_counts()
    {
        var hash = Keeper.Chain.Native.Crypto.Keccak.Hash([1]).ToString();
        await using var refusing = (await ScriptedNode.StartAsync()).On("eth_sendRawTransaction", _ => new ScriptedError(-32000, "txpool is full"));
        await using var accepting = (await ScriptedNode.StartAsync()).On("eth_sendRawTransaction", _ => hash);
        await using var client = Connect([refusing.HttpOnly with { Name = "first" }, accepting.HttpOnly with { Name = "second" }]);
        Assert.Equal(SendResult.Accepted, await client.SendRawTransactionAsync(new byte[] { 1 }, Soon));
        accepting.On("eth_sendRawTransaction", _ => new ScriptedError(-32000, "nonce too low"));
        Assert.Equal(SendError.NonceTooLow, (await client.SendRawTransactionAsync(new byte[] { 1 }, Soon)).Error);
        accepting.Next(503, "");
        Assert.Equal(SendError.Ambiguous, (await client.SendRawTransactionAsync(new byte[] { 1 }, Soon)).Error);
    }

    private static object LogAt(ulong number) => ScriptedBlocks.Log(new BlockRef(number, new Hash32((UInt256)number), Hash32.Zero, 0));

    private static CancellationToken Soon => new CancellationTokenSource(TimeSpan.FromSeconds(20)).Token;

    private static NodeChainClient Connect(RpcEndpoint endpoint, int retries = 3) => Connect([endpoint], retries);

    private static NodeChainClient Connect(RpcEndpoint[] endpoints, int retries = 3) => NodeChainClient.Create(
        NativeChainLibrary.Instance,
        new ChainClientOptions { Profile = TestProfile.Fast, Endpoints = endpoints, Retries = retries, Seed = 1 }, PollyReadRetry.Create, TimeProvider.System, NullLoggerFactory.Instance);
}
