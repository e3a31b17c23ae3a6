using Keeper.Conformance.Chain.Faults;
using Keeper.Conformance.Support.Faults;
using Keeper.Core.Journal;

namespace Keeper.Conformance.EndToEnd.Faults;

/// <summary>Endpoints that go away, come back, or swallow what they are given.</summary>
[Collection(EndToEndCollection.Name)]
public sealed class EndpointFaultTests(FaultChain chain) : IClassFixture<FaultChain>
{
    private const string Send = "eth_sendRawTransaction";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_socket_that_breaks_is_opened_anew_and_what_came_meanwhile_is_dealt_with(bool closesPolitely)
    {
        await using var scene = await chain.SceneAsync();
        await scene.StartAsync();
        await scene.UntilAsync("a socket is open", () => scene.Proxy.SocketsOpened == 1);
        if (closesPolitely) await scene.Proxy.CloseSocketsAsync();
        else scene.Proxy.ResetSockets();
        await scene.PriceAsync();
        await scene.UntilCalmAsync();
        await scene.UntilAsync("another socket is open", () => scene.Proxy.SocketsOpened > 1);

        await scene.JudgeFirstAsync();
        Assert.Single(scene.Keeper.Mirrored); // the gap was filled, not the mirror built anew
    }

    [Fact]
    public async Task What_an_endpoint_accepts_and_throws_away_goes_out_by_the_other_at_the_next_head()
    {
        await using var scene = await chain.SceneAsync(endpoints: 2);
        scene.Proxy.On(Send, Rules.AcceptAndDiscard);
        scene.Proxies[1].On(Send, Rules.First(1, Rules.Reset));
        await scene.StartAsync();
        await scene.PriceAsync();
        await scene.UntilCalmAsync();

        var signed = await scene.JudgeFirstAsync();
        Assert.All(FaultScene.SendsOf(scene.Proxies[1], 0), send => Assert.Equal(signed.Hash, send.Hash));
        Assert.True(scene.Proxies[1].Sends.Count >= 2);
    }

    [Fact]
    public async Task What_the_only_endpoint_accepts_and_throws_away_goes_out_with_every_head_until_it_is_mined()
    {
        await using var scene = await chain.SceneAsync();
        scene.Proxy.On(Send, Rules.AcceptAndDiscard);
        await scene.StartAsync();
        await scene.PriceAsync();
        // The control: nothing else brings it into a block.
        await scene.MineAsync(5);
        Assert.Equal(0UL, await scene.Exchange.NonceAsync(scene.Operator));

        scene.Proxy.Mend();
        await scene.UntilCalmAsync();
        await scene.JudgeAsync();
    }

    [Fact]
    public async Task With_every_endpoint_down_it_is_not_ready_and_afterwards_the_dearest_go_first()
    {
        await using var scene = await chain.SceneAsync(endpoints: 2);
        // Readiness gives way after half a minute: five seconds by this clock.
        await scene.StartAsync(setup => setup with
        {
            Time = new HurriedTime(6),
            Planning = new() { MaxAccountsPerTransaction = 2 },
            Endpoints = [.. setup.Endpoints.Select(endpoint => endpoint with { RequestTimeout = TimeSpan.FromSeconds(60) })],
        });
        foreach (var proxy in scene.Proxies)
        {
            proxy.Otherwise = Rules.Reset;
            proxy.RefusesSockets = true;
            proxy.ResetSockets();
        }
        await scene.PriceAsync(94);
        await scene.UntilAsync("it says that it is not ready", () => !scene.Keeper.IsReady, mines: false);
        Assert.Empty(await scene.Keeper.EntriesAsync());

        foreach (var proxy in scene.Proxies) proxy.Mend();
        await scene.UntilCalmAsync();
        Assert.True(scene.Keeper.IsReady);
        var plans = await scene.Keeper.EntriesAsync<JournalEntry.Intended>();
        var first = plans.Where(plan => plan.Basis == plans[0].Basis).ToArray();
        Assert.True(first.Length > 1, "Too few were under water to see an order.");
        Assert.Equal(first.OrderByDescending(plan => plan.ExpectedReward).Select(plan => plan.Nonce), first.Select(plan => plan.Nonce));
        await scene.JudgeAsync();
    }

    [Theory]
    [InlineData(3_600)]
    [InlineData(-3_600)]
    public async Task A_wall_clock_that_jumps_by_an_hour_changes_nothing(int seconds)
    {
        await using var scene = await chain.SceneAsync();
        var time = new JumpingTime();
        await scene.StartAsync(setup => setup with { Time = time });
        await scene.PriceAsync(97);
        time.Jump(TimeSpan.FromSeconds(seconds));
        await scene.UntilCalmAsync();
        await scene.PriceAsync(94);
        await scene.UntilCalmAsync();
        Assert.True((await scene.JudgeAsync()).Count >= 2);
        Assert.True(scene.Keeper.IsReady);

        // The journal is in order by its numbers, whatever its times say: a keeper that starts anew takes it.
        await scene.StopAsync();
        await scene.StartAsync();
        await scene.JudgeAsync();
    }

    /// <summary>Somebody sets the machine's clock: the wall jumps, and what measures durations does not.</summary>
    private sealed class JumpingTime : TimeProvider
    {
        private long _ticks;

        public void Jump(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _ticks));
    }
}
