using Keeper.Conformance.Chain.Faults;
using Keeper.Conformance.Support;
using Keeper.Conformance.Support.Faults;
using Keeper.Core.Chain;
using Keeper.Core.Primitives;

namespace Keeper.Conformance.Chain;

/// <summary>No log is missed and none is invented, whatever a node says.</summary>
public abstract partial class ChainClientContract
{
    private const string Receipts = "eth_getBlockReceipts", Logs = "eth_getLogs";
    private static int _proven;

    private static readonly Dictionary<string, FaultRule> ReceiptLies = new()
    {
        ["a log left out"] = LyingLogs.ReceiptsLeaveOneOut,
        ["a log too many"] = LyingLogs.ReceiptsInventOne,
        ["no logs"] = LyingLogs.ReceiptsTellNone,
        ["other data"] = LyingLogs.ReceiptsTellOtherData,
        ["a log of a removed block"] = LyingLogs.ReceiptsMarkRemoved,
        ["no receipts"] = call => Task.FromResult(call.Answer(Array.Empty<object>())),
        ["no such block"] = call => Task.FromResult(call.Answer(null)),
        ["no such method"] = Rules.Error(-32601, "the method eth_getBlockReceipts does not exist/is not available"),
    };

    private static readonly Dictionary<string, FaultRule> LogLies = new()
    {
        ["a log left out"] = LyingLogs.LeaveOneOut,
        ["a log too many"] = LyingLogs.InventOne,
        ["no logs"] = LyingLogs.None,
    };

    public static TheoryData<string> ReceiptLieNames => [.. ReceiptLies.Keys];

    public static TheoryData<string> LogLieNames => [.. LogLies.Keys];

    [Fact]
    public async Task Logs_of_every_type_of_transaction_are_proven_in_one_request_and_their_absence_in_none()
    {
        await using var node = await AnvilNode.StartAsync();
        await using var stage = await ProofStage.SetAsync(this, node);
        var (emitter, other, reverter) = (await node.DeployAsync(TinyContracts.EmitterOf(3)), await node.DeployAsync(TinyContracts.Emitter), await node.DeployAsync(TinyContracts.Reverter));
        await using var told = await FollowAsync(stage.Client, emitter);
        await node.MineAsync();
        await stage.ToldAsync(told, node);
        var quiet = stage.Proxies[0].Calls(Receipts).Count;

        await node.SendAsync(other, TinyContracts.Words(OtherTopic.Word, 1u));
        await node.MineAsync(3);
        await stage.ToldAsync(told, node);
        Assert.Equal(quiet, stage.Proxies[0].Calls(Receipts).Count);

        await node.Rpc.RequestAsync("evm_setAutomine", false);
        object[] shapes =
        [
            new { gasPrice = "0x174876e800" },
            new { gasPrice = "0x174876e800", accessList = Array.Empty<object>() },
            new { maxFeePerGas = "0x174876e800", maxPriorityFeePerGas = "0x1" },
        ];
        object delegating = new { type = "0x4", authorizationList = new[] { new { chainId = "0x7a69", address = emitter.ToString(), nonce = "0x7f", yParity = "0x0", r = "0x1", s = "0x1" } } };
        var count = 0u;
        // More than 128, so that keys of the trie have one byte and two.
        for (var i = 0; i < 45; i++)
            foreach (var shape in shapes) await node.SendAsync(shape, emitter, TinyContracts.Words(Topic.Word, 8u, 9u, count++));
        await node.SendAsync(shapes[0], other, TinyContracts.Words(Topic.Word, 1u));
        await node.SendAsync(shapes[2], reverter, TinyContracts.Words(Topic.Word));
        await node.SendAsync(shapes[2], null, TinyContracts.Echo);
        await node.SendAsync(delegating, emitter, TinyContracts.Words(Topic.Word, 8u, 9u, count++));
        await node.Rpc.RequestAsync("evm_mine");
        await stage.ToldAsync(told, node);

        Assert.Equal(Enumerable.Range(0, (int)count).Select(i => (UInt256)(ulong)i), told.Events.OfType<ChainEvent.Block>().Last().Logs.Select(log => UInt256.ReadBigEndian(log.Data.Span)));
        var asked = Assert.Single(stage.Proxies[0].Calls(Receipts).Skip(quiet));
        Assert.Equal(["0x0", "0x1", "0x2", "0x4"], (await asked.ResultAsync()).EnumerateArray().Select(receipt => receipt.GetProperty("type").GetString()!).Distinct().Order());
        Assert.Empty(stage.Proxies[0].Calls(Logs));
        Assert.Empty(stage.Counted.Refused);
    }

