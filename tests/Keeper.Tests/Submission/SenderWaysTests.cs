using Keeper.Core.Chain.Abi;
using Keeper.Core.Journal;
using Keeper.Core.Planning;
using Keeper.Core.Primitives;
using Keeper.Core.Submission;
using Keeper.Tests.Support;
using static Keeper.Tests.Support.TestChainData;

namespace Keeper.Tests.Submission;

public sealed class SenderWaysTests
{
    [Fact]
    public async Task What_cannot_be_paid_for_is_planned_in_another_way_at_once()
    {
        var scene = await SenderScene.StartAsync();
        scene.Chain.Answer = (call, _) => ScriptedChain.Items((false, ScriptedProtocol.Unpaid));
        var released = scene.Sender.WhenReleased;
        await scene.OfferAsync(PlanOf(scene));
        Assert.Equal((1, false, false), (scene.Sender.RefusedOf("lend:1", 100), scene.Sender.IsBackingOff("lend:1", 100), scene.Sender.IsOpen("lend:1")));
        Assert.True(released.IsCompleted);
        Assert.Equal(["lend:1: simulation_failed (0x02)"], scene.Skips);
    }

    [Fact]
    public async Task What_is_left_of_its_batch_is_sent_and_it_is_planned_in_another_way_at_once()
    {
        var scene = await SenderScene.StartAsync();
        scene.Chain.Answer = (call, _) => ScriptedChain.ItemCount(call) == 2 ? ScriptedChain.Items((false, ScriptedProtocol.Unpaid), (true, [])) : ScriptedChain.AllSucceed(call);
        var released = scene.Sender.WhenReleased;
        var plan = PlanOf(scene);
        await scene.OfferAsync(plan with { Accounts = [.. plan.Accounts, .. scene.PlanOf("2").Accounts] });
        Assert.Equal(["lend:2"], scene.Journal.All<JournalEntry.Intended>()[0].Items.Select(item => item.Account));
        Assert.Equal((1, 0, true), (scene.Sender.RefusedOf("lend:1", 100), scene.Sender.RefusedOf("lend:2", 100), released.IsCompleted));
    }

    [Theory]
    [InlineData(true, (byte)7)] // refused for another reason
    [InlineData(false, (byte)2)] // the last way
    public async Task Without_another_way_or_for_another_reason_it_backs_off(bool hasAlternative, byte reason)
    {
        var scene = await SenderScene.StartAsync();
        scene.Chain.Answer = (call, _) => ScriptedChain.Items((false, [reason]));
        var released = scene.Sender.WhenReleased;
        await scene.OfferAsync(PlanOf(scene, hasAlternative: hasAlternative));
        Assert.Equal((0, true, false), (scene.Sender.RefusedOf("lend:1", 100), scene.Sender.IsBackingOff("lend:1", 100), released.IsCompleted));
    }

    [Fact]
    public async Task An_account_of_ways_without_end_backs_off_after_some_and_begins_anew()
    {
        var scene = await SenderScene.StartAsync();
        scene.Chain.Answer = (call, _) => ScriptedChain.Items((false, ScriptedProtocol.Unpaid));
        var tried = 0;
        for (; !scene.Sender.IsBackingOff("lend:1", 100); tried++) await scene.OfferAsync(PlanOf(scene, scene.Sender.RefusedOf("lend:1", 100)));
        Assert.Equal((Ways.Most, 0), (tried, scene.Sender.RefusedOf("lend:1", 100)));
    }

    [Fact]
    public async Task A_log_of_the_account_brings_the_best_way_back()
    {
        var scene = await SenderScene.StartAsync();
        scene.Chain.Answer = (call, _) => ScriptedChain.Items((false, ScriptedProtocol.Unpaid));
        await scene.OfferAsync(PlanOf(scene));
        await scene.NextAsync();
        Assert.Equal(1, scene.Sender.RefusedOf("lend:1", 101));
        await scene.NextAsync(scene.Lend.ChangeLog(Block(102), "1"));
        Assert.Equal(0, scene.Sender.RefusedOf("lend:1", 102));
    }

    /// <param name="brings">Of 100 that were expected.</param>
    [Theory]
    [InlineData(1, 1, false)]
    [InlineData(100, 0, true)]
    public async Task A_sale_that_brings_too_little_is_one_that_cannot_be_paid_for(int brings, int refused, bool isSent)
    {
        var scene = await SenderScene.StartAsync();
        scene.Chain.Answer = (call, _) => ScriptedChain.Items((true, new AbiWriter().Word(Dollar.FromUsd(Usd.Whole(brings))).ToArray()));
        await scene.OfferAsync(PlanOf(scene, returnsReward: true));
        Assert.Equal((refused, isSent, false), (scene.Sender.RefusedOf("lend:1", 100), scene.Sender.IsOpen("lend:1"), scene.Sender.IsBackingOff("lend:1", 100)));
    }

    private static LiquidationPlan PlanOf(SenderScene scene, int refused = 0, bool hasAlternative = true, bool returnsReward = false)
    {
        var plan = scene.PlanOf("1");
        var call = plan.Accounts[0].Calls[0] with { HasAlternative = hasAlternative, ReturnsReward = returnsReward };
        return plan with { Accounts = [plan.Accounts[0] with { Calls = [call], Refused = refused }], GasSharePpm = 500_000 };
    }
}
