using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Keeper.Core.Chain;
using Keeper.Core.Primitives;
using Keeper.Tests.Support;

namespace Keeper.Conformance.Chain.Faults;

/// <summary>Whatever befalls the socket that announces heads, the chain is followed on: every block once, linked, in order.</summary>
public abstract partial class ChainClientFaults
{
    private static readonly Dictionary<string, Func<ScriptedSocket, BlockRef, Task>> BadNotifications = new()
    {
        ["nothing"] = (socket, _) => socket.SendAsync(""),
        ["half an object"] = (socket, _) => socket.SendAsync("{\"jsonrpc\":\"2.0\",\"method\":\"eth_subscription\",\"params\":{\"subscr"),
        ["an object without members"] = (socket, _) => socket.SendAsync("{}"),
        ["a notification without parameters"] = (socket, _) => socket.SendAsync("{\"jsonrpc\":\"2.0\",\"method\":\"eth_subscription\"}"),
        ["parameters that are a list"] = (socket, _) => socket.SendAsync("{\"jsonrpc\":\"2.0\",\"method\":\"eth_subscription\",\"params\":[1]}"),
        ["a method that is a number"] = (socket, _) => socket.SendAsync("{\"jsonrpc\":\"2.0\",\"method\":7,\"params\":{\"subscription\":7,\"result\":7}}"),
        ["a subscription that is an object"] = (socket, _) => socket.SendAsync("{\"jsonrpc\":\"2.0\",\"method\":\"eth_subscription\",\"params\":{\"subscription\":{},\"result\":{}}}"),
        ["a head that is null"] = (socket, _) => socket.NotifyAsync("newHeads", null),
        ["a head that is text"] = (socket, _) => socket.NotifyAsync("newHeads", "0x1"),
        ["a head that is a list"] = (socket, _) => socket.NotifyAsync("newHeads", new[] { 1 }),
        ["a head of numbers"] = (socket, _) => socket.NotifyAsync("newHeads", new { number = 1, hash = 2, parentHash = 3, timestamp = 4, gasLimit = 5, gasUsed = 6 }),
        ["a head nested without end"] = (socket, _) => socket.SendAsync("{\"jsonrpc\":\"2.0\",\"method\":\"eth_subscription\",\"params\":{\"subscription\":\"0x1\",\"result\":" + new string('[', 2_000)),
        ["a head with text that is none"] = (socket, _) => socket.SendAsync("{\"jsonrpc\":\"2.0\",\"method\":\"eth_subscription\",\"params\":{\"subscription\":\"0x1\",\"result\":{\"number\":\"\\ud800\"}}}"),
        ["a head without hash"] = (socket, block) => socket.NotifyAsync("newHeads", Altered(ScriptedBlocks.Header(block), "hash", null)),
        ["a head with a hash of 31 bytes"] = (socket, block) => socket.NotifyAsync("newHeads", Altered(ScriptedBlocks.Header(block), "hash", Hex(31))),
        ["a head with a number of 65 bits"] = (socket, block) => socket.NotifyAsync("newHeads", Altered(ScriptedBlocks.Header(block), "number", "0x1" + new string('0', 16))),
        ["a log among the heads with five topics"] = (socket, block) => socket.NotifyAsync("newHeads", Altered(ScriptedBlocks.Log(block), "topics", Enumerable.Repeat(ScriptedBlocks.Topic.ToString(), 5))),
        ["a hint without data"] = (socket, block) => socket.NotifyAsync("logs", Altered(ScriptedBlocks.Log(block), "data", null)),
        ["a hint with topics that are a number"] = (socket, block) => socket.NotifyAsync("logs", Altered(ScriptedBlocks.Log(block), "topics", 7)),
        ["a hint that was removed"] = (socket, block) => socket.NotifyAsync("logs", Altered(ScriptedBlocks.Log(block), "removed", true)),
        ["a hint that nobody asked for"] = (socket, block) => socket.NotifyAsync("logs", Altered(ScriptedBlocks.Log(block), "address", Someone.ToString())),
        ["a subscription that nobody has"] = (socket, block) => socket.SendAsync(JsonRpcText.Notification("0xdeadbeef", Altered(ScriptedBlocks.Header(block), "number", "0x7fffffff"))),
        ["an answer to nothing"] = (socket, _) => socket.SendAsync("{\"jsonrpc\":\"2.0\",\"id\":987654321987,\"result\":\"0x1\"}"),
        ["an error for nothing"] = (socket, _) => socket.SendAsync("{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32700,\"message\":\"parse error\"}}"),
        ["a binary frame of rubbish"] = (socket, _) => socket.SendAsync(new byte[] { 0xff, 0xfe, 0x00 }, WebSocketMessageType.Binary),
    };