    [Fact]
    public async Task A_long_gap_is_proven_block_by_block_and_only_blocks_that_may_hold_logs_are_asked_about()
    {
        await using var node = await AnvilNode.StartAsync();
        await using var stage = await ProofStage.SetAsync(this, node);
        var emitter = await node.DeployAsync(TinyContracts.Emitter);
        var start = await stage.Client.GetHeaderAsync(BlockId.Latest, Soon);
        for (var i = 0u; i < 12; i++)
        {
            await node.MineAsync(12);
            await node.SendAsync(emitter, TinyContracts.Words(Topic.Word, i));
        }
        await using var told = new EventRecorder(stage.Client, new FollowRequest(start.Ref, [], new LogFilter([emitter], [Topic]), LogFilter.None));
        await stage.ToldAsync(told, node);
        Assert.Equal(12, told.Events.OfType<ChainEvent.Block>().Sum(block => block.Logs.Count));
        // The bits of another contract's deployment may be those of ours: a few blocks too many are no harm.
        Assert.InRange(stage.Proxies[0].Calls(Receipts).Count, 12, 16);
        Assert.Empty(stage.Proxies[0].Calls(Logs));
    }

    [Theory]
    [MemberData(nameof(ReceiptLieNames))]
    public async Task Receipts_that_are_not_the_blocks_are_refused_and_the_next_endpoint_is_asked(string lie)
    {
        await using var node = await AnvilNode.StartAsync();
        await using var stage = await ProofStage.SetAsync(this, node, endpoints: 2);
        var emitter = await node.DeployAsync(TinyContracts.Emitter);
        stage.Proxies[0].On(Receipts, ReceiptLies[lie]);
        await using var told = await FollowAsync(stage.Client, emitter);
        var isLie = lie is not ("no such block" or "no such method" or "a log of a removed block");
        // Which of two healthy endpoints is asked first is not this test's: it goes on until the liar was.
        var sent = 0u;
        do
        {
            await node.SendAsync(emitter, TinyContracts.Words(Topic.Word, sent++));
            await stage.ToldAsync(told, node);
        }
        while ((isLie ? stage.Counted.Refused.Count : stage.Proxies[0].Calls(Receipts).Count) == 0 && sent < 50);

        Assert.Equal(Enumerable.Range(0, (int)sent).Select(i => (UInt256)(ulong)i), told.Events.OfType<ChainEvent.Block>().SelectMany(block => block.Logs).Select(log => UInt256.ReadBigEndian(log.Data.Span)));
        Assert.NotEmpty(stage.Proxies[0].Calls(Receipts));
        Assert.Equal(isLie ? [(stage.Names[0], "receipts_root")] : [], stage.Counted.Refused.Distinct());
    }

    [Theory]
    [MemberData(nameof(ReceiptLieNames))]
    public async Task A_block_that_nobody_proves_is_not_told_until_somebody_does(string lie)
    {
        await using var node = await AnvilNode.StartAsync();
        await using var stage = await ProofStage.SetAsync(this, node, endpoints: 2);
        var emitter = await node.DeployAsync(TinyContracts.Emitter);
        foreach (var proxy in stage.Proxies) proxy.On(Receipts, ReceiptLies[lie]);
        await using var told = await FollowAsync(stage.Client, emitter);
        await node.SendAsync(emitter, TinyContracts.Words(Topic.Word, 5u));
        await stage.UntilAsync(() => stage.Proxies.All(proxy => proxy.Calls(Receipts).Count > 2));
        Assert.DoesNotContain(told.Events, happened => happened is ChainEvent.Block);

        stage.Proxies[1].Mend();
        await stage.ToldAsync(told, node);
        Assert.Single(told.Events.OfType<ChainEvent.Block>().SelectMany(block => block.Logs));
    }

