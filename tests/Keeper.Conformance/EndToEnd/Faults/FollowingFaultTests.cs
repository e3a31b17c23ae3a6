using System.Text.Json;
using System.Text.Json.Nodes;
using Keeper.Chain.Native.Crypto;
using Keeper.Conformance.Support;
using Keeper.Conformance.Support.Faults;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Journal;
using Keeper.Core.Primitives;
using Keeper.Core.Submission.Breakers;
using Keeper.Core.Submission.Control;
using Keeper.Core.Telemetry;

namespace Keeper.Conformance.EndToEnd.Faults;

/// <summary>A chain that goes back, comes back or begins anew under a working keeper, heads that stutter, narrow ranges, and logs that are a stranger's or broken.</summary>
[Collection(EndToEndCollection.Name)]
public sealed class FollowingFaultTests(FaultChain chain) : IClassFixture<FaultChain>
{
    private static readonly Hash32 PositionChanged = Keccak.Topic("PositionChanged(uint256,uint32,int256,int256,int256,int256,int256,uint256,uint8)");
    private static readonly Hash32 AnswerUpdated = Keccak.Topic("AnswerUpdated(int256,uint256,uint256)");

    [Fact]
    public async Task A_node_that_goes_back_in_silence_is_noticed_and_what_it_forgot_is_undone()
    {
        await using var scene = await chain.SceneAsync();
        await scene.StartAsync();
        var (mark, number) = (await scene.MarkAsync(), await scene.Exchange.BlockNumberAsync());
        await scene.Exchange.TransmitAsync(100);
        await scene.DepositAsync();
        await scene.MineAsync();
        await scene.UntilHeadAsync();
        await scene.GoBackAsync(mark);
        Assert.Equal(number, await scene.Exchange.BlockNumberAsync());
        await scene.UntilAsync("it is noticed", () => HasTold(scene, $"The chain went back to block {number} "), mines: false);

        await scene.PriceAsync();
        await scene.UntilCalmAsync();
        await scene.JudgeFirstAsync();
        Assert.Single(scene.Keeper.Mirrored); // undone, not built anew
    }

    [Fact]
    public async Task A_branch_that_is_left_and_comes_back_is_followed_through_the_same_blocks()
    {
        await using var scene = await chain.SceneAsync();
        await scene.StartAsync();
        var began = (ulong)UInt256.Parse((await BlockAsync(scene)).GetProperty("timestamp").GetString()!) + 100;
        var mark = await scene.MarkAsync();
        var first = await BranchAsync(scene, began, deposit: 5, blocks: 2);
        await scene.GoBackAsync(mark);
        mark = await scene.MarkAsync();
        var other = await BranchAsync(scene, began, deposit: 6, blocks: 3);
        Assert.NotEqual(first[0], other[0]);
        await scene.GoBackAsync(mark);
        var again = await BranchAsync(scene, began, deposit: 5, blocks: 4);
        Assert.Equal(first, again.Take(2));

        await scene.PriceAsync();
        await scene.UntilCalmAsync();
        await scene.JudgeFirstAsync();
        Assert.Single(scene.Keeper.Mirrored);
        Assert.True(scene.Keeper.Lines.Count(line => line.Contains("The chain went back to block", StringComparison.Ordinal)) >= 2);
    }

    [Fact]
    public async Task Heads_that_are_told_twice_or_left_out_change_nothing()
    {
        await using var scene = await chain.SceneAsync();
        await scene.StartAsync();
        scene.Proxy.IsEchoing = true;
        await scene.PriceAsync();
        await scene.UntilCalmAsync();
        scene.Proxy.IsEchoing = false;

        scene.Proxy.IsMute = true;
        await scene.DepositAsync();
        await scene.MineAsync(2);
        scene.Proxy.IsMute = false;
        await scene.PriceAsync(94);
        await scene.UntilCalmAsync();
        Assert.True((await scene.JudgeAsync()).Count >= 2);
        Assert.Single(scene.Keeper.Mirrored);
    }

    [Fact]
    public async Task A_node_that_bears_narrow_ranges_alone_is_started_from_in_pieces()
    {
        const ulong Widest = 4;
        await using var scene = await chain.SceneAsync();
        var refused = 0;
        scene.Proxy.On("eth_getLogs", call =>
        {
            var filter = call.Parameter(0);
            if (!filter.TryGetProperty("fromBlock", out var from) || Number(filter.GetProperty("toBlock")) - Number(from) < Widest) return call.ForwardAsync();
            Interlocked.Increment(ref refused);
            return Task.FromResult(call.Refuse(-32005, "query exceeds max block range"));
        });
        await scene.StartAsync();
        Assert.InRange(refused, 1, 10);
        await scene.PriceAsync();
        await scene.UntilCalmAsync();
        await scene.JudgeFirstAsync();
    }