    public static TheoryData<string> BadNotificationNames => [.. BadNotifications.Keys];

    public static TheoryData<string, Transport> FollowingEnds
    {
        get
        {
            var data = new TheoryData<string, Transport>();
            foreach (var end in Ends.Keys.Where(end => end != Huge))
                foreach (var transport in (Transport[])[Transport.Socket, Transport.Both])
                    data.Add(end, transport);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(BadNotificationNames))]
    public async Task The_next_head_is_heard_after(string notification)
    {
        await using var stage = await SetAsync(Transport.Both);
        await using var told = stage.Follow(stage.Blocks.Filter);
        await stage.SubscribedAsync();
        await stage.AnnounceAsync(told);
        var before = stage.Reached;
        var block = new BlockRef(2, Asked, stage.Blocks.Last.Hash, 0);
        stage.Node.EachSocket(socket => BadNotifications[notification](socket, block));
        await stage.AnnounceAsync(told);

        Assert.DoesNotContain(told.Events, happened => happened is ChainEvent.OracleHint or ChainEvent.Reorg);
        Assert.Equal([1ul, 2ul], told.Events.OfType<ChainEvent.Block>().Select(happened => happened.Ref.Number));
        Assert.Equal(1, stage.Node.SocketsOpened);
        Assert.InRange(stage.Reached - before, 0, 12);
    }

    [Fact]
    public async Task Bad_notifications_without_end_cost_a_bounded_number_of_requests()
    {
        await using var stage = await SetAsync(Transport.Both);
        await using var told = stage.Follow();
        await stage.SubscribedAsync();
        await stage.AnnounceAsync(told);
        var before = stage.Reached;
        for (var i = 0; i < 300; i++) stage.Node.EachSocket(socket => socket.NotifyAsync("newHeads", new { number = 1 }));
        await stage.AnnounceAsync(told);
        await stage.UntilAsync(() => stage.Counted.Unreadable >= 300, "each is counted");
        Assert.Equal(300, stage.Counted.Unreadable);
        // Each may cause one look at the newest header, none more.
        Assert.InRange(stage.Reached - before, 0, 320);
        Assert.Equal(1, stage.Node.SocketsOpened);
    }

    [Theory]
    [InlineData("newlines between its tokens")]
    [InlineData("many fragments")]
    [InlineData("a binary frame")]
    public async Task A_head_is_heard_in(string frame)
    {
        await using var stage = await SetAsync(Transport.Both);
        await using var told = stage.Follow();
        await stage.SubscribedAsync();
        await stage.AnnounceAsync(told);
        for (var i = 0; i < 3; i++)
        {
            var block = stage.Blocks.Add();
            stage.Node.EachSocket(socket => OddFrames[frame](socket, JsonRpcText.Notification(socket.Subscriptions("newHeads").First(), ScriptedBlocks.Header(block))));
            await told.WaitForBlockAsync(block.Hash, 30);
        }
        Assert.Equal(1, stage.Node.SocketsOpened);
    }

