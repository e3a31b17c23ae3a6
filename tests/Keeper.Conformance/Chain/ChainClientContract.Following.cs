using System.Diagnostics;
using Keeper.Conformance.Support;
using Keeper.Core.Chain;
using Keeper.Core.Primitives;

namespace Keeper.Conformance.Chain;

public abstract partial class ChainClientContract
{
    public static TheoryData<bool, bool> Transports => new() { { true, true }, { true, false }, { false, true } };

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Every_block_is_told_once_with_its_logs(bool http, bool socket)
    {
        await using var node = await AnvilNode.StartAsync();
        await using var client = Connect(node, http, socket);
        var emitter = await node.DeployAsync(TinyContracts.Emitter);
        await using var told = await FollowAsync(client, emitter);
        for (var i = 0u; i < 5; i++)
        {
            await node.SendAsync(emitter, TinyContracts.Words(Topic.Word, i));
            await node.MineAsync(2);
        }

        await told.WaitForBlockAsync((await client.GetHeaderAsync(BlockId.Latest, Soon)).Ref.Hash);
        var logs = told.Events.OfType<ChainEvent.Block>().SelectMany(block => block.Logs).ToList();
        Assert.Equal([0u, 1u, 2u, 3u, 4u], logs.Select(log => UInt256.ReadBigEndian(log.Data.Span)));
        Assert.Equal(15, told.Events.OfType<ChainEvent.Block>().Count());
        Assert.DoesNotContain(told.Events, happened => happened is ChainEvent.Reorg);
    }

    [Fact]
    public async Task A_long_gap_is_filled_in_order()
    {
        await using var node = await AnvilNode.StartAsync();
        await using var client = Connect(node);
        var emitter = await node.DeployAsync(TinyContracts.Emitter);
        var start = await client.GetHeaderAsync(BlockId.Latest, Soon);
        for (var i = 0u; i < 5; i++)
        {
            await node.MineAsync(40);
            await node.SendAsync(emitter, TinyContracts.Words(Topic.Word, i));
        }

        await using var told = new EventRecorder(client, new FollowRequest(start.Ref, [], new LogFilter([emitter], [Topic]), LogFilter.None));
        await told.WaitForBlockAsync((await client.GetHeaderAsync(BlockId.Latest, Soon)).Ref.Hash);
        Assert.Equal([0u, 1u, 2u, 3u, 4u], told.Events.OfType<ChainEvent.Block>().SelectMany(block => block.Logs).Select(log => UInt256.ReadBigEndian(log.Data.Span)));
        Assert.Equal(205, told.Events.OfType<ChainEvent.Block>().Count());
    }

