using System.Diagnostics;
using Keeper.Conformance.Support;
using Keeper.Conformance.Support.Faults;
using Keeper.Core.Chain;
using Keeper.Core.Primitives;

namespace Keeper.Conformance.Chain;

/// <summary>One client of several real nodes, of which one is wrong. Where two must have the same chain, they are a node and a proxy before it.</summary>
public sealed class EndpointTests
{
    [Fact]
    public async Task Of_three_the_one_on_a_fork_is_put_aside_and_named_and_the_others_chain_is_followed()
    {
        await using var scene = new EndpointScene();
        var main = await scene.StartAsync();
        await main.MineAsync(3);
        var fork = await scene.ForkAsync(main);
        var proxy = scene.Hold(await FaultProxy.StartAsync(main.HttpUrl, main.WsUrl));
        scene.Connect(("fork", fork.HttpUrl, fork.WsUrl), ("main", main.HttpUrl, main.WsUrl), ("again", proxy.HttpUrl, proxy.WsUrl));
        var told = await scene.FollowAsync(main);
        await scene.MineUntilAsync(() => scene.Told.Contains("Endpoint fork is put aside: fork", StringComparison.Ordinal), main, fork);

        var (ours, theirs) = (await EndpointScene.HeadAsync(main), await EndpointScene.HeadAsync(fork));
        await told.WaitForBlockAsync(ours.Hash, 60);
        Assert.DoesNotContain(told.Chain, block => block.Hash == theirs.Hash);
        Assert.Equal(ours, (await scene.Client.GetHeaderAsync(BlockId.Latest, scene.Patience)).Ref);
        Assert.Null(scene.Client.DoubtOf(ours));
        Assert.NotNull(scene.Client.DoubtOf(theirs));

        // Bytes that only it would take are not taken for sent.
        var signed = await main.SignAsync(main.Signer.Address, []);
        await scene.Client.SendRawTransactionAsync(signed.Raw, scene.Patience);
        await main.ReceiptAsync(signed.Hash);
        Assert.Equal(System.Text.Json.JsonValueKind.Null, (await fork.Rpc.RequestAsync("eth_getTransactionByHash", signed.Hash)).ValueKind);
    }

    [Fact]
    public async Task Two_that_disagree_leave_nothing_to_decide_on_and_transactions_go_to_both()
    {
        await using var scene = new EndpointScene();
        var main = await scene.StartAsync();
        await main.MineAsync(3);
        var fork = await scene.ForkAsync(main);
        scene.Connect(("main", main.HttpUrl, main.WsUrl), ("fork", fork.HttpUrl, fork.WsUrl));
        await scene.FollowAsync(main);
        var common = await EndpointScene.HeadAsync(main);
        await scene.MineUntilAsync(() => scene.Client.DoubtOf(common) is { } doubt && doubt.Contains("main, fork", StringComparison.Ordinal), main, fork);

        var signed = await main.SignAsync(main.Signer.Address, []);
        await scene.Client.SendRawTransactionAsync(signed.Raw, scene.Patience);
        await main.ReceiptAsync(signed.Hash);
        await fork.ReceiptAsync(signed.Hash);
    }