    /// <summary>The control: what becomes of it where nothing is proven.</summary>
    [Theory]
    [MemberData(nameof(LogLieNames))]
    public async Task Without_a_proof_the_only_endpoint_is_believed_whatever_it_tells(string lie)
    {
        await using var node = await AnvilNode.StartAsync();
        await using var stage = await ProofStage.SetAsync(this, node, completeness: LogCompleteness.Agreement);
        var emitter = await node.DeployAsync(TinyContracts.Emitter);
        stage.Proxies[0].On(Logs, LogLies[lie]);
        await using var told = await FollowAsync(stage.Client, emitter);
        await node.SendAsync(emitter, TinyContracts.Words(Topic.Word, 5u));
        await stage.ToldAsync(told, node);
        Assert.NotEqual(1, told.Events.OfType<ChainEvent.Block>().Sum(block => block.Logs.Count));
    }

    [Theory]
    [MemberData(nameof(LogLieNames))]
    public async Task Of_three_endpoints_two_that_agree_are_believed_and_the_third_is_named(string lie)
    {
        await using var node = await AnvilNode.StartAsync();
        await using var stage = await ProofStage.SetAsync(this, node, endpoints: 3, completeness: LogCompleteness.Agreement);
        var emitter = await node.DeployAsync(TinyContracts.Emitter);
        stage.Proxies[0].On(Logs, LogLies[lie]);
        await using var told = await FollowAsync(stage.Client, emitter);
        // Whoever is known to have the newest block is asked first, and may not be the liar at once.
        var sent = 0;
        for (; sent < 50 && stage.Counted.Refused.Count == 0; sent++)
        {
            await node.SendAsync(emitter, TinyContracts.Words(Topic.Word, 5u));
            await stage.ToldAsync(told, node);
        }
        Assert.Equal(sent, told.Events.OfType<ChainEvent.Block>().Sum(block => block.Logs.Count));
        Assert.Equal([(stage.Names[0], "agreement")], stage.Counted.Refused.Distinct());
    }

    [Theory]
    [MemberData(nameof(LogLieNames))]
    public async Task Two_endpoints_that_do_not_agree_tell_nothing_and_both_are_named(string lie)
    {
        await using var node = await AnvilNode.StartAsync();
        await using var stage = await ProofStage.SetAsync(this, node, endpoints: 2, completeness: LogCompleteness.Agreement);
        var emitter = await node.DeployAsync(TinyContracts.Emitter);
        stage.Proxies[1].On(Logs, LogLies[lie]);
        await using var told = await FollowAsync(stage.Client, emitter);
        await node.SendAsync(emitter, TinyContracts.Words(Topic.Word, 5u));
        await stage.UntilAsync(() => stage.Counted.Refused.Count > 2);
        Assert.DoesNotContain(told.Events, happened => happened is ChainEvent.Block);
        Assert.Equal(stage.Names, stage.Counted.Refused.Select(refused => refused.Rpc).Distinct().Order());

        stage.Proxies[1].Mend();
        await stage.ToldAsync(told, node);
        Assert.Single(told.Events.OfType<ChainEvent.Block>().SelectMany(block => block.Logs));
    }

