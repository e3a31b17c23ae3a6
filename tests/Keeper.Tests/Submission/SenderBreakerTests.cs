using Keeper.Core.Chain.Abi;
using Keeper.Core.Journal;
using Keeper.Core.Planning;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Core.Submission.Breakers;
using Keeper.Core.Submission.Control;
using Keeper.Core.Submission;
using Keeper.Tests.Support;
using static Keeper.Tests.Support.TestChainData;

namespace Keeper.Tests.Submission;

public sealed class SenderBreakerTests
{
    private static readonly BreakerOptions TwoReverts = new() { ConsecutiveReverts = 2, ResumeAfterSeconds = 60 };
    private static readonly byte[] Nothing = [];

    /// <summary>Code that can forward calls: of other code no slot is read.</summary>
    private static readonly byte[] Forwarding = [0xf4];

    [Fact]
    public async Task Reverts_in_a_row_halt_and_what_is_in_flight_goes_on()
    {
        var scene = await SenderScene.StartAsync(breakers: TwoReverts);
        foreach (var account in new[] { "1", "2", "3" }) await scene.OfferAsync(account);
        await RevertAsync(scene, 0, 1);
        Assert.Equal("consecutive_reverts: 2 transactions in a row reverted", scene.Sender.Halted);
        Assert.Equal(SkipReason.Halted, await scene.OfferAsync("4"));
        Assert.Contains(scene.Readiness.Report(), entry => entry is { Component: Sender.BreakersComponent, Reason: not null });
        Assert.Single(scene.Log.Lines, line => line.Contains("Critical") && line.Contains("consecutive_reverts"));

        var sent = scene.Sent.Count;
        await scene.NextAsync();
        Assert.True(scene.Sent.Count > sent);
        scene.Mine(Signed(scene)[2], items: (true, Nothing));
        await scene.NextAsync();
        Assert.Equal(3, scene.Journal.All<JournalEntry.Settled>().Count);
        Assert.Single(scene.Journal.All<JournalEntry.BreakerChanged>());
    }

    /// <summary>The control: without the limit the same reverts go on.</summary>
    [Fact]
    public async Task Below_the_limit_the_same_reverts_halt_nothing()
    {
        var scene = await SenderScene.StartAsync(breakers: TwoReverts with { ConsecutiveReverts = 3 });
        foreach (var account in new[] { "1", "2", "3" }) await scene.OfferAsync(account);
        await RevertAsync(scene, 0, 1);
        Assert.Null(scene.Sender.Halted);
        Assert.Null(await scene.OfferAsync("4"));
    }

    [Fact]
    public async Task What_the_loop_trips_halts_at_once_is_journalled_and_closes_with_time()
    {
        var scene = await SenderScene.StartAsync(breakers: TwoReverts);
        scene.Sender.Trip(Breaker.MirrorDrift, "accounts were wrong");
        Assert.Equal("mirror_drift: accounts were wrong", scene.Sender.Halted);
        Assert.Equal(SkipReason.Halted, await scene.OfferAsync("1"));
        await scene.NextAsync();
        Assert.Equal("mirror_drift: accounts were wrong", scene.Sender.Halted);
        var tripped = Assert.Single(scene.Journal.All<JournalEntry.BreakerChanged>());
        Assert.Equal(("mirror_drift", true, false, "accounts were wrong"), (tripped.Breaker, tripped.IsOpen, tripped.IsManual, tripped.Reason));
        for (var i = 0; i < 6; i++) await scene.NextAsync();
        Assert.Null(scene.Sender.Halted);
        Assert.Null(await scene.OfferAsync("1"));
    }

    [Fact]
    public async Task A_lost_race_leaves_the_count_alone_and_its_gas_is_counted()
    {
        var scene = await SenderScene.StartAsync(breakers: TwoReverts with { GasWithoutSuccess = Wei.FromGwei(11 * 600_000) });
        foreach (var account in new[] { "1", "2", "3", "4" }) await scene.OfferAsync(account);
        await RevertAsync(scene, 0);
        for (var i = 1; i < 3; i++) await RaceAsync(scene, i);
        Assert.Null(scene.Sender.Halted);
        await RaceAsync(scene, 3);
        Assert.StartsWith("gas_without_success: 8800000000000000 wei", scene.Sender.Halted);
    }