    [Fact]
    public async Task One_that_lags_is_put_aside_and_is_read_from_again_when_it_has_caught_up()
    {
        await using var scene = new EndpointScene();
        var main = await scene.StartAsync();
        await main.MineAsync(3);
        var late = await scene.StartAsAsync(main);
        scene.Connect(("late", late.HttpUrl, late.WsUrl), ("main", main.HttpUrl, main.WsUrl));
        var told = await scene.FollowAsync(main);
        await scene.MineUntilAsync(() => scene.Told.Contains("Endpoint late is put aside: lag", StringComparison.Ordinal), main);
        var head = await EndpointScene.HeadAsync(main);
        await told.WaitForBlockAsync(head.Hash, 60);
        Assert.DoesNotContain(told.Events, happened => happened is ChainEvent.Reorg);
        Assert.Null(scene.Client.DoubtOf(head));

        await EndpointScene.CopyAsync(main, late);
        await scene.MineUntilAsync(() => scene.Told.Contains("Endpoint late is right again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_on_another_chain_is_never_read_from()
    {
        await using var scene = new EndpointScene();
        var main = await scene.StartAsync();
        await main.MineAsync(3);
        var proxy = scene.Hold(await FaultProxy.StartAsync(main.HttpUrl, main.WsUrl));
        proxy.On("eth_chainId", call => Task.FromResult(call.Answer("0x5")));
        scene.Connect(("other", proxy.HttpUrl, proxy.WsUrl), ("main", main.HttpUrl, main.WsUrl));
        await scene.FollowAsync(main);
        await scene.MineUntilAsync(() => scene.Told.Contains("Endpoint other is put aside: chain_id", StringComparison.Ordinal), main);
        var asked = proxy.Calls("eth_getBalance").Count;
        await scene.Client.GetBalanceAsync(main.Signer.Address, BlockId.Latest, scene.Patience);
        Assert.Equal(asked, proxy.Calls("eth_getBalance").Count);
    }

    [Fact]
    public async Task The_only_one_that_comes_back_with_another_chain_is_believed_in_nothing()
    {
        await using var scene = new EndpointScene();
        var main = await scene.StartAsync();
        await main.MineAsync(3);
        var proxy = scene.Hold(await FaultProxy.StartAsync(main.HttpUrl, main.WsUrl));
        scene.Connect(("only", proxy.HttpUrl, proxy.WsUrl));
        var told = await scene.FollowAsync(main);
        await main.MineAsync();
        var head = await EndpointScene.HeadAsync(main);
        await told.WaitForBlockAsync(head.Hash, 60);
        Assert.Null(scene.Client.DoubtOf(head));

        proxy.On("eth_chainId", call => Task.FromResult(call.Answer("0x5")));
        proxy.ResetSockets();
        await scene.MineUntilAsync(() => scene.Client.DoubtOf(head) is not null);
        Assert.Contains("only (chain_id)", scene.Client.DoubtOf(head), StringComparison.Ordinal);
        await Assert.ThrowsAsync<ChainException>(() => scene.Client.GetBalanceAsync(main.Signer.Address, BlockId.Latest, scene.Patience));
    }

    /// <summary>The control is the same read with that endpoint alone.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_read_that_takes_long_is_asked_of_a_second_one_where_there_is_one(bool hasSecond)
    {
        var delay = TimeSpan.FromSeconds(8);
        await using var scene = new EndpointScene();
        var main = await scene.StartAsync();
        var (slow, quick) = (scene.Hold(await FaultProxy.StartAsync(main.HttpUrl, main.WsUrl)), scene.Hold(await FaultProxy.StartAsync(main.HttpUrl, main.WsUrl)));
        slow.On("eth_getBalance", Rules.Late(delay));
        scene.Connect([("slow", slow.HttpUrl, slow.WsUrl), .. hasSecond ? [("quick", quick.HttpUrl, quick.WsUrl)] : Array.Empty<(string, Uri, Uri)>()]);
        var began = Stopwatch.GetTimestamp();
        Assert.NotEqual(Wei.Zero, await scene.Client.GetBalanceAsync(main.Signer.Address, BlockId.Latest, scene.Patience));
        Assert.Equal(hasSecond, Stopwatch.GetElapsedTime(began) < delay);
        Assert.Equal(hasSecond ? 1 : 0, quick.Calls("eth_getBalance").Count);
        Assert.Single(slow.Calls("eth_getBalance"));
    }

    [Fact]
    public async Task A_transaction_is_never_asked_of_one_endpoint_twice()
    {
        await using var scene = new EndpointScene();
        var main = await scene.StartAsync();
        var (slow, quick) = (scene.Hold(await FaultProxy.StartAsync(main.HttpUrl, main.WsUrl)), scene.Hold(await FaultProxy.StartAsync(main.HttpUrl, main.WsUrl)));
        slow.On("eth_sendRawTransaction", Rules.Late(TimeSpan.FromSeconds(5)));
        quick.On("eth_sendRawTransaction", Rules.Late(TimeSpan.FromSeconds(3)));
        scene.Connect(("slow", slow.HttpUrl, slow.WsUrl), ("quick", quick.HttpUrl, quick.WsUrl));
        var signed = await main.SignAsync(main.Signer.Address, []);
        await scene.Client.SendRawTransactionAsync(signed.Raw, scene.Patience);
        Assert.Single(slow.Sends);
        Assert.Single(quick.Sends);
    }
}
