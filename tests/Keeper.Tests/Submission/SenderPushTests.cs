using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Journal;
using Keeper.Core.Primitives;
using Keeper.Core.Submission;
using Keeper.Tests.Support;
using static Keeper.Tests.Support.TestChainData;

namespace Keeper.Tests.Submission;

/// <summary>What is done at each head about what is not mined.</summary>
public sealed class SenderPushTests
{
    private static readonly byte[] Nothing = [];
    private static readonly CallResult Healthy = ScriptedChain.Items((false, ScriptedProtocol.HealthyByNow));

    /// <summary>A first bid that others outbid, and half an hour until it is raised.</summary>
    private static readonly SubmissionOptions Patient = new() { FirstBidSharePpm = 0, BumpAfter = TimeSpan.FromMinutes(30) };

    /// <summary>A first bid that others outbid, raised with the first head.</summary>
    private static readonly SubmissionOptions Eager = Patient with { BumpAfter = TimeSpan.FromSeconds(12) };

    [Fact]
    public async Task A_call_that_would_fail_by_now_is_cancelled_and_what_it_was_for_is_superseded()
    {
        var scene = await SenderScene.StartAsync(Patient);
        await scene.OfferAsync("1");
        scene.Chain.Answer = (_, _) => Healthy;
        await scene.NextAsync();
        var cancel = scene.Journal.All<JournalEntry.Signed>()[^1];
        Assert.True(cancel.IsCancel);
        Assert.Equal(cancel.Raw, scene.Chain.Sent[^1]);
        Assert.True(scene.Sender.IsOpen("lend:1"));

        scene.Mine(cancel);
        await scene.NextAsync();
        Assert.Equal(new AccountOutcome("lend:1", Outcome.Superseded, "healthy"), Assert.Single(scene.Journal.All<JournalEntry.Settled>()).Outcomes[0]);
        Assert.Equal((false, false), (scene.Sender.IsOpen("lend:1"), scene.Sender.IsBackingOff("lend:1", 102)));
    }

    /// <summary>The control: where the node tells nothing the same bytes stay, are mined and revert.</summary>
    [Fact]
    public async Task Without_a_simulation_the_same_call_would_have_been_mined_for_nothing()
    {
        var scene = await SenderScene.StartAsync(Patient);
        await scene.OfferAsync("1");
        scene.Chain.Answer = (_, _) => new CallResult.Refused("the node is busy");
        await scene.NextAsync();
        Assert.Equal(scene.Chain.Sent[0], scene.Chain.Sent[^1]);
        scene.Mine(scene.Journal.All<JournalEntry.Signed>()[^1], succeeded: false);
        await scene.NextAsync();
        Assert.Equal(Outcome.Reverted, Assert.Single(scene.Journal.All<JournalEntry.Settled>()).Outcomes[0].Outcome);
    }

    [Fact]
    public async Task A_cancel_is_known_as_superseding_after_a_restart_too()
    {
        var before = await SenderScene.StartAsync(Patient);
        await before.OfferAsync("1");
        before.Chain.Answer = (_, _) => Healthy;
        await before.NextAsync();

        var after = await SenderScene.StartAsync(Patient, journal: before.Journal);
        after.Mine(before.Journal.All<JournalEntry.Signed>()[^1]);
        await after.NextAsync();
        Assert.Equal(Outcome.Superseded, Assert.Single(after.Journal.All<JournalEntry.Settled>()).Outcomes[0].Outcome);
    }

    [Fact]
    public async Task A_batch_that_loses_a_part_goes_on_while_the_executor_is_content_and_is_cancelled_when_it_is_not()
    {
        var scene = await SenderScene.StartAsync(Patient);
        await scene.OfferAsync("1", "2");
        scene.Chain.Answer = (_, _) => ScriptedChain.Items((false, ScriptedProtocol.HealthyByNow), (true, Nothing));
        await scene.NextAsync();
        Assert.Single(scene.Sent.Distinct());

        scene.Chain.Answer = (_, _) => new CallResult.Reverted(new AbiWriter().ToCall(ExecutorCall.MinProfitNotMet));
        await scene.NextAsync();
        Assert.True(scene.Journal.All<JournalEntry.Signed>()[^1].IsCancel);
    }