    [Theory]
    [MemberData(nameof(FollowingEnds))]
    public async Task A_socket_that_ends_is_opened_again_and_the_gap_is_filled(string end, Transport transport)
    {
        await using var stage = await SetAsync(transport);
        await using var told = stage.Follow();
        await stage.SubscribedAsync();
        await stage.AnnounceAsync(told);
        var sockets = stage.Node.SocketsOpened;
        stage.Node.EachSocket(Ends[end].Act);
        stage.Blocks.Add(5);
        await told.WaitForBlockAsync(stage.Blocks.Last.Hash, 30);
        await stage.UntilAsync(() => stage.Node.SocketsOpened == 2 * sockets, "a socket for each that ended");
        await stage.SubscribedAsync();
        await stage.AnnounceAsync(told);
        Assert.Equal(sockets, stage.Counted.Reconnects(Ends[end].Reason));
        Assert.Equal(7, told.Chain[^1].Number == 7 ? told.Events.OfType<ChainEvent.Block>().Count() : -1);
        Assert.InRange(stage.Reached, 1, 40);
    }

    [Fact]
    public async Task A_message_without_end_ends_the_socket_and_the_chain_is_followed_on()
    {
        await using var stage = await SetAsync(Transport.Both);
        await using var told = stage.Follow();
        await stage.SubscribedAsync();
        await stage.AnnounceAsync(told);
        stage.Node.EachSocket(socket => socket.SendAsync(new string(' ', 17 * 1024 * 1024), fragments: 17));
        await stage.UntilAsync(() => stage.Node.SocketsOpened == 2, "another socket");
        Assert.Equal(1, stage.Counted.Reconnects("oversized"));
        await stage.SubscribedAsync();
        await stage.AnnounceAsync(told);
    }

    [Theory]
    [InlineData(Transport.Both)]
    [InlineData(Transport.Socket)]
    public async Task Through_a_hundred_seconds_of_silence_the_chain_is_followed_on(Transport transport)
    {
        const int Times = 25;
        await using var stage = await SetAsync(transport, setup => Timeout(120)(setup) with { Profile = TestProfiles.Fast with { BlockTime = TimeSpan.FromSeconds(2) }, Time = new HurriedTime(Times) });
        await using var told = stage.Follow();
        await stage.SubscribedAsync();
        stage.Node.Mute = true;
        var before = (stage.Reached, Sockets: stage.Node.SocketsOpened);
        for (var second = 0; second < 100; second += 10)
        {
            stage.Blocks.Add(5);
            await Task.Delay(TimeSpan.FromSeconds(10) / Times, TimeProvider.System);
        }
        await told.WaitForBlockAsync(stage.Blocks.Last.Hash, 30);

        // A head is missing after three block times, six seconds: a socket is dropped each time, and no oftener.
        Assert.InRange(stage.Counted.Silences, 1, 20);
        Assert.Equal(stage.Counted.Silences, stage.Counted.Reconnects("silent"));
        Assert.InRange(stage.Node.SocketsOpened - before.Sockets, 1, 20);
        Assert.InRange(stage.Reached - before.Reached, 50 / 8, 1_500);
        Assert.Equal(50, told.Chain[^1].Number == 50 ? told.Events.OfType<ChainEvent.Block>().Count() : -1);
        stage.Node.Mute = false;
        await stage.AnnounceAsync(told);
    }

    [Theory]
    [MemberData(nameof(WithSocket))]
    public async Task An_acknowledgement_that_is_lost_leaves_the_chain_polled_and_the_socket_replaced(Transport transport)
    {
        await using var stage = await SetAsync(transport, setup => setup with { Profile = TestProfiles.Fast, Time = new HurriedTime(4) });
        stage.Node.SocketFault = (_, request) => Task.FromResult(JsonRpcText.Method(JsonRpcText.Calls(request)[0]) == "eth_subscribe");
        await using var told = stage.Follow();
        for (var i = 0; i < 5; i++)
        {
            var block = stage.Blocks.Add();
            await told.WaitForBlockAsync(block.Hash, 30);
        }
        await stage.UntilAsync(() => stage.Counted.Silences >= 1, "the silence noticed");
        stage.Node.SocketFault = null;
        await stage.SubscribedAsync();
        await stage.AnnounceAsync(told);
        Assert.InRange(stage.Node.SocketsOpened, 2, 8);
    }

