using Keeper.Core.Chain;
using Keeper.Core.Journal;
using Keeper.Core.Planning;
using Keeper.Core.Primitives;
using Keeper.Core.Submission;
using Keeper.Tests.Support;
using static Keeper.Tests.Support.TestChainData;

namespace Keeper.Tests.Submission;

public sealed class SenderRivalTests
{
    private static readonly byte[] Nothing = [];
    private static readonly Address Stranger = ScriptedProtocol.AddressOf(0x5);
    private static readonly Hash32 Theirs = new((UInt256)0x71fa1u);

    [Fact]
    public async Task A_race_that_was_lost_names_the_rival_its_block_and_its_price_and_nothing_is_tried_again()
    {
        var scene = await SenderScene.StartAsync();
        await scene.OfferAsync("1");
        TheirsIsMined(scene, Block(101));
        scene.Mine(Newest(scene), items: (false, ScriptedProtocol.HealthyByNow));
        await scene.NextAsync(scene.Lend.LiquidationLog(Block(101), 1, Stranger));
        var rival = new Rival(Stranger, 101, Theirs, Wei.FromGwei(30));
        Assert.Equal([new("lend:1", Outcome.Raced, "healthy", rival)], Assert.Single(scene.Journal.All<JournalEntry.Settled>()).Outcomes);
        var missed = Assert.Single(scene.Journal.All<JournalEntry.Missed>());
        Assert.Equal(new("lend:1", rival), (missed.Account, missed.By));
        Assert.StartsWith($"in_flight: nonce 5, transaction {Newest(scene).Hash}, bidding up to ", missed.Doing);
        Assert.Contains(scene.Log.Lines, line => line.Contains($"Did not liquidate lend:1: raced (healthy; {Stranger} was first, in block 101)"));
        Assert.False(scene.Sender.IsBackingOff("lend:1", 101));
        await scene.NextAsync();
        Assert.Single(scene.Sent);
    }

    [Fact]
    public async Task Without_a_rival_an_account_that_needs_nothing_any_more_is_raced_by_nobody()
    {
        var scene = await SenderScene.StartAsync();
        await scene.OfferAsync("1");
        scene.Mine(Newest(scene), items: (false, ScriptedProtocol.HealthyByNow));
        await scene.NextAsync(scene.Lend.LiquidationLog(Block(101), 2, Stranger));
        Assert.Equal(new AccountOutcome("lend:1", Outcome.Raced, "recovered or repaid: healthy"), Settled(scene)[0]);
    }

    /// <summary>The executor's address is ours, whichever transaction it is.</summary>
    [Fact]
    public async Task What_our_executor_liquidated_is_no_rivals()
    {
        var scene = await SenderScene.StartAsync();
        await scene.OfferAsync("1");
        scene.Mine(Newest(scene), items: (true, Nothing));
        await scene.NextAsync(scene.Lend.LiquidationLog(Block(101), 1, SenderScene.Executor));
        for (var i = 0; i < 8; i++) await scene.NextAsync();
        Assert.Empty(scene.Journal.All<JournalEntry.Missed>());
    }

    [Fact]
    public async Task What_a_liquidator_did_on_our_executors_behalf_is_no_rivals_either()
    {
        var liquidator = ScriptedProtocol.AddressOf(0x11d);
        var scene = await SenderScene.StartAsync(lend: new(new()) { Functions = [new(liquidator, 0x01020304, "close(address)") { Venue = ScriptedProtocol.AddressOf(0x1e4d) }] });
        await scene.NextAsync(scene.Lend.LiquidationLog(Block(101), 1, liquidator), scene.Lend.LiquidationLog(Block(101), 2, Stranger));
        TheirsIsMined(scene, Block(101));
        for (var i = 0; i < 8; i++) await scene.NextAsync();
        Assert.Equal("lend:2", Assert.Single(scene.Journal.All<JournalEntry.Missed>()).Account);
    }

