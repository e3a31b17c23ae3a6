using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Journal;
using Keeper.Core.Planning;
using Keeper.Core.Primitives;
using Keeper.Core.Submission;
using Keeper.Tests.Support;
using static Keeper.Tests.Support.TestChainData;

namespace Keeper.Tests.Submission;

public sealed class SenderSubmitTests
{
    private static readonly byte[] Nothing = [];
    private static readonly SendResult Underpriced = new(SendError.Underpriced, "transaction underpriced");

    [Fact]
    public async Task Intent_and_bytes_are_journalled_before_the_first_broadcast()
    {
        var scene = await SenderScene.StartAsync();
        Assert.Null(await scene.OfferAsync("1", "2"));
        Assert.Equal(["journal Intended and Signed", "send", "journal Broadcast"], scene.Steps);

        var intent = Assert.Single(scene.Journal.All<JournalEntry.Intended>());
        Assert.Equal((5UL, Block(100)), (intent.Nonce, intent.Basis));
        Assert.Equal(["lend:1", "lend:2"], intent.Items.Select(item => item.Account));
        Assert.Equal(Block(100).Timestamp + 24 * 12, intent.Deadline);
        var signed = Assert.Single(scene.Journal.All<JournalEntry.Signed>());
        Assert.Equal(scene.Chain.Sent[0], signed.Raw);
        Assert.True(scene.Sender.IsOpen("lend:1") && scene.Sender.IsOpen("lend:2"));
        Assert.Equal(1, scene.Sender.SlotCount);
    }

    [Fact]
    public async Task Plans_take_one_nonce_after_another()
    {
        var scene = await SenderScene.StartAsync();
        await scene.OfferAsync("1");
        await scene.OfferAsync("2");
        Assert.Equal([5UL, 6UL], scene.Journal.All<JournalEntry.Signed>().Select(signed => signed.Nonce));
    }

    [Fact]
    public async Task Nothing_is_sent_that_could_not_be_journalled()
    {
        var scene = await SenderScene.StartAsync();
        scene.Journal.Appending = _ => throw new JournalException("The disk is full.");
        scene.Sender.TryOffer(scene.PlanOf("1"), scene.Gas);
        await Assert.ThrowsAsync<JournalException>(() => scene.Sender.RunAsync(default));
        Assert.Empty(scene.Chain.Sent);
    }

    [Fact]
    public async Task The_simulation_is_of_the_very_call_that_is_signed()
    {
        var scene = await SenderScene.StartAsync();
        await scene.OfferAsync("1");
        var (call, at) = Assert.Single(scene.Chain.Called);
        var fields = Assert.Single(scene.Signer.Signed);
        Assert.Equal(new BlockId.ByHash(Block(100).Hash), at);
        Assert.Equal((SenderScene.Executor, scene.Signer.Address), (call.To, call.From!.Value));
        Assert.Equal(
            (fields.To!.Value, fields.GasLimit, fields.Fees.MaxFeePerGas, fields.Fees.MaxPriorityFeePerGas),
            (call.To, call.GasLimit!.Value, call.MaxFeePerGas!.Value, call.MaxPriorityFeePerGas!.Value));
        Assert.True(call.Data.Span.SequenceEqual(fields.Data.Span));
        Assert.Equal((31337UL, 5UL, Wei.Zero), (fields.ChainId, fields.Nonce, fields.Value));
    }

    [Fact]
    public async Task A_plan_from_a_hint_is_simulated_at_the_hints_block_and_marked_in_the_journal()
    {
        var scene = await SenderScene.StartAsync();
        await scene.OfferAsync(scene.PlanOf("1") with { HintBlock = Block(101).Hash });
        Assert.Equal(new BlockId.ByHash(Block(101).Hash), scene.Chain.Called[0].At);
        Assert.True(scene.Journal.All<JournalEntry.Intended>()[0].FromHint);
    }