    [Theory]
    [InlineData(Transport.Both, "eth_subscribe is not supported")]
    [InlineData(Transport.Socket, "notifications not supported")]
    public async Task A_subscription_that_is_refused_leaves_the_chain_polled_and_the_node_in_peace(Transport transport, string reason)
    {
        await using var stage = await SetAsync(transport, setup => setup with { Profile = TestProfiles.Fast });
        stage.Node.On("eth_subscribe", _ => new ScriptedError(-32601, reason));
        await using var told = stage.Follow();
        for (var i = 0; i < 10; i++)
        {
            var block = stage.Blocks.Add();
            await told.WaitForBlockAsync(block.Hash, 30);
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        }
        Assert.Equal(10, told.Events.OfType<ChainEvent.Block>().Count());
        Assert.InRange(stage.Node.SocketsOpened, 1, 12);
        Assert.InRange(stage.Reached, 10, 400);
    }

    [Fact]
    public async Task Heads_and_hints_before_the_acknowledgement_are_heard()
    {
        await using var stage = await SetAsync(Transport.Both);
        stage.Node.SubscriptionDelay = TimeSpan.FromSeconds(5);
        stage.Node.SocketFault = async (socket, request) =>
        {
            if (JsonRpcText.Method(request) != "eth_subscribe" || request.GetProperty("params")[0].GetString() != "newHeads") return false;
            var block = stage.Blocks.Last.Number == 0 ? stage.Blocks.Add() : stage.Blocks.Last;
            var id = socket.Subscribe("newHeads");
            await socket.SendAsync(JsonRpcText.Notification(id, ScriptedBlocks.Header(block)));
            return true;
        };
        await using var told = stage.Follow();
        await told.WaitAsync(happened => happened is ChainEvent.Block, 30);
        await stage.AnnounceAsync(told);
        Assert.Equal(1, stage.Node.SocketsOpened);
    }