    [Fact]
    public async Task A_transaction_that_a_reorg_takes_out_and_in_again_counts_once()
    {
        var scene = await SenderScene.StartAsync(breakers: TwoReverts);
        await scene.OfferAsync("1");
        await RevertAsync(scene, 0);
        scene.Chain.Receipts.Clear();
        scene.Chain.TransactionCount = 5;
        scene.Sender.OnReorg(100);
        await scene.HeadAsync(Block(102, branch: 1));
        Assert.Equal(2, scene.Journal.All<JournalEntry.Intended>().Count);
        await RevertAsync(scene, 0);
        Assert.Equal(2, scene.Journal.All<JournalEntry.Settled>().Count);
        Assert.Null(scene.Sender.Halted);

        // Nor does the journal count it twice.
        var after = await SenderScene.StartAsync(journal: scene.Journal, breakers: TwoReverts, setUp: next => (next.Chain.TransactionCount, _) = (6, next.Chain.Receipts[Signed(scene)[0].Hash] = scene.Chain.Receipts[Signed(scene)[0].Hash]));
        Assert.Null(after.Sender.Halted);
    }

    [Fact]
    public async Task Reverts_before_a_restart_count_after_it()
    {
        var before = await SenderScene.StartAsync(breakers: TwoReverts);
        await before.OfferAsync("1");
        await RevertAsync(before, 0);
        var after = await SenderScene.StartAsync(journal: before.Journal, breakers: TwoReverts, setUp: scene => scene.Chain.TransactionCount = 6);
        await after.OfferAsync("2");
        await RevertAsync(after, 1);
        Assert.Contains("consecutive_reverts", after.Sender.Halted);
    }

    [Fact]
    public async Task The_chains_time_closes_it_and_a_jump_of_the_wall_clock_does_not()
    {
        var scene = await SenderScene.StartAsync(breakers: TwoReverts);
        foreach (var account in new[] { "1", "2" }) await scene.OfferAsync(account);
        await RevertAsync(scene, 0, 1);
        scene.Time.Jump(TimeSpan.FromHours(1));
        for (var i = 0; i < 4; i++) await scene.NextAsync();
        Assert.NotNull(scene.Sender.Halted);
        scene.Time.Jump(TimeSpan.FromHours(-2));
        await scene.NextAsync();
        Assert.Null(scene.Sender.Halted);
        Assert.Null(await scene.OfferAsync("3"));
        Assert.Equal((false, false, "60 s have passed"), (scene.Journal.All<JournalEntry.BreakerChanged>()[^1] is var closed) ? (closed.IsOpen, closed.IsManual, closed.Reason) : default);
        // What opened it does not open it again, two more do.
        await RevertAsync(scene, 2);
        Assert.Null(scene.Sender.Halted);
    }

    [Fact]
    public async Task A_jump_of_the_wall_clock_neither_halts_nor_holds_up_sending()
    {
        var scene = await SenderScene.StartAsync(breakers: TwoReverts);
        foreach (var (account, hours) in new[] { ("1", 1), ("2", -2), ("3", 1) })
        {
            scene.Time.Jump(TimeSpan.FromHours(hours));
            Assert.Null(await scene.OfferAsync(account));
            await scene.NextAsync();
            Assert.Null(scene.Sender.Halted);
        }
        Assert.True(scene.Readiness.IsReady);
        Assert.Equal(3, scene.Journal.All<JournalEntry.Intended>().Count);
    }

    [Fact]
    public async Task It_stays_open_over_a_restart_with_its_reason_and_closes_by_the_chains_time()
    {
        var before = await SenderScene.StartAsync(breakers: TwoReverts);
        foreach (var account in new[] { "1", "2" }) await before.OfferAsync(account);
        await RevertAsync(before, 0, 1);
        var after = await SenderScene.StartAsync(journal: before.Journal, breakers: TwoReverts, setUp: scene => scene.Chain.TransactionCount = 7);
        Assert.Equal(before.Sender.Halted, after.Sender.Halted);
        Assert.Equal(SkipReason.Halted, await after.OfferAsync("3"));
        await after.HeadAsync(Block(107));
        Assert.Null(after.Sender.Halted);
    }