    [Fact]
    public async Task What_others_took_is_told_with_what_we_were_doing()
    {
        var scene = await SenderScene.StartAsync();
        TheirsIsMined(scene, Block(101));
        scene.SkipReport.Deciding(100);
        scene.SkipReport.Tell(new("lend:2", SkipReason.BelowMinProfit, "earns 1 USD"));
        scene.SkipReport.Tell(new("lend:3", SkipReason.Halted, "by hand"));
        scene.Chain.Answer = (_, _) => ScriptedChain.Items((false, [7]));
        await scene.OfferAsync("4");
        scene.SkipReport.Tell(new("lend:4", SkipReason.BackingOff));
        await scene.NextAsync([.. Enumerable.Range(1, 4).Select(account => scene.Lend.LiquidationLog(Block(101), (ulong)account, Stranger))]);
        Assert.Equal(
            [
                "lend:1 not_seen: nothing to do by the mirror of block 100", "lend:2 skipped: below_min_profit (earns 1 USD)", "lend:3 halted: by hand",
                "lend:4 backing_off: simulation_refused, until block 101",
            ],
            scene.Journal.All<JournalEntry.Missed>().Select(missed => $"{missed.Account} {missed.Doing}"));
    }

    [Fact]
    public async Task A_skip_of_an_older_decision_is_not_what_we_were_doing()
    {
        var scene = await SenderScene.StartAsync();
        TheirsIsMined(scene, Block(101));
        scene.SkipReport.Deciding(99);
        scene.SkipReport.Tell(new("lend:1", SkipReason.BelowMinProfit));
        scene.SkipReport.Deciding(100);
        await scene.NextAsync(scene.Lend.LiquidationLog(Block(101), 1, Stranger));
        Assert.StartsWith("not_seen", Assert.Single(scene.Journal.All<JournalEntry.Missed>()).Doing);
    }

    [Fact]
    public async Task An_account_that_is_planned_and_not_signed_when_a_rival_takes_it_is_told_as_planned()
    {
        var scene = await SenderScene.StartAsync();
        TheirsIsMined(scene, Block(101));
        Assert.Null(scene.Sender.TryOffer(scene.PlanOf("1"), scene.Gas));
        scene.Chain.Answer = (_, _) => ScriptedChain.Items((false, ScriptedProtocol.HealthyByNow));
        await scene.NextAsync(scene.Lend.LiquidationLog(Block(101), 1, Stranger));
        Assert.StartsWith("planned", Assert.Single(scene.Journal.All<JournalEntry.Missed>()).Doing);
    }

    [Fact]
    public async Task It_is_told_when_an_outcome_of_ours_would_be_settled_and_not_at_all_when_a_reorg_took_it_before()
    {
        var scene = await SenderScene.StartAsync(new() { Confirmations = 3 });
        TheirsIsMined(scene, Block(101));
        await scene.NextAsync(scene.Lend.LiquidationLog(Block(101), 1, Stranger));
        await scene.NextAsync();
        Assert.Empty(scene.Journal.All<JournalEntry.Missed>());
        scene.Chain.Receipts.Clear();
        scene.Sender.OnReorg(100);
        for (ulong number = 101; number < 110; number++) await scene.HeadAsync(Block(number, branch: 1, after: number == 101 ? Block(100) : null));
        Assert.Empty(scene.Journal.All<JournalEntry.Missed>());
        // The control: without the reorg it is told.
        scene = await SenderScene.StartAsync(new() { Confirmations = 3 });
        TheirsIsMined(scene, Block(101));
        await scene.NextAsync(scene.Lend.LiquidationLog(Block(101), 1, Stranger));
        await scene.NextAsync();
        await scene.NextAsync();
        Assert.Single(scene.Journal.All<JournalEntry.Missed>());
    }

    [Fact]
    public async Task A_receipt_that_cannot_be_had_leaves_the_price_open()
    {
        var scene = await SenderScene.StartAsync();
        await scene.NextAsync(scene.Lend.LiquidationLog(Block(101), 1, Stranger));
        for (var i = 0; i < 6; i++) await scene.NextAsync();
        Assert.Equal(new Rival(Stranger, 101, Theirs, null), Assert.Single(scene.Journal.All<JournalEntry.Missed>()).By);
    }

    [Fact]
    public async Task A_change_of_the_account_ends_its_pause()
    {
        var scene = await SenderScene.StartAsync();
        scene.Chain.Answer = (_, _) => ScriptedChain.Items((false, [7]));
        for (var i = 0; i < 4; i++) await scene.OfferAsync("1");
        Assert.True(scene.Sender.IsBackingOff("lend:1", 105));
        await scene.NextAsync(scene.Lend.PriceLog(Block(101), 1, 5));
        Assert.True(scene.Sender.IsBackingOff("lend:1", 102));
        await scene.NextAsync(scene.Lend.ChangeLog(Block(102), "1"));
        Assert.False(scene.Sender.IsBackingOff("lend:1", 102));
    }