    [Fact]
    public async Task An_endpoint_that_lacks_the_end_of_a_range_is_not_believed_that_it_holds_nothing()
    {
        await using var node = await AnvilNode.StartAsync();
        var emitter = await node.DeployAsync(TinyContracts.Emitter);
        await node.SendAsync(emitter, TinyContracts.Words(Topic.Word, 5u));
        var head = Convert.ToUInt64((await node.Rpc.RequestAsync("eth_blockNumber")).GetString(), 16);
        await using var stage = await ProofStage.SetAsync(this, node);
        var answers = 0;
        // The first two answers are of a node that is behind: it has not the block, and tells what it has.
        stage.Proxies[0].On(Logs, Rules.First(2, call => Task.FromResult(call.Answer(Array.Empty<object>()))));
        stage.Proxies[0].On("eth_getBlockByNumber", Rules.First(2, call => Task.FromResult(call.Answer(Interlocked.Increment(ref answers) > 0 ? null : null))));

        Assert.Single(await stage.Client.GetLogsAsync(new LogFilter([emitter], [Topic]), 0, head, Soon));
        Assert.Equal(2, answers);
        // To lag is no lie.
        Assert.Empty(stage.Counted.Refused);
    }

    [Theory]
    [MemberData(nameof(LogLieNames))]
    public async Task Ranges_are_told_as_two_endpoints_tell_them(string lie)
    {
        await using var node = await AnvilNode.StartAsync();
        var emitter = await node.DeployAsync(TinyContracts.Emitter);
        for (var i = 0u; i < 3; i++) await node.SendAsync(emitter, TinyContracts.Words(Topic.Word, i));
        await using var stage = await ProofStage.SetAsync(this, node, endpoints: 3);
        stage.Proxies[0].On(Logs, LogLies[lie]);
        Assert.Equal(3, (await stage.Client.GetLogsAsync(new LogFilter([emitter], [Topic]), 0, 4, Soon)).Count);
        Assert.Equal([(stage.Names[0], "agreement")], stage.Counted.Refused.Distinct());
        // Where nobody else answers, one is believed: what was built so is held against the contract's own sums.
        foreach (var proxy in stage.Proxies.Skip(1)) proxy.Otherwise = Rules.Status(503);
        Assert.NotEqual(3, (await stage.Client.GetLogsAsync(new LogFilter([emitter], [Topic]), 0, 4, Soon)).Count);
    }

    /// <summary>A client of one node through proxies, each an endpoint of its own name.</summary>
    private sealed class ProofStage : IAsyncDisposable
    {
        public required IReadOnlyList<FaultProxy> Proxies { get; init; }
        public required IReadOnlyList<string> Names { get; init; }
        public required Counted Counted { get; init; }
        public required IChainClient Client { get; init; }

        public static async Task<ProofStage> SetAsync(ChainClientContract contract, AnvilNode node, int endpoints = 1, LogCompleteness completeness = LogCompleteness.ReceiptsRoot)
        {
            var stage = Interlocked.Increment(ref _proven);
            var proxies = new List<FaultProxy>();
            for (var i = 0; i < endpoints; i++) proxies.Add(await FaultProxy.StartAsync(node.HttpUrl, node.WsUrl));
            string[] names = [.. proxies.Select((_, i) => $"proof{stage}.{i}")];
            // Announced by the first alone: every head would come as often as there are sockets, and be asked about as often.
            var setup = new ClientSetup([.. proxies.Select((proxy, i) => new ClientSetup.Endpoint(names[i], proxy.HttpUrl, i == 0 ? proxy.WsUrl : null) { MaxResponseBytes = 16 << 20 })])
            {
                Profile = AnvilNode.Profile with { Completeness = completeness },
                Retries = 3,
            };
            return new ProofStage { Proxies = proxies, Names = names, Counted = new Counted(names), Client = contract.Connect(setup) };
        }

        public async Task ToldAsync(EventRecorder told, AnvilNode node)
        {
            var newest = (await node.Rpc.RequestAsync("eth_getBlockByNumber", "latest", false)).GetProperty("hash").GetString()!;
            await told.WaitForBlockAsync(Hash32.Parse(newest), 60);
        }

        public async Task UntilAsync(Func<bool> condition)
        {
            for (var i = 0; i < 3_000 && !condition(); i++) await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
            Assert.True(condition());
        }

        public async ValueTask DisposeAsync()
        {
            await Client.DisposeAsync();
            foreach (var proxy in Proxies) await proxy.DisposeAsync();
            Counted.Dispose();
        }
    }
}