    [Fact]
    public async Task A_wallet_without_funds_halts_until_it_is_funded()
    {
        var scene = await SenderScene.StartAsync();
        await scene.OfferAsync("1");
        scene.Chain.Balance = Wei.Zero;
        await scene.NextAsync();
        Assert.Equal("balance: 0 wei are left, less than 10000000000000000", scene.Sender.Halted);
        Assert.Equal(SkipReason.Halted, await scene.OfferAsync("2"));
        scene.Mine(Signed(scene)[0], items: (true, Nothing));
        scene.Chain.Balance = Wei.FromGwei(10_000_000) - new Wei(1);
        await scene.NextAsync();
        Assert.NotNull(scene.Sender.Halted);
        Assert.Single(scene.Journal.All<JournalEntry.Settled>());
        scene.Chain.Balance += new Wei(1);
        await scene.NextAsync();
        Assert.Null(scene.Sender.Halted);
        Assert.True(scene.Readiness.IsReady);
    }

    [Fact]
    public async Task Plans_that_the_simulation_calls_healthy_at_their_own_block_halt()
    {
        var scene = await SenderScene.StartAsync(breakers: new() { ContradictedPlans = 2 });
        scene.Chain.Answer = (call, _) => ScriptedChain.Items((false, ScriptedProtocol.HealthyByNow));
        await scene.OfferAsync("1");
        scene.Chain.Answer = (call, _) => ScriptedChain.AllSucceed(call);
        await scene.OfferAsync("2");
        scene.Chain.Answer = (call, _) => ScriptedChain.Items((false, ScriptedProtocol.HealthyByNow));
        await scene.OfferAsync("3");
        Assert.Null(scene.Sender.Halted);
        await scene.OfferAsync("4");
        Assert.Contains("mirror_divergence: the simulation called every account of 2 plans", scene.Sender.Halted);
    }

    /// <summary>A contract that tells a view another thing than a transaction does so in every block.</summary>
    [Fact]
    public async Task The_same_account_that_is_called_healthy_again_and_again_halts_nothing_and_is_held_back()
    {
        var scene = await SenderScene.StartAsync(breakers: new() { ContradictedPlans = 2 });
        scene.Chain.Answer = (call, _) => ScriptedChain.Items((false, ScriptedProtocol.HealthyByNow));
        for (var i = 0; i < 5; i++) await scene.OfferAsync("1");
        Assert.Null(scene.Sender.Halted);
        Assert.True(scene.Sender.IsBackingOff("lend:1", 110));
        await scene.OfferAsync("2");
        Assert.Contains("mirror_divergence", scene.Sender.Halted);
    }

    [Fact]
    public async Task A_plan_of_answers_from_an_earlier_block_that_the_simulation_calls_healthy_contradicts_nothing()
    {
        var scene = await SenderScene.StartAsync(breakers: new() { ContradictedPlans = 1 });
        scene.Chain.Answer = (call, _) => ScriptedChain.Items((false, ScriptedProtocol.HealthyByNow));
        await scene.OfferAsync(scene.PlanOf("1") with { IsOfEarlierAnswers = true });
        Assert.Null(scene.Sender.Halted);
        await scene.OfferAsync("2");
        Assert.NotNull(scene.Sender.Halted);
    }

    [Fact]
    public async Task Another_failure_of_a_simulation_says_nothing_of_the_mirror()
    {
        var scene = await SenderScene.StartAsync(breakers: new() { ContradictedPlans = 1 });
        scene.Chain.Answer = (call, _) => ScriptedChain.Items((false, [9]), (false, ScriptedProtocol.HealthyByNow));
        await scene.OfferAsync("1", "2");
        Assert.Null(scene.Sender.Halted);
    }

    [Fact]
    public async Task Code_that_changes_halts_and_replacements_are_refused_until_an_operator_trusts_it()
    {
        var scene = await SenderScene.StartAsync(new() { FirstBidSharePpm = 0 });
        await scene.OfferAsync("1");
        scene.Chain.Codes[scene.Lend.Settings.Address] = [0x01];
        await scene.NextAsync();
        Assert.StartsWith("code_changed: lend", scene.Sender.HaltedFor("lend"));
        scene.Gas = Market(highGwei: 50);
        for (var i = 0; i < 3; i++) await scene.NextAsync();
        Assert.Single(scene.Journal.All<JournalEntry.Signed>());
        Assert.Contains(scene.Log.Lines, line => line.Contains("policy rule code_hash"));

        // What is in flight is cancelled at its deadline still: a cancel calls nothing.
        for (var i = 0; i < 40; i++) await scene.NextAsync();
        Assert.Contains(scene.Journal.All<JournalEntry.Signed>(), signed => signed.IsCancel);
        var answer = await scene.AskAsync(new ControlRequest.Resume(Breaker.CodeChanged));
        Assert.Null(answer.Refusal);
        Assert.Null(await scene.OfferAsync("2"));
        Assert.Equal(2, scene.Journal.All<JournalEntry.Intended>().Count);
    }

