using Keeper.Chain.Native;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Primitives;
using Keeper.Host.Running;
using Keeper.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Keeper.Tests.Chain.Following;

public sealed class FollowTests
{
    [Fact]
    public async Task A_head_that_links_costs_one_request()
    {
        await using var stage = await Stage.SetAsync(TestProfile.Slow);
        await stage.SubscribedAsync();
        var before = stage.Node.Requests;
        stage.Node.Notify(ScriptedBlocks.Header(stage.Blocks.Add()));
        await stage.ToldAsync(1);
        Assert.Equal(1, stage.Node.Requests - before);
        Assert.Equal("eth_getLogs", stage.Node.Asked.Last());
    }

    [Fact]
    public async Task Repeated_reordered_and_skipped_heads_change_nothing()
    {
        await using var stage = await Stage.SetAsync(TestProfile.Slow);
        await stage.SubscribedAsync();
        BlockRef[] blocks = [stage.Blocks.Add(), stage.Blocks.Add(), stage.Blocks.Add(), stage.Blocks.Add()];
        foreach (var i in (int[])[0, 0, 2, 1, 0, 3, 2]) stage.Node.Notify(ScriptedBlocks.Header(blocks[i]));
        await stage.ToldAsync(4);
        Assert.Equal(blocks, stage.Told.OfType<ChainEvent.Block>().Select(block => block.Ref));
        Assert.All(stage.Told, happened => Assert.False(happened is ChainEvent.Reorg));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_socket_that_ends_is_opened_again_and_the_gap_is_filled(bool withCloseFrame)
    {
        await using var stage = await Stage.SetAsync(TestProfile.Slow);
        await stage.SubscribedAsync();
        stage.Node.Notify(ScriptedBlocks.Header(stage.Blocks.Add()));
        await stage.ToldAsync(1);
        if (withCloseFrame) await stage.Node.CloseSocketsAsync();
        else stage.Node.ResetSockets();
        stage.Blocks.Add(3);

        await stage.ToldAsync(4);
        await stage.SubscribedAsync(2);
        Assert.Equal(2, stage.Node.SocketsOpened);
        stage.Node.Notify(ScriptedBlocks.Header(stage.Blocks.Add()));
        await stage.ToldAsync(5);
    }

    [Fact]
    public async Task A_server_that_closes_at_once_is_not_stormed()
    {
        await using var stage = await Stage.SetAsync(TestProfile.Slow);
        var until = DateTimeOffset.FromUnixTimeMilliseconds(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() + 2000);
        while (TimeProvider.System.GetUtcNow() < until)
        {
            await stage.Node.CloseSocketsAsync();
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }
        // 100 ms doubled each time, halved by chance at most: no more than 7 fit into two seconds.
        Assert.InRange(stage.Node.SocketsOpened, 2, 8);
    }

    [Fact]
    public async Task A_silent_socket_is_dropped_and_polling_tells_meanwhile()
    {
        await using var stage = await Stage.SetAsync(TestProfile.Fast);
        await stage.SubscribedAsync();
        stage.Node.Mute = true;
        stage.Blocks.Add(2);
        await stage.ToldAsync(2);
        Assert.Equal(1, stage.Node.SocketsOpened);
        await stage.UntilAsync(() => stage.Node.SocketsOpened >= 2, 10);
    }

    [Fact]
    public async Task Notifications_before_the_answer_to_the_subscription_are_heard()
    {
        await using var stage = await Stage.SetAsync(TestProfile.Slow, node => node.SubscriptionDelay = TimeSpan.FromSeconds(3));
        await stage.UntilAsync(() => stage.Node.SocketsOpened == 1);
        await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System);
        var block = stage.Blocks.Add();
        stage.Node.Notify(ScriptedBlocks.Log(block));
        stage.Node.Notify(ScriptedBlocks.Header(block));
        await stage.ToldAsync(1, seconds: 2);
        Assert.IsType<ChainEvent.OracleHint>(stage.Told[0]);
    }