    [Fact]
    public async Task Every_head_is_asked_once_for_all_that_is_unmined_by_the_very_fields_that_are_out()
    {
        var scene = await SenderScene.StartAsync(Patient);
        await scene.OfferAsync("1");
        await scene.OfferAsync("2");
        scene.Chain.Called.Clear();
        await scene.NextAsync();
        Assert.All(scene.Chain.Called, called => Assert.Equal(BlockId.At(Block(101)), called.At));
        Assert.Equal(
            scene.Signer.Signed.Select(fields => (Hex.Encode(fields.Data.Span), fields.GasLimit, fields.Fees.MaxFeePerGas, fields.Fees.MaxPriorityFeePerGas)),
            scene.Chain.Called.Select(called => (Hex.Encode(called.Call.Data.Span), called.Call.GasLimit!.Value, called.Call.MaxFeePerGas!.Value, called.Call.MaxPriorityFeePerGas!.Value)));
    }

    [Fact]
    public async Task What_a_hint_decided_is_not_judged_on_a_state_without_its_price()
    {
        var scene = await SenderScene.StartAsync(Patient);
        await scene.OfferAsync(scene.PlanOf("1") with { HintBlock = Block(101).Hash });
        scene.Chain.Answer = (_, at) => at is BlockId.ByHash(var hash) && hash == Block(101).Hash ? ScriptedChain.Items((true, Nothing)) : Healthy;
        await scene.HeadAsync(Block(100, branch: 3));
        await scene.HeadAsync(Block(101));
        Assert.Single(scene.Journal.All<JournalEntry.Signed>());

        // Another block took the place of the hint's: the price is orphaned.
        scene.Sender.OnReorg(100);
        await scene.HeadAsync(Block(101, branch: 1, after: Block(100)));
        Assert.True(scene.Journal.All<JournalEntry.Signed>()[^1].IsCancel);
    }

    [Fact]
    public async Task A_reorg_during_the_simulation_leaves_no_trace_of_the_plan()
    {
        var scene = await SenderScene.StartAsync();
        scene.Chain.Answer = (call, _) =>
        {
            scene.Sender.OnReorg(99);
            return ScriptedChain.AllSucceed(call);
        };
        await scene.OfferAsync("1");
        Assert.Empty(scene.Steps);
        Assert.Equal("lend:1: orphaned ((null))", Assert.Single(scene.Skips));
        Assert.False(scene.Sender.IsOpen("lend:1"));
    }

    [Fact]
    public async Task A_reorg_that_takes_the_block_of_the_hint_out_stops_what_was_decided_on_it()
    {
        var scene = await SenderScene.StartAsync();
        scene.Chain.Answer = (call, _) =>
        {
            scene.Sender.OnReorg(100);
            return ScriptedChain.AllSucceed(call);
        };
        await scene.OfferAsync(scene.PlanOf("1") with { HintBlock = Block(101).Hash });
        Assert.Empty(scene.Steps);
        Assert.Equal("lend:1: orphaned ((null))", Assert.Single(scene.Skips));
    }