    /// <summary>The clone says that an account holds a million, and that a feed has fallen to nothing.</summary>
    [Fact]
    public async Task Logs_of_a_clone_are_nobodys_whether_followed_or_read_at_a_start()
    {
        await using var scene = await chain.SceneAsync();
        var deployment = scene.Exchange.Deployment;
        var creating = scene.Exchange.Chain.DeployAsync(deployment.Owner, TinyContracts.EmitterOf(3), default);
        while (!creating.IsCompleted) await scene.MineAsync();
        var clone = await creating;
        await scene.StartAsync();
        var before = MirrorFields.Of(scene.Mirror);

        var real = (await LogsAsync(scene, deployment.Perps, PositionChanged))[^1];
        var data = Hex.Decode(real.GetProperty("data").GetString()!);
        ((UInt256)1_000_000UL * (UInt256)1_000_000_000_000_000_000UL).WriteBigEndian(data);
        var words = real.GetProperty("topics").EnumerateArray().SelectMany(topic => Hex.Decode(topic.GetString()!));
        await scene.Exchange.Chain.SendAsync(deployment.Owner, clone, (byte[])[.. words, .. data], default);
        await scene.Exchange.Chain.SendAsync(deployment.Owner, clone, new AbiWriter().Word(AnswerUpdated.Word).Word(1UL).Word((UInt256)1_000_000UL).Word((UInt256)1UL).ToArray(), default);
        await scene.MineAsync();
        await scene.HandledAsync();
        Assert.Single(await LogsAsync(scene, clone, PositionChanged));
        Assert.Single(await LogsAsync(scene, clone, AnswerUpdated));
        Assert.Equal(before, MirrorFields.Of(scene.Mirror));

        await scene.StopAsync();
        await scene.StartAsync();
        Assert.Equal(before, MirrorFields.Of(scene.Mirror));
        Assert.Empty(scene.Proxy.Sends);
        await scene.PriceAsync();
        await scene.UntilCalmAsync();
        await scene.JudgeAsync();
    }

    /// <summary>No root proves these logs: what is wrong with one is seen by the adapter alone.</summary>
    [Theory]
    [InlineData("a topic too few")]
    [InlineData("dirty padding")]
    public async Task A_broken_log_stops_its_protocol_by_name_until_another_mirror_is_right(string how)
    {
        await using var scene = await chain.SceneAsync();
        await scene.StartAsync(setup => setup with { Profile = setup.Profile with { Completeness = LogCompleteness.Agreement }, Checkpoint = new() { Every = TimeSpan.Zero, RepairAfter = TimeSpan.FromSeconds(1) } });
        scene.Proxy.On("eth_getLogs", async call =>
        {
            var result = JsonNode.Parse((await call.ResultAsync()).GetRawText());
            if (result is JsonArray logs)
                foreach (var log in logs.Where(log => Address.Parse(log!["address"]!.GetValue<string>()) == scene.Exchange.Deployment.Perps)) Spoil(log!, how);
            return call.Answer(result);
        });
        await scene.DepositAsync();
        await scene.UntilAsync("it is told by name", () => scene.Keeper.Readiness.Report().Any(entry => entry is { Component: "protocol_refperps", Reason: { } reason } && reason.StartsWith("log ", StringComparison.Ordinal)));
        await scene.PriceAsync();
        await scene.MineAsync(2);
        await scene.HandledAsync();
        Assert.Empty(scene.Proxy.Sends);

        scene.Proxy.Mend();
        await scene.UntilCalmAsync();
        Assert.NotEmpty(await scene.JudgeAsync());
        Assert.True(scene.Keeper.IsReady);
    }