    [Fact]
    public async Task Items_that_fail_the_simulation_are_dropped_and_the_rest_is_simulated_again_and_sent()
    {
        var scene = await SenderScene.StartAsync();
        scene.Chain.Answer = (call, _) => ScriptedChain.ItemCount(call) == 3
            ? ScriptedChain.Items((true, Nothing), (false, [7]), (false, ScriptedProtocol.HealthyByNow))
            : ScriptedChain.AllSucceed(call);
        await scene.OfferAsync("1", "2", "3");
        Assert.Equal(2, scene.Chain.Called.Count);
        Assert.Equal(["lend:1"], scene.Journal.All<JournalEntry.Intended>()[0].Items.Select(item => item.Account));
        Assert.Equal(["lend:2: simulation_failed (0x07)", "lend:3: no_longer_needed (healthy)"], scene.Skips);
        Assert.Equal((true, false, false), (scene.Sender.IsOpen("lend:1"), scene.Sender.IsOpen("lend:2"), scene.Sender.IsOpen("lend:3")));
        // A failure of its own backs off, a race does not.
        Assert.Equal((true, false), (scene.Sender.IsBackingOff("lend:2", 100), scene.Sender.IsBackingOff("lend:3", 100)));
    }

    [Fact]
    public async Task What_is_left_may_spend_its_share_of_the_gas_money_only()
    {
        var scene = await SenderScene.StartAsync();
        scene.Chain.Answer = (call, _) => ScriptedChain.ItemCount(call) == 2 ? ScriptedChain.Items((true, Nothing), (false, [7])) : ScriptedChain.AllSucceed(call);
        var plan = scene.PlanOf("1", "2");
        await scene.OfferAsync(plan);
        var rest = plan with { Accounts = [plan.Accounts[0]], MaxGasCost = new(plan.MaxGasCost.Value / 2UL) };
        Assert.Equal(rest.MaxPricePerGas, scene.Journal.All<JournalEntry.Intended>()[0].MaxPricePerGas);
    }

    [Fact]
    public async Task A_batch_of_which_nothing_survives_is_not_sent()
    {
        var scene = await SenderScene.StartAsync();
        scene.Chain.Answer = (_, _) => ScriptedChain.Items((false, ScriptedProtocol.HealthyByNow));
        await scene.OfferAsync("1");
        Assert.Empty(scene.Steps);
        Assert.False(scene.Sender.IsOpen("lend:1"));
    }

    [Fact]
    public async Task A_batch_that_would_not_pay_is_asked_again_without_its_bound_and_loses_what_fails()
    {
        var scene = await SenderScene.StartAsync();
        scene.Chain.Answer = (call, _) =>
            ScriptedChain.ItemCount(call) == 1 ? ScriptedChain.AllSucceed(call)
            : MinProfitOf(call).IsZero ? ScriptedChain.Items((true, Nothing), (false, ScriptedProtocol.HealthyByNow))
            : Refused(ExecutorCall.MinProfitNotMet);
        await scene.OfferAsync("1", "2");
        Assert.Equal(3, scene.Chain.Called.Count);
        Assert.False(MinProfitOf(scene.Chain.Called[2].Call).IsZero);
        Assert.Equal(["lend:1"], scene.Journal.All<JournalEntry.Intended>()[0].Items.Select(item => item.Account));
    }

    [Fact]
    public async Task A_batch_that_succeeds_and_still_does_not_pay_is_left_alone()
    {
        var scene = await SenderScene.StartAsync();
        scene.Chain.Answer = (call, _) => MinProfitOf(call).IsZero ? ScriptedChain.AllSucceed(call) : Refused(ExecutorCall.MinProfitNotMet);
        await scene.OfferAsync("1");
        Assert.Equal(["lend:1: below_min_profit (the simulation earns less than the gas costs)"], scene.Skips);
        Assert.False(scene.Sender.IsOpen("lend:1"));
        Assert.Empty(scene.Steps);
    }