    [Fact]
    public async Task A_reorg_above_the_block_of_the_decision_stops_nothing()
    {
        var scene = await SenderScene.StartAsync();
        scene.Chain.Answer = (call, _) =>
        {
            scene.Sender.OnReorg(100);
            return ScriptedChain.AllSucceed(call);
        };
        await scene.OfferAsync("1");
        Assert.Single(scene.Sent);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_a_reorg_between_signature_and_send_nothing_leaves_before_it_is_simulated_anew(bool stillPays)
    {
        var scene = await SenderScene.StartAsync(Patient);
        var journalling = scene.Journal.Appending;
        scene.Journal.Appending = entries =>
        {
            if (entries[0] is JournalEntry.Intended) scene.Sender.OnReorg(99);
            journalling(entries);
        };
        await scene.OfferAsync("1");
        Assert.Empty(scene.Sent);
        Assert.True(scene.Sender.IsOpen("lend:1"));
        scene.Journal.Appending = journalling;

        // Neither behind another plan nor at a head whose state nobody tells.
        await scene.OfferAsync("2");
        scene.Chain.Answer = (_, _) => new CallResult.Refused("busy");
        await scene.HeadAsync(Block(100, branch: 2, after: Block(99)));
        var first = scene.Journal.All<JournalEntry.Signed>()[0].Raw;
        Assert.DoesNotContain(first, scene.Chain.Sent);
        scene.Chain.Answer = (call, _) => ScriptedChain.AllSucceed(call);
        scene.Chain.Sent.Clear();

        if (!stillPays) scene.Chain.Answer = (_, _) => Healthy;
        await scene.HeadAsync(Block(100, branch: 1, after: Block(99)));
        var signed = scene.Journal.All<JournalEntry.Signed>().Where(attempt => attempt.Nonce == 5).ToArray();
        Assert.Equal(stillPays ? 1 : 2, signed.Length);
        Assert.Equal(signed[^1].Raw, scene.Chain.Sent[0]);
        Assert.Equal(!stillPays, signed[^1].IsCancel);
    }

    [Fact]
    public async Task A_raised_bid_asks_for_more_profit_in_proportion_and_is_simulated_as_it_is_signed()
    {
        var scene = await SenderScene.StartAsync(Eager);
        await scene.OfferAsync("1");
        await scene.NextAsync();
        var (first, second) = (scene.Signer.Signed[0], scene.Signer.Signed[1]);
        var (before, after) = (ExecutorCall.DecodeMinProfits(first.Data.Span)[0].Amount, ExecutorCall.DecodeMinProfits(second.Data.Span)[0].Amount);
        Assert.Equal(UInt256.MulDivUp(before, second.Fees.MaxFeePerGas.Value, first.Fees.MaxFeePerGas.Value), after);
        Assert.True(scene.Chain.Called[^1].Call.Data.Span.SequenceEqual(second.Data.Span));
        // All the gas at the fee cap is paid for by what the executor insists on.
        var coin = scene.PlanOf("1").CoinPrice;
        Assert.True(after >= coin.ToUsd(second.Fees.MaxFeePerGas * scene.PlanOf("1").ExpectedGas).Value.Abs);
    }

    [Fact]
    public async Task A_raised_bid_that_would_not_pay_is_not_signed_and_the_old_bytes_go_out()
    {
        var scene = await SenderScene.StartAsync(Eager);
        await scene.OfferAsync("1");
        var asked = ExecutorCall.DecodeMinProfits(scene.Signer.Signed[0].Data.Span)[0].Amount;
        scene.Chain.Answer = (call, _) => ExecutorCall.DecodeMinProfits(call.Data.Span)[0].Amount > asked
            ? new CallResult.Reverted(new AbiWriter().ToCall(ExecutorCall.MinProfitNotMet)) : ScriptedChain.AllSucceed(call);
        await scene.NextAsync();
        Assert.Single(scene.Signer.Signed);
        Assert.Equal(2, scene.Sent.Count);
        Assert.Single(scene.Sent.Distinct());
    }

    [Fact]
    public async Task A_bid_is_raised_by_the_time_that_has_passed_not_by_the_number_of_heads()
    {
        var scene = await SenderScene.StartAsync(Patient with { BumpAfter = TimeSpan.FromSeconds(60) });
        await scene.OfferAsync("1");
        for (var i = 0; i < 4; i++) await scene.NextAsync();
        Assert.Single(scene.Signer.Signed);
        await scene.NextAsync();
        Assert.Equal(2, scene.Signer.Signed.Count);
    }

    /// <summary>With twice the money the war goes twice as far: nothing but the bound ends it.</summary>
    [Theory]
    [InlineData(20_000_000)]
    [InlineData(40_000_000)]
    public async Task A_gas_war_ends_at_what_the_liquidation_earns(ulong gwei)
    {
        var scene = await SenderScene.StartAsync(Eager with { DeadlineBlocks = 40 });
        await scene.OfferAsync(scene.PlanOf("1") with { MaxGasCost = Wei.FromGwei(gwei) });
        // Nine in ten always outbid us.
        scene.Gas = Market(baseGwei: 10, tipGwei: 400, highGwei: 400);
        for (var i = 0; i < 39; i++) await scene.NextAsync();
        var bids = scene.Journal.All<JournalEntry.Signed>();
        var limit = scene.Journal.All<JournalEntry.Intended>()[0].MaxPricePerGas;
        Assert.True(bids.Count > 3);
        Assert.DoesNotContain(bids, bid => bid.IsCancel);
        Assert.All(bids, bid => Assert.True(bid.Fees.MaxFeePerGas <= limit));
        // In the end it offered all.
        Assert.Equal(new Fees(limit, limit - scene.Gas.BaseFee), bids[^1].Fees);
    }

    [Fact]
    public async Task A_base_fee_that_rises_fivefold_is_bid_for_at_once()
    {
        var scene = await SenderScene.StartAsync(Eager with { FeeHeadroomBlocks = 0 });
        var plan = scene.PlanOf("1");
        await scene.OfferAsync(plan with { MaxGasCost = Wei.FromGwei(200) * plan.ExpectedGas });
        scene.Gas = Market(baseGwei: 50);
        await scene.NextAsync();
        Assert.True(scene.Signer.Signed[^1].Fees.MaxFeePerGas >= Wei.FromGwei(50));
    }

    /// <summary>A node refuses to run a call below the base fee; obsolete or not must be known all the same.</summary>
    [Fact]
    public async Task What_waits_below_the_base_fee_is_simulated_at_one_that_a_node_runs()
    {
        var scene = await SenderScene.StartAsync(Patient with { FeeHeadroomBlocks = 0 });
        await scene.OfferAsync("1");
        var cap = scene.Signer.Signed[0].Fees.MaxFeePerGas;
        scene.Gas = Market(baseGwei: 50);
        scene.Chain.Answer = (call, _) => call.MaxFeePerGas < Wei.FromGwei(50) ? new CallResult.Refused("max fee per gas less than block base fee") : Healthy;
        await scene.NextAsync();
        Assert.True(cap < Wei.FromGwei(50));
        Assert.True(scene.Journal.All<JournalEntry.Signed>()[^1].IsCancel);
    }

    [Fact]
    public async Task On_a_chain_of_gas_prices_bid_bump_and_cancel_are_legacy_transactions()
    {
        var scene = new SenderScene(Eager with { DeadlineBlocks = 3 }, profile: TestProfile.Fast with { BlockTime = TimeSpan.FromSeconds(12), FeeModel = FeeModel.Legacy })
        {
            Gas = Market(baseGwei: 0, tipGwei: 5, highGwei: 8, isLegacy: true),
        };
        await scene.Sender.RecoverAsync(scene.HeadAt(Block(100)), default);
        await scene.OfferAsync("1");
        for (var i = 0; i < 3; i++) await scene.NextAsync();
        var signed = scene.Journal.All<JournalEntry.Signed>();
        Assert.Equal([false, false, true], signed.Select(attempt => attempt.IsCancel));
        Assert.All(signed, attempt => Assert.True(attempt.Fees.IsLegacy && attempt.Fees.MaxFeePerGas == attempt.Fees.MaxPriorityFeePerGas));
        Assert.Equal([Wei.FromGwei(5), Wei.FromGwei(9)], signed.Take(2).Select(attempt => attempt.Fees.MaxFeePerGas));
    }
}