    [Fact]
    public async Task Code_of_one_protocol_that_changes_halts_that_protocol_alone_also_after_a_restart()
    {
        var scene = await SenderScene.StartAsync(other: new(new(), "perps", 0x9e59));
        scene.Chain.Codes[ScriptedProtocol.AddressOf(0x9e59)] = [0x01];
        await scene.NextAsync();
        Assert.Equal((null, null), (scene.Sender.Halted, scene.Sender.HaltedFor("lend")));
        Assert.StartsWith("code_changed: perps", scene.Sender.HaltedFor("perps"));
        Assert.Contains("perps", scene.Readiness.Report().Single(entry => entry.Component == Sender.BreakersComponent).Reason);
        await scene.OfferAsync("1");
        Assert.Single(scene.Sent);

        var after = await SenderScene.StartAsync(journal: scene.Journal, other: new(new(), "perps", 0x9e59));
        Assert.Equal((null, null), (after.Sender.Halted, after.Sender.HaltedFor("lend")));
        Assert.StartsWith("code_changed: perps", after.Sender.HaltedFor("perps"));
        var status = (await after.AskAsync(new ControlRequest.Resume(Breaker.CodeChanged))).Status;
        Assert.Null(after.Sender.HaltedFor("perps"));
        Assert.Equal("perps", scene.Journal.All<JournalEntry.BreakerChanged>()[^1].Protocol);
        Assert.All(status.Breakers, breaker => Assert.Null(breaker.Open));
    }

    [Fact]
    public async Task A_plan_of_a_protocol_whose_code_has_changed_since_is_dropped_and_what_concerns_the_executor_halts_all()
    {
        var scene = await SenderScene.StartAsync(other: new(new(), "perps", 0x9e59));
        scene.Chain.Codes[scene.Lend.Settings.Address] = [0x01];
        await scene.NextAsync();
        await scene.OfferAsync("1");
        Assert.StartsWith("lend:1: halted (code_changed: lend", Assert.Single(scene.Skips));
        Assert.Empty(scene.Sent);
        scene.Chain.Codes[SenderScene.Executor] = [0x01];
        await scene.NextAsync();
        Assert.StartsWith("code_changed: the executor", scene.Sender.Halted);
        var breakers = (await scene.AskAsync(new ControlRequest.Status())).Status.Breakers;
        Assert.Equal([null, "lend"], breakers.Where(breaker => breaker.Open is not null).Select(breaker => breaker.Open!.Protocol));
    }

    [Fact]
    public async Task Protocols_that_share_a_liquidator_halt_together_for_its_code_and_each_alone_for_its_own()
    {
        var shared = ScriptedProtocol.AddressOf(0x11d);
        var (lend, vault) = (new ScriptedProtocol(new()) { Functions = [Of(0x1e4d)] }, new ScriptedProtocol(new(), "vault", 0x9e59) { Functions = [Of(0x9e59)] });
        var scene = await SenderScene.StartAsync(lend: lend, other: vault);
        scene.Chain.Codes[vault.Settings.Address] = [0x01];
        await scene.NextAsync();
        Assert.Equal((null, null), (scene.Sender.Halted, scene.Sender.HaltedFor("lend")));
        Assert.StartsWith("code_changed: vault", scene.Sender.HaltedFor("vault"));
        await scene.OfferAsync(Through(scene.PlanOf("1"), lend.Settings.Address));
        Assert.Single(scene.Sent);
        // What deals with the halted one is not signed either, whoever asks for it.
        await scene.OfferAsync(Through(scene.PlanOf("2"), vault.Settings.Address));
        Assert.Equal(["lend:2: policy_refused (code_hash)"], scene.Skips);

        scene.Chain.Codes[shared] = [0x01];
        await scene.NextAsync();
        Assert.Null(scene.Sender.Halted);
        Assert.Contains("what lend is liquidated by", scene.Sender.HaltedFor("lend"));
        Assert.NotNull(scene.Sender.HaltedFor("vault"));

        CallableFunction Of(ulong venue) => new(shared, 0x01020304, "close(address)") { Venue = ScriptedProtocol.AddressOf(venue) };
        LiquidationPlan Through(LiquidationPlan plan, Address venue) => plan with
        {
            Accounts = [plan.Accounts[0] with { Calls = [plan.Calls[0] with { Target = shared, Data = new AbiWriter().Word(venue).ToCall(0x01020304) }] }],
        };
    }