    [Fact]
    public async Task A_hint_overtakes_its_block_and_is_not_told_after_it()
    {
        await using var stage = await Stage.SetAsync(TestProfile.Slow);
        await stage.SubscribedAsync();
        var first = stage.Blocks.Add();
        stage.Node.Notify(ScriptedBlocks.Log(first));
        stage.Node.Notify(ScriptedBlocks.Header(first));
        await stage.ToldAsync(1);
        stage.Node.Notify(ScriptedBlocks.Log(first));
        var second = stage.Blocks.Add();
        stage.Node.Notify(ScriptedBlocks.Header(second));
        await stage.ToldAsync(2);
        Assert.Equal(
            ["hint 1", "block 1", "block 2"],
            stage.Told.Select(happened => happened switch { ChainEvent.OracleHint hint => $"hint {hint.Log.BlockNumber}", ChainEvent.Block block => $"block {block.Ref.Number}", _ => "?" }));
    }

    [Fact]
    public async Task Notifications_that_make_no_sense_are_survived()
    {
        await using var stage = await Stage.SetAsync(TestProfile.Slow);
        await stage.SubscribedAsync();
        foreach (var text in (string[])["", "{", "[]", "null", "{\"method\":\"eth_subscription\"}", "{\"method\":\"eth_subscription\",\"params\":{\"result\":{\"topics\":7}}}", "{\"method\":\"eth_subscription\",\"params\":{\"result\":{\"hash\":\"0x1\"}}}"])
            stage.Node.Babble(text);
        stage.Node.Notify(ScriptedBlocks.Header(stage.Blocks.Add()));
        await stage.ToldAsync(1);
        Assert.Equal(1, stage.Node.SocketsOpened);
    }

    [Fact]
    public async Task A_lagging_node_is_waited_for_and_a_rollback_is_told()
    {
        await using var stage = await Stage.SetAsync(TestProfile.Fast, socket: false);
        stage.Blocks.Add(5);
        await stage.ToldAsync(5);
        stage.Blocks.Drop(1);
        await Task.Delay(TimeSpan.FromMilliseconds(150), TimeProvider.System);
        stage.Blocks.Add(2); // the same block 5 and its child: it only lagged
        await stage.ToldAsync(6);
        Assert.DoesNotContain(stage.Told, happened => happened is ChainEvent.Reorg);

        stage.Blocks.Drop(2);
        await stage.UntilAsync(() => stage.Told.OfType<ChainEvent.Reorg>().Any());
        Assert.Equal(4ul, stage.Told.OfType<ChainEvent.Reorg>().Single().CommonAncestor.Number);
    }

    [Fact]
    public async Task From_one_branch_to_another_and_back_the_telling_stays_linked()
    {
        await using var stage = await Stage.SetAsync(TestProfile.Fast, socket: false);
        stage.Blocks.Add(3);
        await stage.ToldAsync(3);
        var steps = 0;
        foreach (var branch in (string[])["other", "main", "other"])
        {
            stage.Blocks.Drop(2);
            stage.Blocks.Add(branch);
            stage.Blocks.Add(branch);
            var last = stage.Blocks.Last;
            steps++;
            await stage.UntilAsync(() => stage.Told.Count > 0 && stage.Told[^1] is ChainEvent.Block block && block.Ref == last);
            Assert.Equal(steps, stage.Told.OfType<ChainEvent.Reorg>().Count());
        }
        Assert.All(stage.Told.OfType<ChainEvent.Reorg>(), reorg => Assert.Equal(1ul, reorg.CommonAncestor.Number));
    }