    [Fact]
    public async Task What_a_simulation_says_a_call_earns_is_what_is_bid_and_journalled()
    {
        var scene = await SenderScene.StartAsync();
        scene.Chain.Answer = (_, _) => ScriptedChain.Items((true, Earned(60)));
        var plan = Telling(scene.PlanOf("1"));
        await scene.OfferAsync(plan);
        var intent = Assert.Single(scene.Journal.All<JournalEntry.Intended>());
        Assert.Equal(Usd.Whole(60), intent.ExpectedReward);
        var told = plan with { Accounts = [plan.Accounts[0] with { Calls = [plan.Calls[0] with { ExpectedReward = Dollar.FromUsd(Usd.Whole(60)) }] }] };
        Assert.Equal(told.WithBudget().MaxPricePerGas, intent.MaxPricePerGas);
        // The bytes that are signed are those that were simulated last.
        Assert.True(scene.Chain.Called[^1].Call.Data.Span.SequenceEqual(intent.Data.Span));
    }

    /// <summary>Each simulation raises the bid, and the next one is asked with it: it must come to rest.</summary>
    [Fact]
    public async Task A_call_that_earns_many_times_what_was_expected_is_sent_as_one_that_earns_twice_of_it()
    {
        var scene = await SenderScene.StartAsync();
        scene.Chain.Answer = (_, _) => ScriptedChain.Items((true, Earned(5_000)));
        await scene.OfferAsync(Telling(scene.PlanOf("1")));
        Assert.Equal(Usd.Whole(200), Assert.Single(scene.Journal.All<JournalEntry.Intended>()).ExpectedReward);
        Assert.Single(scene.Sent);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_call_that_earns_too_little_by_the_simulation_is_skipped_by_name_and_tried_again_with_the_next_block(bool enforced)
    {
        var scene = await SenderScene.StartAsync();
        scene.Chain.Answer = (call, _) => enforced && !MinProfitOf(call).IsZero ? Refused(ExecutorCall.MinProfitNotMet) : ScriptedChain.Items((true, Earned(1)));
        // Not for longer each time: it may pay as soon as gas is cheaper.
        for (var time = 0; time < 3; time++)
        {
            await scene.OfferAsync(Telling(scene.PlanOf("1")));
            Assert.StartsWith("lend:1: below_min_profit (earns 1", scene.Skips[^1]);
            Assert.True(scene.Sender.IsBackingOff("lend:1", 100));
            Assert.False(scene.Sender.IsBackingOff("lend:1", 101));
        }
        Assert.Empty(scene.Steps);
        Assert.False(scene.Sender.IsOpen("lend:1"));
    }

    [Fact]
    public async Task A_call_that_should_say_what_it_earns_and_does_not_is_left_alone_for_longer_each_time()
    {
        var scene = await SenderScene.StartAsync();
        scene.Chain.Answer = (_, _) => ScriptedChain.Items((true, new byte[31]));
        for (var time = 0; time < 2; time++) await scene.OfferAsync(Telling(scene.PlanOf("1")));
        Assert.True(scene.Sender.IsBackingOff("lend:1", 101));
    }

    [Fact]
    public async Task Items_that_fail_anew_in_every_simulation_are_given_up()
    {
        var scene = await SenderScene.StartAsync();
        scene.Chain.Answer = (call, _) => ScriptedChain.Items([.. Enumerable.Range(0, ScriptedChain.ItemCount(call)).Select(i => (i > 0, new byte[] { 7 }))]);
        await scene.OfferAsync("1", "2", "3", "4", "5");
        Assert.Equal(3, scene.Chain.Called.Count);
        Assert.Empty(scene.Steps);
        Assert.All(Enumerable.Range(1, 5), account => Assert.False(scene.Sender.IsOpen($"lend:{account}")));
    }

    [Theory]
    [InlineData("reverted", "NotAllowed")]
    [InlineData("refused", "out of gas")]
    [InlineData("malformed", "malformed")]
    [InlineData("miscounted", "answered for 2 items")]
    public async Task A_simulation_without_a_usable_answer_sends_nothing(string how, string detail)
    {
        var scene = await SenderScene.StartAsync();
        scene.Chain.Answer = (_, _) => how switch
        {
            "reverted" => Refused(0xc4bd7e2e),
            "refused" => new CallResult.Refused("out of gas"),
            "malformed" => new CallResult.Returned(new byte[] { 1, 2, 3 }),
            _ => ScriptedChain.Items((true, Nothing), (true, Nothing)),
        };
        await scene.OfferAsync("1");
        Assert.Contains(detail, Assert.Single(scene.Skips));
        Assert.StartsWith("lend:1: simulation_failed", scene.Skips[0]);
        Assert.Empty(scene.Steps);
        Assert.False(scene.Sender.IsOpen("lend:1"));
    }

    [Fact]
    public async Task A_node_that_is_down_sends_nothing_and_stops_nothing()
    {
        var scene = await SenderScene.StartAsync();
        scene.Chain.IsDown = true;
        await scene.OfferAsync("1");
        Assert.Empty(scene.Steps);
        scene.Chain.IsDown = false;
        await scene.OfferAsync("2");
        Assert.Single(scene.Chain.Sent);
    }

    [Fact]
    public async Task A_balance_that_cannot_be_read_sends_nothing_and_stops_nothing()
    {
        var scene = await SenderScene.StartAsync(setUp: scene => scene.Chain.BalanceIsDown = true);
        await scene.OfferAsync("1");
        Assert.StartsWith("lend:1: insufficient_balance (the balance could not be read", Assert.Single(scene.Skips));
        scene.Chain.BalanceIsDown = false;
        await scene.OfferAsync("1");
        Assert.Single(scene.Chain.Sent);
    }

    [Fact]
    public async Task A_gas_price_beyond_the_profit_bound_sends_nothing()
    {
        var scene = await SenderScene.StartAsync();
        scene.Gas = Market(baseGwei: 80);
        await scene.OfferAsync("1");
        Assert.StartsWith("lend:1: below_min_profit", Assert.Single(scene.Skips));
        Assert.Empty(scene.Chain.Called);
    }

    [Fact]
    public async Task A_bid_is_kept_to_what_the_balance_leaves_and_not_given_up()
    {
        var probe = await SenderScene.StartAsync();
        await probe.OfferAsync("1");
        var (gas, price) = (probe.Signer.Signed[0].GasLimit, probe.Signer.Signed[0].Fees.MaxFeePerGas);

        // For two transactions but for a wei, so that what is in flight counts.
        var scene = await SenderScene.StartAsync(setUp: scene => scene.Chain.Balance = new((price * gas).Value * 2UL - UInt256.One));
        await scene.OfferAsync("1");
        await scene.OfferAsync("2");
        var bids = scene.Signer.Signed.Select(signed => signed.Fees.MaxFeePerGas).ToArray();
        Assert.Equal((2, price), (bids.Length, bids[0]));
        Assert.True(bids[1] > Wei.Zero && bids[1] < price, $"{bids[1]} of {price}");
    }

    [Fact]
    public async Task What_the_balance_cannot_bring_into_the_next_block_is_not_sent()
    {
        var scene = await SenderScene.StartAsync(breakers: new() { MinBalance = Wei.Zero }, setUp: scene => scene.Chain.Balance = new(1_000_000));
        await scene.OfferAsync("1");
        Assert.Empty(scene.Chain.Sent);
        Assert.Single(scene.Skips, skip => skip.StartsWith("lend:1: insufficient_balance", StringComparison.Ordinal));
    }

    [Fact]
    public async Task No_more_are_in_flight_than_allowed()
    {
        var scene = await SenderScene.StartAsync(new() { MaxInFlight = 2 });
        foreach (var account in (string[])["1", "2", "3"]) await scene.OfferAsync(account);
        Assert.Equal(2, scene.Chain.Sent.Count);
        Assert.Equal("lend:3: too_many_in_flight ((null))", Assert.Single(scene.Skips));
        Assert.False(scene.Sender.IsOpen("lend:3"));

        scene.Mine(scene.Journal.All<JournalEntry.Signed>()[0], items: (true, Nothing));
        await scene.NextAsync();
        await scene.OfferAsync("3");
        Assert.Equal(7UL, scene.Journal.All<JournalEntry.Signed>()[^1].Nonce);
    }

    [Fact]
    public async Task More_plans_than_the_queue_holds_are_refused_and_their_accounts_stay_free()
    {
        var scene = await SenderScene.StartAsync();
        var refused = Enumerable.Range(0, 300).Select(i => scene.Sender.TryOffer(scene.PlanOf($"{i}"), scene.Gas)).ToArray();
        Assert.Equal(44, refused.Count(reason => reason == SkipReason.TooManyInFlight));
        Assert.False(scene.Sender.IsOpen("lend:299"));
        Assert.True(scene.Sender.IsOpen("lend:0"));
    }

    [Fact]
    public async Task An_underpriced_bid_is_raised_at_once_and_its_bytes_journalled_first()
    {
        var scene = await SenderScene.StartAsync();
        scene.Chain.SendAnswers.Enqueue(Underpriced);
        await scene.OfferAsync("1");
        Assert.Equal(["journal Intended and Signed", "send", "journal Broadcast", "journal Signed", "send", "journal Broadcast"], scene.Steps);
        var signed = scene.Journal.All<JournalEntry.Signed>();
        Assert.Equal([(5UL, 0), (5UL, 1)], signed.Select(entry => (entry.Nonce, entry.Attempt)));
        Assert.True(signed[1].Fees.MaxFeePerGas >= FeeRules.RaisedByAnEighth(signed[0].Fees.MaxFeePerGas));
        Assert.Equal([SendError.Underpriced, SendError.None], scene.Journal.All<JournalEntry.Broadcast>().Select(entry => entry.Answer));
    }

    [Fact]
    public async Task A_node_that_calls_every_bid_too_low_is_not_believed_for_ever()
    {
        var scene = await SenderScene.StartAsync();
        for (var i = 0; i < 10; i++) scene.Chain.SendAnswers.Enqueue(Underpriced);
        await scene.OfferAsync("1");
        Assert.Equal(4, scene.Chain.Sent.Count);
    }

    [Fact]
    public async Task An_underpriced_bid_at_the_profit_bound_is_not_raised()
    {
        var scene = await SenderScene.StartAsync();
        scene.Chain.SendAnswers.Enqueue(Underpriced);
        // 20 gwei, of which 11 are needed and 22.8 are wanted: an eighth more is beyond it.
        var plan = scene.PlanOf("1");
        await scene.OfferAsync(plan with { MaxGasCost = Wei.FromGwei(20) * plan.ExpectedGas });
        Assert.Single(scene.Chain.Sent);
        Assert.True(scene.Sender.IsOpen("lend:1"));
    }

    [Fact]
    public async Task After_a_node_says_that_funds_lack_nothing_more_is_sent_before_the_balance_is_read_again()
    {
        var scene = await SenderScene.StartAsync();
        scene.Chain.SendAnswers.Enqueue(new(SendError.InsufficientFunds, "insufficient funds"));
        await scene.OfferAsync("1");
        await scene.OfferAsync("2");
        Assert.Single(scene.Chain.Sent);
        await scene.NextAsync();
        await scene.OfferAsync("2");
        Assert.Equal(3, scene.Chain.Sent.Count);
    }

    [Fact]
    public async Task Where_a_bump_is_refused_the_bid_before_it_is_kept_alive()
    {
        var scene = await SenderScene.StartAsync(new() { FirstBidSharePpm = 0, BumpAfter = TimeSpan.FromSeconds(12) });
        await scene.OfferAsync("1");
        scene.Chain.SendAnswers.Enqueue(new(SendError.NodeFeeCap, "tx fee exceeds the configured cap"));
        await scene.NextAsync();
        Assert.Equal(3, scene.Sent.Count);
        Assert.Equal(scene.Sent[0], scene.Sent[2]);
    }

    [Fact]
    public async Task A_plan_that_waited_while_the_key_was_halted_is_not_sent()
    {
        var scene = await SenderScene.StartAsync();
        scene.Chain.TransactionCount = 9;
        scene.Sender.OnBlock(scene.HeadAt(Block(101)), []);
        Assert.Null(scene.Sender.TryOffer(scene.PlanOf("1"), scene.Gas));
        await scene.PumpAsync();
        Assert.NotNull(scene.Sender.Halted);
        Assert.Empty(scene.Sent);
        Assert.False(scene.Sender.IsOpen("lend:1"));
    }

    [Theory]
    [InlineData(112, true)]
    [InlineData(113, false)]
    public async Task A_plan_that_waited_for_half_of_its_time_is_not_sent(ulong newest, bool isSent)
    {
        var scene = await SenderScene.StartAsync(new() { DeadlineBlocks = 24 });
        Assert.Null(scene.Sender.TryOffer(scene.PlanOf("1"), scene.Gas));
        scene.Sender.OnBlock(scene.HeadAt(Block(newest)), []);
        await scene.PumpAsync();
        Assert.Equal(isSent, scene.Sent.Count > 0);
        Assert.Equal(isSent, scene.Sender.IsOpen("lend:1"));
    }

    [Fact]
    public async Task A_node_that_did_not_answer_keeps_no_account_from_being_tried_again()
    {
        var scene = await SenderScene.StartAsync();
        scene.Chain.Answer = (_, _) => new CallResult.Refused("timeout");
        await scene.OfferAsync("1");
        Assert.False(scene.Sender.IsBackingOff("lend:1", 100));
        scene.Chain.Answer = (_, _) => Refused(0xc4bd7e2e);
        await scene.OfferAsync("1");
        Assert.True(scene.Sender.IsBackingOff("lend:1", 100));
    }

    [Fact]
    public async Task A_dry_run_tells_signs_nothing_journals_nothing_and_holds_the_accounts_until_the_deadline()
    {
        var scene = await SenderScene.StartAsync(new() { DeadlineBlocks = 2 }, isDryRun: true);
        await scene.OfferAsync("1", "2");
        Assert.Empty(scene.Steps);
        var told = Assert.Single(scene.Log.Lines, line => line.Contains("Would sign"));
        Assert.Contains("2 accounts (lend:1, lend:2): nonce 5", told);
        Assert.True(scene.Sender.IsOpen("lend:1"));
        await scene.NextAsync();
        await scene.NextAsync();
        Assert.True(scene.Sender.IsOpen("lend:1"));
        await scene.NextAsync();
        Assert.False(scene.Sender.IsOpen("lend:1") || scene.Sender.IsOpen("lend:2"));
    }

    private static CallResult.Reverted Refused(uint selector) => new(new AbiWriter().ToCall(selector));

    /// <summary>The amount of the first minimum profit.</summary>
    private static UInt256 MinProfitOf(CallRequest call)
    {
        var reader = new AbiReader(call.Data.Span[4..]);
        reader.ReadUInt256();
        var minimums = reader.ReadOffset();
        minimums.ReadLength(64);
        minimums.ReadAddress();
        return minimums.ReadUInt256();
    }

    private static LiquidationPlan Telling(LiquidationPlan plan) => plan with { Accounts = [plan.Accounts[0] with { Calls = [plan.Calls[0] with { ReturnsReward = true }] }] };

    private static byte[] Earned(long usd) => new AbiWriter().Word(Dollar.FromUsd(Usd.Whole(usd))).ToArray();
}