    [Theory]
    [InlineData(1ul)]
    [InlineData(0x7ffffffful)]
    public async Task A_head_whose_height_does_not_follow_its_parents_is_not_told(ulong height)
    {
        await using var stage = await SetAsync(Transport.Both, setup => setup with { Profile = TestProfiles.Fast });
        await using var told = stage.Follow(filter: LogFilter.None); // nothing else is asked about such a head
        await stage.SubscribedAsync();
        await stage.AnnounceAsync(told);
        stage.Node.EachSocket(socket => socket.NotifyAsync("newHeads", ScriptedBlocks.Header(new BlockRef(height, Asked, stage.Blocks.Last.Hash, 2_000))));
        await stage.UntilAsync(() => stage.Counted.Refused.Count > 0, "the header counted");
        await stage.AnnounceAsync(told);
        Assert.Equal([1ul, 2ul], told.Events.OfType<ChainEvent.Block>().Select(happened => happened.Ref.Number));
        Assert.All(stage.Counted.Refused, refused => Assert.Equal((stage.Endpoint, "header"), refused));
        Assert.Contains(stage.Said, line => line.Contains($"{stage.Endpoint}: the header of block", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_time_before_its_parents_is_not_told_and_the_same_time_is(bool isEarlier)
    {
        await using var stage = await SetAsync(Transport.Both, setup => setup with { Profile = TestProfiles.Fast });
        await using var told = stage.Follow(filter: LogFilter.None);
        await stage.SubscribedAsync();
        await stage.AnnounceAsync(told);
        var last = stage.Blocks.Last;
        var odd = new BlockRef(last.Number + 1, Asked, last.Hash, last.Timestamp - (isEarlier ? 1ul : 0));
        stage.Node.EachSocket(socket => socket.NotifyAsync("newHeads", ScriptedBlocks.Header(odd)));
        if (!isEarlier)
        {
            await told.WaitForBlockAsync(odd.Hash, 30);
            Assert.Empty(stage.Counted.Refused);
            return;
        }
        await stage.UntilAsync(() => stage.Counted.Refused.Count > 0, "the header counted");
        await stage.AnnounceAsync(told);
        Assert.Equal([1ul, 2ul], told.Events.OfType<ChainEvent.Block>().Select(happened => happened.Ref.Number));
        Assert.DoesNotContain(odd.Hash, told.Events.OfType<ChainEvent.Block>().Select(happened => happened.Ref.Hash));
        Assert.All(stage.Counted.Refused, refused => Assert.Equal((stage.Endpoint, "header"), refused));
    }

    [Theory]
    [InlineData("parentHash")]
    [InlineData("timestamp")]
    public async Task Headers_of_a_gap_that_do_not_follow_each_other_are_not_told_until_they_do(string field)
    {
        await using var stage = await SetAsync(Transport.Http, setup => setup with { Profile = TestProfiles.Fast });
        var (hasGrown, isAltered) = (false, true);
        stage.Node.On("eth_getBlockByNumber", args =>
        {
            var tag = args[0].GetString()!;
            // Four blocks at once, so that those between are a gap.
            if (stage.Blocks.ByTag(tag is "latest" && !Volatile.Read(ref hasGrown) ? "0x0" : tag) is not { } block) return null;
            return tag is "0x2" && Volatile.Read(ref isAltered) ? Altered(ScriptedBlocks.Header(block), field, field == "timestamp" ? "0x1" : Hex(32)) : ScriptedBlocks.Header(block);
        });
        await using var told = stage.Follow(filter: LogFilter.None);
        stage.Blocks.Add(4);
        Volatile.Write(ref hasGrown, true);
        await stage.UntilAsync(() => stage.Counted.Refused.Count > 0, "the header counted");
        Assert.Empty(told.Events.OfType<ChainEvent.Block>());
        Assert.All(stage.Counted.Refused, refused => Assert.Equal((stage.Endpoint, "header"), refused));
        Volatile.Write(ref isAltered, false);
        await told.WaitForBlockAsync(stage.Blocks.Last.Hash, 30);
        Assert.Equal(4, told.Events.OfType<ChainEvent.Block>().Count());
    }

    [Fact]
    public async Task A_log_of_another_block_is_never_told_and_the_right_ones_are_once_the_node_gives_them()
    {
        await using var stage = await SetAsync(Transport.Both, setup => setup with { Profile = TestProfiles.Fast });
        await using var told = stage.Follow();
        await stage.SubscribedAsync();
        await stage.AnnounceAsync(told);
        var foreign = ScriptedBlocks.Log(new BlockRef(2, Asked, Hash32.Zero, 0));
        var answered = 0;
        stage.Node.On("eth_getLogs", _ =>
        {
            Interlocked.Increment(ref answered);
            return new[] { foreign };
        });
        var block = stage.Blocks.Add();
        stage.Node.Notify(ScriptedBlocks.Header(block));
        await stage.UntilAsync(() => Volatile.Read(ref answered) >= 1 && stage.Counted.Requests.Contains("malformed"), "the foreign log refused");
        Assert.Single(told.Events.OfType<ChainEvent.Block>());

        stage.Node.On("eth_getLogs", _ => new[] { ScriptedBlocks.Log(block) });
        await told.WaitForBlockAsync(block.Hash, 40);
        Assert.Equal(block.Hash, Assert.Single(told.Events.OfType<ChainEvent.Block>().Last().Logs).BlockHash);
    }

    [Fact]
    public async Task A_node_that_fails_every_request_is_asked_ever_more_seldom_while_heads_come()
    {
        await using var stage = await SetAsync(Transport.Both, setup => setup with { Profile = TestProfiles.Fast });
        await using var told = stage.Follow();
        await stage.SubscribedAsync();
        await stage.AnnounceAsync(told);
        var before = stage.Reached;
        stage.Node.HttpFault = (context, _) => WriteAsync(context, 503, "");
        for (var i = 0; i < 20; i++)
        {
            stage.Node.Notify(ScriptedBlocks.Header(stage.Blocks.Add()));
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
        Assert.InRange(stage.Reached - before, 1, 45);
        Assert.Contains("transport", stage.Counted.Requests);
        stage.Node.HttpFault = null;
        await told.WaitForBlockAsync(stage.Blocks.Last.Hash, 30);
        Assert.Equal(21, told.Events.OfType<ChainEvent.Block>().Count());
    }
}