    /// <summary>The control: code that stays is no reason to halt, and the same bids pass.</summary>
    [Fact]
    public async Task Without_a_change_of_code_the_same_replacements_are_signed()
    {
        var scene = await SenderScene.StartAsync(new() { FirstBidSharePpm = 0 });
        await scene.OfferAsync("1");
        scene.Gas = Market(highGwei: 50);
        for (var i = 0; i < 4; i++) await scene.NextAsync();
        Assert.True(scene.Journal.All<JournalEntry.Signed>().Count > 1);
    }

    [Fact]
    public async Task A_proxy_that_leads_elsewhere_halts()
    {
        var slot = UInt256.Parse("0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc");
        var scene = await SenderScene.StartAsync(setUp: scene =>
        {
            scene.Chain.Codes[SenderScene.Executor] = Forwarding;
            scene.Chain.Storage[new(SenderScene.Executor, slot)] = new((UInt256)0x1111u);
        });
        Assert.Null(await scene.OfferAsync("1"));
        scene.Chain.Storage[new(SenderScene.Executor, slot)] = new((UInt256)0x2222u);
        await scene.NextAsync();
        Assert.StartsWith("code_changed: the executor", scene.Sender.Halted);
    }

    [Fact]
    public async Task A_beacon_that_names_another_implementation_halts()
    {
        var slot = UInt256.Parse("0xa3f0ad74e5423aebfd80d3ef4346578335a9a72aeaee59ff6cb3582b35133d50");
        var named = 0x1111u;
        var beacon = ScriptedProtocol.AddressOf(0xbeac);
        var scene = await SenderScene.StartAsync(setUp: scene =>
        {
            scene.Chain.Codes[SenderScene.Executor] = Forwarding;
            scene.Chain.Storage[new(SenderScene.Executor, slot)] = new((UInt256)0xbeacu);
            scene.Chain.Answer = (call, _) => call.To == beacon ? new Core.Chain.CallResult.Returned(Word(named)) : ScriptedChain.AllSucceed(call);
        });
        Assert.Null(await scene.OfferAsync("1"));
        named = 0x2222u;
        await scene.NextAsync();
        Assert.StartsWith("code_changed: the executor", scene.Sender.Halted);
    }

    [Theory]
    [InlineData(132, true)]
    [InlineData(133, false)]
    public async Task Code_that_was_read_too_long_ago_is_not_signed_for(ulong block, bool isSigned)
    {
        var scene = await SenderScene.StartAsync();
        scene.Chain.CodeIsDown = true;
        await scene.HeadAsync(Block(block));
        await scene.OfferAsync("1");
        Assert.Equal(isSigned ? [] : ["lend:1: policy_refused (code_hash)"], scene.Skips);
        Assert.Equal(isSigned, scene.Journal.All<JournalEntry.Signed>().Count == 1);
        Assert.Null(scene.Sender.Halted);
    }

    [Fact]
    public async Task A_dry_run_tells_what_the_gate_would_have_refused()
    {
        var scene = await SenderScene.StartAsync(new() { MaxTransactionCost = new(1) }, isDryRun: true);
        await scene.OfferAsync("1");
        Assert.Single(scene.Log.Lines, line => line.Contains("Would not sign for lend:1: the policy rule transaction_cost"));
        Assert.DoesNotContain(scene.Log.Lines, line => line.Contains("Would sign for"));
        Assert.True(scene.Sender.IsOpen("lend:1"));
        var allowed = await SenderScene.StartAsync(isDryRun: true);
        await allowed.OfferAsync("1");
        Assert.Single(allowed.Log.Lines, line => line.Contains("Would sign for"));
    }

    private static IReadOnlyList<JournalEntry.Signed> Signed(SenderScene scene) => scene.Journal.All<JournalEntry.Signed>();

    private static async Task RevertAsync(SenderScene scene, params int[] signed)
    {
        foreach (var index in signed) scene.Mine(Signed(scene)[index], succeeded: false);
        await scene.NextAsync();
    }

    private static async Task RaceAsync(SenderScene scene, int signed)
    {
        scene.Mine(Signed(scene)[signed], items: (false, ScriptedProtocol.HealthyByNow));
        await scene.NextAsync();
    }
}