    [Fact]
    public async Task A_hint_carries_the_log_that_its_block_will_have()
    {
        await using var node = await AnvilNode.StartAsync();
        await using var client = Connect(node);
        var emitter = await node.DeployAsync(TinyContracts.Emitter);
        await using var told = await FollowAsync(client, emitter, hints: true);
        var hints = new List<Log>();
        for (var i = 0u; i < 20; i++)
        {
            var hash = await node.SendAsync(emitter, TinyContracts.Words(Topic.Word, i));
            var block = (ChainEvent.Block)await told.WaitAsync(happened => happened is ChainEvent.Block { Logs: [var log, ..] } && log.TransactionHash == hash);
            if (told.Events.OfType<ChainEvent.OracleHint>().FirstOrDefault(hint => hint.Log.TransactionHash == hash) is not { } hint) continue;
            hints.Add(hint.Log);
            Assert.Equal(block.Logs[0] with { Data = default }, hint.Log with { Data = default });
            Assert.Equal(block.Logs[0].Data.ToArray(), hint.Log.Data.ToArray());
        }
        // The node may announce a block before its logs; then the block itself is as quick, and no hint is told.
        Assert.NotEmpty(hints);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public async Task After_a_reorganisation_the_told_chain_is_the_nodes(int depth)
    {
        await using var node = await AnvilNode.StartAsync();
        await using var client = Connect(node);
        var emitter = await node.DeployAsync(TinyContracts.Emitter);
        await using var told = await FollowAsync(client, emitter);
        for (var i = 0u; i < 10; i++) await node.SendAsync(emitter, TinyContracts.Words(Topic.Word, i));
        await told.WaitForBlockAsync((await client.GetHeaderAsync(BlockId.Latest, Soon)).Ref.Hash);

        await node.ReorgAsync(depth);
        await node.MineAsync();
        await told.WaitForBlockAsync((await client.GetHeaderAsync(BlockId.Latest, Soon)).Ref.Hash);
        Assert.Contains(told.Events, happened => happened is ChainEvent.Reorg);
        await AssertSameAsync(client, told.Chain);
    }

    [Fact]
    public async Task A_reorganisation_while_nobody_listened_goes_back_to_the_ancestor_that_the_caller_holds()
    {
        await using var node = await AnvilNode.StartAsync();
        await using var client = Connect(node);
        await node.MineAsync(10);
        var held = new List<BlockRef>();
        for (var number = 10ul; number >= 5; number--) held.Add((await client.GetHeaderAsync(BlockId.At(number), Soon)).Ref);
        await node.ReorgAsync(4);
        await node.MineAsync(2);

        await using var told = new EventRecorder(client, new FollowRequest(held[0], held[1..], LogFilter.None, LogFilter.None));
        await told.WaitForBlockAsync((await client.GetHeaderAsync(BlockId.Latest, Soon)).Ref.Hash);
        Assert.Equal(6ul, Assert.IsType<ChainEvent.Reorg>(told.Events[0]).CommonAncestor.Number);
        await AssertSameAsync(client, told.Chain);
    }

    [Fact]
    public async Task A_reorganisation_below_every_ancestor_ends_the_telling()
    {
        await using var node = await AnvilNode.StartAsync();
        await using var client = Connect(node);
        await node.MineAsync(10);
        var last = (await client.GetHeaderAsync(BlockId.Latest, Soon)).Ref;
        await node.ReorgAsync(5);
        await node.MineAsync();

        await using var told = new EventRecorder(client, new FollowRequest(last, [], LogFilter.None, LogFilter.None));
        var error = await Assert.ThrowsAsync<ChainException>(() => told.Ended.WaitAsync(TimeSpan.FromSeconds(15)));
        Assert.Equal(ChainFault.UnknownBlock, error.Fault);
        Assert.Empty(told.Events);
    }

    [Fact]
    public async Task A_silent_rollback_is_noticed()
    {
        await using var node = await AnvilNode.StartAsync();
        await using var client = Connect(node);
        await using var told = await FollowAsync(client, default);
        await node.MineAsync(5);
        await told.WaitForBlockAsync((await client.GetHeaderAsync(BlockId.Latest, Soon)).Ref.Hash);

        await node.RollbackAsync(2);
        var reorg = (ChainEvent.Reorg)await told.WaitAsync(happened => happened is ChainEvent.Reorg);
        Assert.Equal(3ul, reorg.CommonAncestor.Number);
        await node.MineAsync(4);
        await told.WaitForBlockAsync((await client.GetHeaderAsync(BlockId.Latest, Soon)).Ref.Hash);
        await AssertSameAsync(client, told.Chain);
    }

    [Fact]
    public async Task A_node_that_froze_is_followed_on_when_it_wakes()
    {
        await using var node = await AnvilNode.StartAsync();
        await using var client = Connect(node);
        await using var told = await FollowAsync(client, default);
        await node.MineAsync(2);
        await told.WaitForBlockAsync((await client.GetHeaderAsync(BlockId.Latest, Soon)).Ref.Hash);

        Signal(node, "STOP");
        await Task.Delay(TimeSpan.FromSeconds(7), TimeProvider.System);
        Signal(node, "CONT");
        await node.MineAsync(3);
        await told.WaitForBlockAsync((await client.GetHeaderAsync(BlockId.Latest, Soon)).Ref.Hash, seconds: 40);
        await AssertSameAsync(client, told.Chain);
    }

    [Fact]
    public async Task The_final_height_is_told_and_never_goes_back()
    {
        await using var node = await AnvilNode.StartAsync("--slots-in-an-epoch", "2");
        await using var client = Connect(node);
        await using var told = await FollowAsync(client, default);
        for (var i = 0; i < 12; i++)
        {
            await node.MineAsync();
            await told.WaitForBlockAsync((await client.GetHeaderAsync(BlockId.Latest, Soon)).Ref.Hash);
        }
        await told.WaitAsync(happened => happened is ChainEvent.Finalized { Number: >= 6 });
        var heights = told.Events.OfType<ChainEvent.Finalized>().Select(final => final.Number).ToList();
        Assert.Equal(heights.Distinct().Order(), heights);
        Assert.All(heights, height => Assert.InRange(height, 1ul, 8ul));
    }

    [Fact]
    public async Task Cancellation_ends_the_telling_at_once()
    {
        await using var node = await AnvilNode.StartAsync();
        await using var client = Connect(node);
        var after = await client.GetHeaderAsync(BlockId.Latest, Soon);
        using var stop = new CancellationTokenSource();
        var told = Task.Run(async () =>
        {
            await foreach (var _ in client.FollowAsync(new FollowRequest(after.Ref, [], LogFilter.None, LogFilter.None), stop.Token)) { }
        });
        await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => told.WaitAsync(TimeSpan.FromSeconds(5)));
    }

    /// <summary>Follows from the newest block on, and returns when a block has been told.</summary>
    private static async Task<EventRecorder> FollowAsync(IChainClient client, Address emitter, bool hints = false)
    {
        var after = (await client.GetHeaderAsync(BlockId.Latest, Soon)).Ref;
        var filter = emitter.IsZero ? LogFilter.None : new LogFilter([emitter], [Topic]);
        var told = new EventRecorder(client, new FollowRequest(after, [], filter, hints ? filter : LogFilter.None));
        if (hints) await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System); // the subscriptions
        return told;
    }

    private static async Task AssertSameAsync(IChainClient client, IReadOnlyList<BlockRef> told)
    {
        foreach (var block in told) Assert.Equal(block, (await client.GetHeaderAsync(BlockId.At(block.Number), Soon)).Ref);
        Assert.Equal(told[^1], (await client.GetHeaderAsync(BlockId.Latest, Soon)).Ref);
    }

    private static void Signal(AnvilNode node, string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", node.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }
}