    /// <summary>A node without the tag: what is final is told by depth, and the chain goes back behind it.</summary>
    [Fact]
    public async Task A_reorg_of_what_was_final_halts_by_name_and_the_mirror_is_built_anew()
    {
        await using var scene = await chain.SceneAsync();
        scene.Proxy.On("eth_getBlockByNumber", call => call.Parameter(0).GetString() == "finalized" ? Task.FromResult(call.Refuse(-32602, "unknown tag")) : call.ForwardAsync());
        await scene.StartAsync();
        var mark = await scene.MarkAsync();
        await scene.Exchange.Rpc.RequestAsync("anvil_mine", "0x10");
        await scene.HandledAsync();
        await scene.GoBackAsync(mark);
        await scene.DepositAsync();
        await scene.Exchange.Rpc.RequestAsync("anvil_mine", "0x14");
        await scene.UntilAsync("the breaker opens", async () => (await scene.Keeper.EntriesAsync<JournalEntry.BreakerChanged>()).Any(entry => entry.IsOpen && entry.Breaker == Label.Of(Breaker.DeepReorg)));
        await scene.UntilAsync("another mirror is there", () => scene.Keeper.Mirrored.Count > 1);
        await scene.PriceAsync();
        await scene.MineAsync(3);
        await scene.HandledAsync();
        await scene.MirrorIsFreshAsync();
        Assert.Empty(scene.Proxy.Sends);
        Assert.Contains("deep_reorg: the chain replaced", scene.Keeper.Readiness.Report().Single(entry => entry.Component == "breakers").Reason);

        Assert.Null((await scene.Keeper.Sender!.AskAsync(new ControlRequest.Resume(Breaker.DeepReorg), default)).Refusal);
        await scene.UntilCalmAsync();
        Assert.NotEmpty(await scene.JudgeAsync());
    }

    [Fact]
    public async Task A_node_that_is_reset_under_the_same_id_halts_the_keeper()
    {
        await using var scene = await chain.SceneAsync();
        await scene.StartAsync();
        await scene.PriceAsync();
        await scene.UntilCalmAsync();
        await scene.JudgeFirstAsync();
        var signed = (await scene.Keeper.EntriesAsync<JournalEntry.Signed>()).Select(entry => entry.Hash).ToHashSet();
        await scene.ResetAsync();
        await scene.UntilAsync("it halts", () => !scene.Keeper.IsReady && scene.Keeper.Sender!.Halted is not null);
        await scene.MineAsync(8);
        Assert.False(scene.Keeper.IsReady);
        Assert.NotNull(scene.Keeper.Sender!.Halted);
        // Not even a cancel: what stands in the journal is of another chain.
        Assert.Subset(signed, (await scene.Keeper.EntriesAsync<JournalEntry.Signed>()).Select(entry => entry.Hash).ToHashSet());
    }

    private static bool HasTold(FaultScene scene, string words) => scene.Keeper.Lines.Any(line => line.Contains(words, StringComparison.Ordinal));

    private static ulong Number(JsonElement quantity) => (ulong)UInt256.Parse(quantity.GetString()!);

    private static Task<JsonElement> BlockAsync(FaultScene scene) => scene.Exchange.Rpc.RequestAsync("eth_getBlockByNumber", "latest", false);

    private static async Task<IReadOnlyList<JsonElement>> LogsAsync(FaultScene scene, Address contract, Hash32 topic) =>
        [.. (await scene.Exchange.Rpc.RequestAsync("eth_getLogs", new { fromBlock = "0x0", address = contract.ToString(), topics = new[] { topic.ToString() } })).EnumerateArray()];

    /// <summary>The same blocks each time that it is called with the same arguments on the same block.</summary>
    private static async Task<IReadOnlyList<string>> BranchAsync(FaultScene scene, ulong time, ulong deposit, int blocks)
    {
        var (rpc, deployment) = (scene.Exchange.Rpc, scene.Exchange.Deployment);
        await rpc.RequestAsync("eth_sendTransaction", new Dictionary<string, object>
        {
            ["from"] = deployment.Owner.ToString(), ["to"] = deployment.Perps.ToString(), ["gas"] = "0x100000",
            ["data"] = Hex.Encode(new AbiWriter().Word(1UL).Word((UInt256)deposit).ToCall(Keccak.Selector("deposit(uint256,uint256)"))),
            ["nonce"] = ((UInt256)await scene.Exchange.NonceAsync(deployment.Owner)).ToString("x", null),
            ["maxFeePerGas"] = Wei.FromGwei(100), ["maxPriorityFeePerGas"] = Wei.FromGwei(1),
        });
        // The node would go on from the base fee of the branch that it left.
        await rpc.RequestAsync("anvil_setNextBlockBaseFeePerGas", Wei.FromGwei(1));
        var hashes = new List<string>();
        for (var i = 0; i < blocks; i++)
        {
            await rpc.RequestAsync("evm_setNextBlockTimestamp", time + (ulong)i);
            await scene.MineAsync();
            hashes.Add((await BlockAsync(scene)).GetProperty("hash").GetString()!);
        }
        await scene.UntilHeadAsync();
        return hashes;
    }

    private static void Spoil(JsonNode log, string how)
    {
        if (how == "a topic too few")
        {
            log["topics"]!.AsArray().RemoveAt(1);
            return;
        }
        // The last word is a uint8.
        var data = log["data"]!.GetValue<string>();
        log["data"] = $"{data[..^64]}ff{data[^62..]}";
    }
}