    [Fact]
    public async Task A_log_of_another_block_is_not_told()
    {
        await using var stage = await Stage.SetAsync(TestProfile.Fast, socket: false);
        stage.Node.On("eth_getLogs", _ => new[] { ScriptedBlocks.Log(new BlockRef(1, Hash32.Zero, Hash32.Zero, 0)) });
        stage.Blocks.Add();
        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System);
        Assert.Empty(stage.Told);
        Assert.False(stage.Ended);
    }

    [Theory]
    [InlineData(1_000_000, false)]
    [InlineData(2, false)]
    [InlineData(2, true)]
    public async Task What_a_node_calls_final_is_believed_only_where_it_was_followed(ulong number, bool isTrue)
    {
        await using var stage = await Stage.SetAsync(TestProfile.Fast, socket: false);
        stage.Blocks.Add(3);
        await stage.ToldAsync(3);
        var told = stage.Told.OfType<ChainEvent.Block>().Select(block => block.Ref).ToArray();
        stage.Blocks.Final = isTrue ? told[1] : new BlockRef(number, new Hash32((UInt256)7UL), new Hash32((UInt256)6UL), 1);
        Assert.True(!isTrue || told[1].Number == number);
        // Looked at every few blocks.
        for (var blocks = 3; blocks < 40; blocks += 4)
        {
            stage.Blocks.Add(4);
            await stage.ToldAsync(blocks + 4);
        }
        Assert.Equal(isTrue ? [number] : [], stage.Finals);
        // Nor does the wrong word make anybody doubt the chain.
        Assert.Null(stage.DoubtOf(stage.Blocks.Last));
    }

    [Fact]
    public async Task Where_a_node_refuses_the_finalized_tag_depth_says_what_is_final_and_it_is_not_asked_again()
    {
        var asked = 0;
        await using var stage = await Stage.SetAsync(TestProfile.Fast with { FinalityDepth = 8 }, socket: false);
        stage.Node.On("eth_getBlockByNumber", args =>
        {
            if (args[0].GetString() is not "finalized") return stage.Blocks.ByTag(args[0].GetString()!) is { } block ? ScriptedBlocks.Header(block) : null;
            Interlocked.Increment(ref asked);
            return new ScriptedError(-32602, "invalid block tag");
        });
        for (var blocks = 0; blocks < 24; blocks += 4)
        {
            stage.Blocks.Add(4);
            await stage.ToldAsync(blocks + 4);
        }
        await stage.UntilAsync(() => stage.Finals is [.., 16]);
        Assert.All(stage.Finals, final => Assert.InRange(final, 1UL, 16UL));
        Assert.Equal(1, Volatile.Read(ref asked));
    }

    /// <summary>A scripted node, its chain, and a follower of it.</summary>
    private sealed class Stage : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly List<ChainEvent> _told = [];
        private readonly NodeChainClient _client;
        private readonly Task _running;

        private Stage(ScriptedNode node, ChainProfile profile, bool socket)
        {
            (Node, Blocks) = (node, new ScriptedBlocks(node));
            _client = NodeChainClient.Create(NativeChainLibrary.Instance, new ChainClientOptions { Profile = profile, Endpoints = [socket ? node.Both : node.HttpOnly], Retries = 0, Seed = 1 }, PollyReadRetry.Create, TimeProvider.System, NullLoggerFactory.Instance);
            var request = new FollowRequest(Blocks.Last, [], Blocks.Filter, Blocks.Filter);
            _running = Task.Run(() => FollowAsync(request));
        }

        public ScriptedNode Node { get; }
        public ScriptedBlocks Blocks { get; }
        public bool Ended => _running.IsCompleted;

        /// <summary>Without the final heights: those are <see cref="Finals"/>.</summary>
        public IReadOnlyList<ChainEvent> Told
        {
            get { lock (_told) return [.. _told.Where(happened => happened is not ChainEvent.Finalized)]; }
        }

        public IReadOnlyList<ulong> Finals
        {
            get { lock (_told) return [.. _told.OfType<ChainEvent.Finalized>().Select(final => final.Number).Where(number => number > 0)]; }
        }

        public string? DoubtOf(BlockRef head) => _client.DoubtOf(head);

        public static async Task<Stage> SetAsync(ChainProfile profile, Action<ScriptedNode>? prepare = null, bool socket = true)
        {
            var node = await ScriptedNode.StartAsync();
            prepare?.Invoke(node);
            return new Stage(node, profile, socket);
        }

        public Task SubscribedAsync(int sockets = 1) => UntilAsync(() => Node.Asked.Count(method => method == "eth_subscribe") >= 2 * sockets && Node.Asked.Last() != "eth_subscribe");

        public Task ToldAsync(int blocks, int seconds = 5) => UntilAsync(() => Told.OfType<ChainEvent.Block>().Count() >= blocks, seconds);

        public async Task UntilAsync(Func<bool> condition, int seconds = 5)
        {
            for (var i = 0; i < seconds * 100; i++)
            {
                if (condition()) return;
                if (_running.IsCompleted) await _running;
                await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
            }
            throw new TimeoutException($"It did not happen within {seconds} s; told: {string.Join(", ", Told)}");
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _client.DisposeAsync();
            await Node.DisposeAsync();
            _stop.Dispose();
        }

        private async Task FollowAsync(FollowRequest request)
        {
            await foreach (var happened in _client.FollowAsync(request, _stop.Token))
                lock (_told) _told.Add(happened);
        }
    }
}
