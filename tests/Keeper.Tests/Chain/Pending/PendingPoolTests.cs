using System.Text.Json;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Chain.Nodes.Limits;
using Keeper.Core.Chain.Pending;
using Keeper.Core.Primitives;
using Keeper.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using static Keeper.Tests.Support.TestChainData;

namespace Keeper.Tests.Chain.Pending;

/// <summary>The pool of a node that answers by script.</summary>
public sealed class PendingPoolTests : IAsyncDisposable
{
    private static readonly Address Known = ScriptedProtocol.AddressOf(0x7a), Stranger = ScriptedProtocol.AddressOf(0x57);
    private static readonly CallRequest Call = new(ScriptedProtocol.AddressOf(0xe), new byte[] { 1 }, ScriptedProtocol.AddressOf(0x0b), new Gas(300_000), Wei.FromGwei(20), Wei.FromGwei(1));

    private readonly CancellationTokenSource _stop = new();
    private ScriptedNode _node = null!;
    private PendingPool _pool = null!;
    private Task _running = Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        await _pool.DisposeAsync();
        await _node.DisposeAsync();
        _stop.Dispose();
    }

    [Fact]
    public async Task A_known_transmitters_transaction_is_told_whole_and_what_others_send_or_nobody_can_read_is_passed_over()
    {
        await StartAsync();
        await TellAsync(Json(1, from: Stranger));
        await TellAsync(new { from = Known.ToString(), hash = "0x12" });
        _node.Babble("<html>");
        await TellAsync(Json(2) with { To = null });
        await TellAsync(Json(3));
        var seen = Assert.IsType<PoolEvent.Seen>(await NextAsync()).Transaction;
        Assert.Equal((HashOf(3), Known, ScriptedProtocol.AddressOf(0xa6), 5UL, 100_000UL), (seen.Hash, seen.From, seen.To, seen.Nonce, seen.GasLimit.Value));
        Assert.Equal(new Fees(Wei.FromGwei(40), Wei.FromGwei(3)), seen.Fees);
        Assert.Equal(new byte[] { 0xab, 0xcd }, seen.Data.ToArray());
    }

    [Fact]
    public async Task A_node_that_gives_no_whole_transactions_is_asked_by_their_hashes()
    {
        await StartAsync(node =>
        {
            node.On("eth_getTransactionByHash", asked => asked[0].GetString() == HashOf(4).ToString() ? Json(4) : null);
            node.SocketFault = async (socket, request) =>
            {
                if (request.GetProperty("params").GetArrayLength() == 1) return false;
                await socket.SendAsync(JsonRpcText.Error(request, new ScriptedError(-32602, "invalid argument 1")));
                return true;
            };
        });
        await TellAsync(HashOf(9).ToString());
        await TellAsync(HashOf(4).ToString());
        Assert.Equal(HashOf(4), Assert.IsType<PoolEvent.Seen>(await NextAsync()).Transaction.Hash);
    }

    [Fact]
    public async Task What_is_watched_is_gone_when_another_takes_its_nonce()
    {
        await StartAsync(node => node.On("eth_getTransactionByHash", _ => Json(1)));
        _pool.Watch(await SeeAsync(1));
        await TellAsync(Json(2));
        Assert.Equal(new PoolEvent.Gone(HashOf(1)), await NextAsync());
        Assert.Equal(HashOf(2), Assert.IsType<PoolEvent.Seen>(await NextAsync()).Transaction.Hash);
    }

    [Fact]
    public async Task What_is_watched_is_gone_when_the_node_does_not_know_it_twice_and_not_when_it_is_mined()
    {
        var isKnown = true;
        await StartAsync(node => node.On("eth_getTransactionByHash", asked =>
            asked[0].GetString() == HashOf(2).ToString() ? Json(2) with { BlockHash = Block(101).Hash.ToString() } : Volatile.Read(ref isKnown) ? Json(1) : null));
        var (first, second) = (await SeeAsync(1), await SeeAsync(2, nonce: 6));
        _pool.Watch(second);
        _pool.Watch(first);
        for (var before = _node.Asked.Count; _node.Asked.Count < before + 6;) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, CancellationToken.None);
        Assert.False(_pool.Events.TryRead(out _));
        Volatile.Write(ref isKnown, false);
        Assert.Equal(new PoolEvent.Gone(HashOf(1)), await NextAsync());
        Assert.False(_pool.Events.TryRead(out _));
    }

    /// <summary>Each: what the node says of the update and of the call behind it.</summary>
    [Theory]
    [InlineData("""{"status":"0x1","returnData":"0x"}""", """{"status":"0x1","returnData":"0x07"}""", "returned 0x07")]
    [InlineData("""{"status":"0x1","returnData":"0x"}""", """{"status":"0x0","returnData":"0x","error":{"code":3,"message":"execution reverted","data":"0x08"}}""", "reverted 0x08")]
    [InlineData("""{"status":"0x1","returnData":"0x"}""", """{"status":"0x0","returnData":"0x09","error":{"code":-3200,"message":"execution failed"}}""", "reverted 0x09")]
    [InlineData("""{"status":"0x0","returnData":"0x"}""", """{"status":"0x1","returnData":"0x07"}""", "refused the update would fail")]
    public async Task A_call_is_run_in_the_next_block_right_behind_the_update(string update, string call, string expected)
    {
        JsonElement asked = default;
        await StartAsync(node => node.On("eth_getTransactionCount", _ => "0x5").On("eth_simulateV1", parameters =>
        {
            asked = parameters;
            return new[] { new { calls = new[] { JsonSerializer.Deserialize<JsonElement>(update), JsonSerializer.Deserialize<JsonElement>(call) } } };
        }));
        Assert.Equal(expected, Text(Assert.Single(await _pool.CallBehindAsync(new(Transaction(), Block(101).Timestamp), [Call], Block(100), default))));
        var block = asked[0].GetProperty("blockStateCalls")[0];
        Assert.Equal(("0x65", $"0x{Block(101).Timestamp:x}"), (block.GetProperty("blockOverrides").GetProperty("number").GetString(), block.GetProperty("blockOverrides").GetProperty("time").GetString()));
        Assert.Equal(new[] { Known.ToString(), Call.From.ToString()! }, block.GetProperty("calls").EnumerateArray().Select(one => one.GetProperty("from").GetString()!));
        Assert.Equal(Block(100).Hash.ToString(), asked[1].GetProperty("blockHash").GetString());
    }

    [Fact]
    public async Task What_is_in_the_chain_already_is_not_applied_once_more()
    {
        await StartAsync(node => node.On("eth_getTransactionCount", _ => "0x6").On("eth_simulateV1", _ => new[]
        {
            new { calls = new[] { new { status = "0x1", returnData = "0x" }, new { status = "0x1", returnData = "0x07" } } },
        }));
        Assert.StartsWith("refused the update is in the chain already", Text(Assert.Single(await _pool.CallBehindAsync(new(Transaction(), 1), [Call], Block(100), default))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_cannot_simulate_it_refuses()
    {
        await StartAsync(node => node.On("eth_getTransactionCount", _ => "0x5"));
        Assert.Equal(["refused the method does not exist", "refused the method does not exist"], (await _pool.CallBehindAsync(new(Transaction(), 1), [Call, Call], Block(100), default)).Select(Text));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("[{}]")]
    [InlineData("""[{"calls":[{"status":"0x1","returnData":"0x"}]}]""")]
    [InlineData("""[{"calls":[{"status":"0x1","returnData":"0x"},{"status":"0x1"}]}]""")]
    [InlineData("""[{"calls":[{"status":"0x1","returnData":"0x"},{"status":1,"returnData":"0x"}]}]""")]
    public async Task A_simulation_that_is_none_is_no_answer(string answer)
    {
        await StartAsync(node => node.On("eth_getTransactionCount", _ => "0x5").On("eth_simulateV1", _ => JsonSerializer.Deserialize<JsonElement>(answer)));
        var error = await Assert.ThrowsAsync<ChainException>(() => _pool.CallBehindAsync(new(Transaction(), 1), [Call], Block(100), default));
        Assert.Equal(ChainFault.Malformed, error.Fault);
    }

    /// <summary>A simulation behind an update cannot wait: it is asked though the endpoint has nothing left for today, and what it costs is missing from what reads may ask.</summary>
    [Fact]
    public async Task What_the_pool_asks_counts_at_its_endpoint_and_waits_for_nothing()
    {
        var meter = new EndpointMeter("node", new() { DailyCostUnits = 4, CostUnits = new Dictionary<string, int> { ["eth_getTransactionCount"] = 3 } }, new SettableTime { Now = new(2026, 1, 2, 0, 0, 0, TimeSpan.Zero) });
        await StartAsync(node => node.On("eth_getTransactionCount", _ => "0x5").On("eth_simulateV1", _ => Array.Empty<object>()), meter);
        Assert.Equal(TimeSpan.Zero, meter.WaitFor(RequestPurpose.Follow));
        await Assert.ThrowsAsync<ChainException>(() => _pool.CallBehindAsync(new(Transaction(), 1), [Call], Block(100), default));
        Assert.Null(meter.WaitFor(RequestPurpose.Follow));
        var before = _node.Requests;
        await Assert.ThrowsAsync<ChainException>(() => _pool.CallBehindAsync(new(Transaction(), 1), [Call], Block(100), default));
        Assert.True(_node.Requests > before);
    }

    private async Task StartAsync(Action<ScriptedNode>? setUp = null, EndpointMeter? meter = null)
    {
        _node = await ScriptedNode.StartAsync();
        setUp?.Invoke(_node);
        var endpoint = new RpcEndpoint { Name = "node", HttpUrl = _node.HttpUrl, WsUrl = _node.WsUrl };
        _pool = new(endpoint, [Known], maxBlocks: 2, TimeSpan.FromMilliseconds(400), TimeProvider.System, new Random(1), NullLogger<PendingPool>.Instance, meter);
        _running = _pool.RunAsync(_stop.Token);
        while (!_node.Asked.Contains("eth_subscribe")) await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, CancellationToken.None);
    }

    private Task TellAsync(object payload)
    {
        _node.EachSocket(socket => socket.NotifyAsync("newPendingTransactions", payload));
        return Task.CompletedTask;
    }

    private async Task<PendingTransaction> SeeAsync(ulong id, ulong nonce = 5)
    {
        await TellAsync(Json(id) with { Nonce = $"0x{nonce:x}" });
        return Assert.IsType<PoolEvent.Seen>(await NextAsync()).Transaction;
    }

    private async Task<PoolEvent> NextAsync() => await _pool.Events.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System);

    private static Hash32 HashOf(ulong id) => new((UInt256)id);

    private static PendingTransaction Transaction() => new(HashOf(1), Known, ScriptedProtocol.AddressOf(0xa6), 5, new byte[] { 0xab }, new Gas(100_000), new(Wei.FromGwei(40), Wei.FromGwei(3)));

    private static Waiting Json(ulong id, Address? from = null) => new(HashOf(id).ToString(), (from ?? Known).ToString(), ScriptedProtocol.AddressOf(0xa6).ToString(), "0x5", "0xabcd", "0x186a0", "0x9502f9000", "0xb2d05e00", null);

    private static string Text(CallResult result) => result switch
    {
        CallResult.Returned(var data) => "returned " + Hex.Encode(data.Span),
        CallResult.Reverted(var data) => "reverted " + Hex.Encode(data.Span),
        CallResult.Refused(var reason) => "refused " + reason,
        _ => "?",
    };

    private sealed record Waiting(
        [property: System.Text.Json.Serialization.JsonPropertyName("hash")] string Hash,
        [property: System.Text.Json.Serialization.JsonPropertyName("from")] string From,
        [property: System.Text.Json.Serialization.JsonPropertyName("to")] string? To,
        [property: System.Text.Json.Serialization.JsonPropertyName("nonce")] string Nonce,
        [property: System.Text.Json.Serialization.JsonPropertyName("input")] string Input,
        [property: System.Text.Json.Serialization.JsonPropertyName("gas")] string Gas,
        [property: System.Text.Json.Serialization.JsonPropertyName("maxFeePerGas")] string MaxFeePerGas,
        [property: System.Text.Json.Serialization.JsonPropertyName("maxPriorityFeePerGas")] string MaxPriorityFeePerGas,
        [property: System.Text.Json.Serialization.JsonPropertyName("blockHash")] string? BlockHash);
}
