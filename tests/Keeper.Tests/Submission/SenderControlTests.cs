using Keeper.Core.Journal;
using Keeper.Core.Planning;
using Keeper.Core.Primitives;
using Keeper.Core.Submission;
using Keeper.Core.Submission.Breakers;
using Keeper.Core.Submission.Control;
using Keeper.Tests.Support;

namespace Keeper.Tests.Submission;

public sealed class SenderControlTests
{
    private static readonly ControlRequest.Halt Halt = new("maintenance\nof the node");

    [Fact]
    public async Task The_kill_switch_lets_nothing_new_out_and_brings_the_old_to_its_end()
    {
        var scene = await SenderScene.StartAsync(new() { FirstBidSharePpm = 0 });
        await scene.OfferAsync("1");
        var answer = await scene.AskAsync(Halt);
        Assert.Null(answer.Refusal);
        Assert.Equal("operator: maintenance\\u000aof the node", answer.Status.Halted);
        Assert.Equal(SkipReason.Halted, await scene.OfferAsync("2"));
        var sent = scene.Sent.Count;
        await scene.NextAsync();
        Assert.Equal(sent + 1, scene.Sent.Count);
        scene.Gas = TestChainData.Market(highGwei: 50);
        for (var i = 0; i < 3; i++) await scene.NextAsync();
        var signed = scene.Journal.All<JournalEntry.Signed>();
        Assert.True(signed.Count > 1);
        scene.Mine(signed[^1], items: (true, []));
        await scene.NextAsync();
        Assert.Single(scene.Journal.All<JournalEntry.Settled>());
        Assert.Single(scene.Journal.All<JournalEntry.Intended>());
    }

    [Fact]
    public async Task It_holds_over_a_restart_and_no_time_ends_it()
    {
        var before = await SenderScene.StartAsync();
        await before.AskAsync(Halt);
        var after = await SenderScene.StartAsync(journal: before.Journal);
        await after.HeadAsync(TestChainData.Block(100_000));
        Assert.StartsWith("operator: ", after.Sender.Halted);
        Assert.Null((await after.AskAsync(new ControlRequest.Resume(null))).Refusal);
        Assert.Null(after.Sender.Halted);
        Assert.Equal((true, false), (after.Journal.All<JournalEntry.BreakerChanged>()[^1].IsManual, after.Journal.All<JournalEntry.BreakerChanged>()[^1].IsOpen));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_does_not_stand_behind_the_offers_that_wait(bool isHalted)
    {
        var scene = await SenderScene.StartAsync();
        for (var i = 0; i < 10; i++) Assert.Null(scene.Sender.TryOffer(scene.PlanOf($"{i}"), scene.Gas));
        if (isHalted) await scene.AskAsync(Halt);
        await scene.PumpAsync();
        // The control: without the switch all of them go out.
        Assert.Equal(isHalted ? 0 : 10, scene.Journal.All<JournalEntry.Intended>().Count);
        Assert.Equal(!isHalted, scene.Sender.IsOpen("lend:0"));
    }

    [Fact]
    public async Task A_drain_lets_nothing_new_out_says_what_is_left_and_ends_with_the_process()
    {
        var scene = await SenderScene.StartAsync();
        await scene.OfferAsync("1");
        var answer = await scene.AskAsync(new ControlRequest.Drain());
        Assert.Equal("draining: 1 in flight", answer.Said);
        Assert.True(answer.Status.IsDraining);
        Assert.Equal(["lend:1"], Assert.Single(answer.Status.Slots).Accounts);
        Assert.Equal(SkipReason.Halted, await scene.OfferAsync("2"));
        Assert.False(scene.Readiness.IsReady);
        scene.Mine(scene.Journal.All<JournalEntry.Signed>()[0], items: (true, []));
        await scene.NextAsync();
        answer = await scene.AskAsync(new ControlRequest.Drain());
        Assert.Equal("drained: nothing is in flight", answer.Said);
        Assert.Empty(answer.Status.Slots);

        var after = await SenderScene.StartAsync(journal: scene.Journal, setUp: next => next.Chain.TransactionCount = 6);
        Assert.Null(after.Sender.Halted);
        await scene.AskAsync(new ControlRequest.Resume(null));
        Assert.Null(await scene.OfferAsync("2"));
    }

    [Fact]
    public async Task Resume_closes_the_breaker_that_is_named_and_no_other()
    {
        var scene = await SenderScene.StartAsync(breakers: new() { ContradictedPlans = 1 });
        scene.Chain.Answer = (_, _) => ScriptedChain.Items((false, ScriptedProtocol.HealthyByNow));
        await scene.OfferAsync("1");
        await scene.AskAsync(Halt);
        var answer = await scene.AskAsync(new ControlRequest.Resume(Breaker.MirrorDivergence));
        Assert.Contains("still halted: operator", answer.Said);
        answer = await scene.AskAsync(new ControlRequest.Resume(null));
        Assert.Equal((null, "operator is closed"), (answer.Refusal, answer.Said));
        Assert.Equal("signer was not open", (await scene.AskAsync(new ControlRequest.Resume(Breaker.Signer))).Said);
    }

    [Fact]
    public async Task Resume_refuses_what_would_open_at_once_again()
    {
        var scene = await SenderScene.StartAsync();
        scene.Chain.Balance = Wei.Zero;
        await scene.NextAsync();
        Assert.Contains("fund", (await scene.AskAsync(new ControlRequest.Resume(Breaker.Balance))).Refusal);
        Assert.StartsWith("balance", scene.Sender.Halted);
    }

    [Fact]
    public async Task The_status_shows_breakers_slots_nonces_and_budgets()
    {
        var scene = await SenderScene.StartAsync();
        await scene.OfferAsync("1");
        await scene.OfferAsync("2");
        scene.Mine(scene.Journal.All<JournalEntry.Signed>()[0], items: (true, []));
        await scene.NextAsync();
        await scene.NextAsync();
        var status = (await scene.AskAsync(new ControlRequest.Status())).Status;
        Assert.Equal((scene.Signer.Address, null, false), (status.Key, status.Halted, status.IsDraining));
        Assert.Equal((7UL, 6UL, 102UL), (status.NextNonce, status.ChainNonce!.Value, status.Head!.Value.Number));
        Assert.Equal(Enum.GetValues<Breaker>(), status.Breakers.Select(breaker => breaker.Breaker));
        Assert.All(status.Breakers, breaker => Assert.Null(breaker.Open));
        var slot = Assert.Single(status.Slots);
        Assert.Equal((6UL, SlotState.Broadcast, 24UL, false, null), (slot.Nonce, slot.State, slot.AgeSeconds, slot.IsCancel, slot.MinedIn));
        Assert.Equal((5UL, SlotState.Confirmed, 101UL), Assert.Single(status.Settled) is var settled ? (settled.Nonce, settled.State, settled.MinedIn!.Value) : default);
        Assert.Equal(scene.Journal.All<JournalEntry.Signed>()[^1].Hash, slot.Hash);
        Assert.Equal(Wei.FromGwei(11) * new Gas(200_000), status.SpentInHour);
        Assert.Equal(slot.Fees.MaxFeePerGas * scene.Journal.All<JournalEntry.Intended>()[1].GasLimit, status.Open);
        Assert.Equal(scene.Options.MaxCostPerHour, status.LimitOfHour);
    }
}