    /// <summary>The journal speaks of block 50 last: what is older was told then, or happened before any keeper was.</summary>
    [Fact]
    public async Task What_others_took_while_no_keeper_ran_is_told_at_the_start_however_old_it_is()
    {
        var lend = new ScriptedProtocol(new());
        var scene = await SenderScene.StartAsync(
            profile: TestProfile.Fast with { FinalityDepth = 4 }, journal: await SpeakingOfAsync(50), lend: lend, setUp: scene => TheirsIsMined(scene, Block(51)),
            history: [lend.LiquidationLog(Block(50), 1, Stranger, 7), lend.LiquidationLog(Block(51), 2, Stranger), lend.LiquidationLog(Block(52), 3, SenderScene.Executor, 8)]);
        for (var i = 0; i < 6; i++) await scene.NextAsync();
        var missed = Assert.Single(scene.Journal.All<JournalEntry.Missed>().Skip(1));
        Assert.Equal(("lend:2", new(Stranger, 51, Theirs, Wei.FromGwei(30)), "not_running: no keeper followed its protocol then"), (missed.Account, missed.By, missed.Doing));
    }

    [Fact]
    public async Task Where_no_keeper_ever_ran_nothing_was_missed()
    {
        var lend = new ScriptedProtocol(new());
        var scene = await SenderScene.StartAsync(lend: lend, history: [lend.LiquidationLog(Block(90), 1, Stranger)]);
        for (var i = 0; i < 6; i++) await scene.NextAsync();
        Assert.Empty(scene.Journal.All<JournalEntry.Missed>());
    }

    [Fact]
    public async Task A_race_that_was_lost_while_no_keeper_ran_names_its_winner()
    {
        var before = await SenderScene.StartAsync();
        await before.OfferAsync("1");
        before.Mine(Newest(before), Block(103), items: (false, ScriptedProtocol.HealthyByNow));
        TheirsIsMined(before, Block(102));
        var after = new SenderScene(journal: before.Journal, lend: before.Lend);
        foreach (var (hash, receipt) in before.Chain.Receipts) after.Chain.Receipts[hash] = receipt;
        after.Chain.TransactionCount = 6;
        await after.Sender.RecoverAsync(after.HeadAt(Block(110)), default, [after.Lend.LiquidationLog(Block(102), 1, Stranger)]);
        Assert.Equal(new AccountOutcome("lend:1", Outcome.Raced, "healthy", new Rival(Stranger, 102, Theirs, Wei.FromGwei(30))), Settled(after)[0]);
    }

    /// <summary>A mirror that is built anew while the keeper runs: its blocks were followed by nobody either.</summary>
    [Fact]
    public async Task What_was_taken_while_a_mirror_was_built_is_told_and_what_was_followed_is_not_told_again()
    {
        var scene = await SenderScene.StartAsync();
        TheirsIsMined(scene, Block(103));
        scene.Sender.OnHistory([scene.Lend.LiquidationLog(Block(101), 1, Stranger, 7), scene.Lend.LiquidationLog(Block(103), 2, Stranger)], followed: 101);
        await scene.HeadAsync(Block(105));
        await scene.NextAsync();
        Assert.Equal("lend:2", Assert.Single(scene.Journal.All<JournalEntry.Missed>()).Account);
    }

    private static async Task<VolatileJournal> SpeakingOfAsync(ulong block)
    {
        var journal = new VolatileJournal(new SettableTime());
        await journal.AppendAsync([new JournalEntry.Missed("lend:9", new(Stranger, block, new Hash32((UInt256)99u), null), "not_seen")], default);
        return journal;
    }

    private static JournalEntry.Signed Newest(SenderScene scene) => scene.Journal.All<JournalEntry.Signed>()[^1];

    private static IReadOnlyList<AccountOutcome> Settled(SenderScene scene) => Assert.Single(scene.Journal.All<JournalEntry.Settled>()).Outcomes;

    private static void TheirsIsMined(SenderScene scene, BlockRef block) =>
        scene.Chain.Receipts[Theirs] = new(Theirs, block.Number, block.Hash, true, new Gas(150_000), Wei.FromGwei(30), null, []);
}
