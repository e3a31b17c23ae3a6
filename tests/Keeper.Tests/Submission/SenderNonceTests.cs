using Keeper.Core.Journal;
using Keeper.Core.Planning;
using Keeper.Core.Submission;
using Keeper.Core.Submission.Control;
using Keeper.Tests.Support;
using static Keeper.Tests.Support.TestChainData;

namespace Keeper.Tests.Submission;

/// <summary>A nonce of the key that somebody else uses. Blocks come every 12 seconds, so that it takes 36 s to be certain.</summary>
public sealed class SenderNonceTests
{
    private static readonly TimeSpan Certain = TimeSpan.FromSeconds(36);

    [Fact]
    public async Task Above_what_was_signed_new_intents_wait_at_once_and_go_on_when_the_node_had_erred()
    {
        var scene = await SenderScene.StartAsync();
        scene.Chain.TransactionCount = 6;
        await scene.NextAsync();
        Assert.Contains("nonce 5", scene.Sender.Halted);
        Assert.Equal(SkipReason.Halted, await scene.OfferAsync("1"));
        scene.Chain.TransactionCount = 5;
        await scene.NextAsync();
        Assert.Null(scene.Sender.Halted);
        Assert.Null(await scene.OfferAsync("1"));
        Assert.Empty(scene.Journal.All<JournalEntry.BreakerChanged>());
    }

    [Fact]
    public async Task Only_a_block_that_is_as_deep_makes_it_certain()
    {
        var scene = await SenderScene.StartAsync();
        await scene.OfferAsync("1");
        scene.Chain.TransactionCount = 6;
        scene.Chain.CountsAt[101] = 5;
        await scene.NextAsync();
        scene.Time.Advance(Certain);
        await scene.NextAsync();
        Assert.Null(scene.Sender.Halted);
        Assert.Empty(scene.Journal.All<JournalEntry.Abandoned>());

        // Asked again where it was seen again.
        scene.Time.Advance(Certain);
        await scene.NextAsync();
        Assert.StartsWith("foreign_nonce: nonce 5", scene.Sender.Halted);
        Assert.Single(scene.Journal.All<JournalEntry.Abandoned>());
        Assert.False(scene.Sender.IsOpen("lend:1"));
    }

    [Fact]
    public async Task A_receipt_that_comes_late_settles_it()
    {
        var scene = await SenderScene.StartAsync();
        await scene.OfferAsync("1");
        scene.Chain.TransactionCount = 6;
        await scene.NextAsync();
        scene.Time.Advance(Certain);
        scene.Mine(scene.Journal.All<JournalEntry.Signed>()[0], items: (true, []));
        await scene.NextAsync();
        Assert.Null(scene.Sender.Halted);
        Assert.Single(scene.Journal.All<JournalEntry.Settled>());
    }

    [Fact]
    public async Task A_jump_of_the_wall_clock_makes_nothing_certain()
    {
        var scene = await SenderScene.StartAsync();
        await scene.OfferAsync("1");
        scene.Chain.TransactionCount = 6;
        await scene.NextAsync();
        scene.Time.Jump(TimeSpan.FromHours(1));
        await scene.NextAsync();
        Assert.Null(scene.Sender.Halted);
        Assert.Empty(scene.Journal.All<JournalEntry.Abandoned>());
    }

    [Fact]
    public async Task The_key_stays_halted_over_restarts_until_an_operator_adopts_the_nonce()
    {
        var before = await SenderScene.StartAsync();
        await before.OfferAsync("1");
        before.Mine(before.Journal.All<JournalEntry.Signed>()[0], items: (true, []));
        await before.NextAsync();
        before.Chain.TransactionCount = 7;
        await before.NextAsync();
        before.Time.Advance(Certain);
        await before.NextAsync();
        Assert.StartsWith("foreign_nonce: nonce 6", before.Sender.Halted);

        var after = await SenderScene.StartAsync(journal: before.Journal, setUp: scene => scene.Chain.TransactionCount = 7);
        Assert.StartsWith("foreign_nonce: nonce 6", after.Sender.Halted);
        Assert.Contains("adopt-nonce", (await after.AskAsync(new ControlRequest.Resume(Core.Submission.Breakers.Breaker.ForeignNonce))).Refusal);
        Assert.Contains("6 is used", (await after.AskAsync(new ControlRequest.AdoptNonce(6))).Refusal);
        Assert.NotNull(after.Sender.Halted);

        Assert.Null((await after.AskAsync(new ControlRequest.AdoptNonce(7))).Refusal);
        Assert.Null(after.Sender.Halted);
        Assert.Equal((after.Signer.Address, 7UL), (after.Journal.All<JournalEntry.Adopted>()[0].Key, after.Journal.All<JournalEntry.Adopted>()[0].NextNonce));
        await after.OfferAsync("2");
        Assert.Equal(7UL, after.Journal.All<JournalEntry.Intended>()[^1].Nonce);

        var last = await SenderScene.StartAsync(journal: before.Journal, setUp: scene => scene.Chain.TransactionCount = 7);
        await last.NextAsync();
        Assert.Null(last.Sender.Halted);
    }

    [Fact]
    public async Task What_is_still_in_flight_keeps_its_nonce_when_the_rest_is_adopted()
    {
        var scene = await SenderScene.StartAsync();
        await scene.OfferAsync("1");
        await scene.OfferAsync("2");
        scene.Chain.TransactionCount = 6;
        await scene.NextAsync();
        Assert.Contains("nothing is to be adopted", (await scene.AskAsync(new ControlRequest.AdoptNonce(null))).Refusal);
        scene.Time.Advance(Certain);
        await scene.NextAsync();
        Assert.Null((await scene.AskAsync(new ControlRequest.AdoptNonce(null))).Refusal);
        await scene.OfferAsync("3");
        Assert.Equal([5UL, 6UL, 7UL], scene.Journal.All<JournalEntry.Intended>().Select(intent => intent.Nonce));
    }

    [Fact]
    public async Task A_reorg_below_finality_halts_by_name_until_the_lost_nonces_are_used_up()
    {
        var scene = await SettledAndFinalAsync();
        scene.Chain.Receipts.Clear();
        scene.Chain.TransactionCount = 5;
        scene.Sender.OnReorg(100);
        await scene.HeadAsync(Block(101, branch: 1, after: Block(100)));
        Assert.Contains("nonce 5", scene.Sender.Halted);
        Assert.Equal(SkipReason.Halted, await scene.OfferAsync("3"));
        Assert.Empty(scene.Journal.All<JournalEntry.BreakerChanged>());

        for (ulong number = 102; number < 106; number++) await scene.HeadAsync(Block(number, branch: 1));
        Assert.StartsWith("lost_nonce: nonce 5", scene.Sender.Halted);
        Assert.Contains("keeper ctl resume lost_nonce", scene.Sender.Halted);
        Assert.Equal(("lost_nonce", true), (Assert.Single(scene.Journal.All<JournalEntry.BreakerChanged>()).Breaker, scene.Journal.All<JournalEntry.BreakerChanged>()[0].IsOpen));

        // An operator uses the first up; the second is lost still.
        scene.Chain.TransactionCount = 6;
        await scene.HeadAsync(Block(106, branch: 1));
        Assert.Contains("nonce 6", (await scene.AskAsync(new ControlRequest.Resume(Core.Submission.Breakers.Breaker.LostNonce))).Refusal);
        scene.Chain.TransactionCount = 7;
        await scene.HeadAsync(Block(107, branch: 1));
        Assert.NotNull(scene.Sender.Halted);
        Assert.Null((await scene.AskAsync(new ControlRequest.Resume(Core.Submission.Breakers.Breaker.LostNonce))).Refusal);
        Assert.Null(scene.Sender.Halted);
        await scene.OfferAsync("3");
        Assert.Equal(7UL, scene.Journal.All<JournalEntry.Signed>()[^1].Nonce);
    }

    [Fact]
    public async Task A_node_that_counts_too_few_for_a_while_loses_no_nonce()
    {
        var scene = await SettledAndFinalAsync();
        scene.Chain.TransactionCount = 5;
        await scene.NextAsync();
        Assert.Contains("nonce 5", scene.Sender.Halted);
        // At the head's own hash the count is right: what was answered before was of an older block.
        scene.Time.Advance(Certain);
        scene.Chain.CountsAt[108] = 7;
        await scene.NextAsync();
        Assert.Null(scene.Sender.Halted);
        scene.Chain.TransactionCount = 7;
        await scene.NextAsync();
        Assert.Null(await scene.OfferAsync("3"));
        Assert.Empty(scene.Journal.All<JournalEntry.BreakerChanged>());
    }

    [Fact]
    public async Task What_a_reorg_may_have_taken_is_looked_for_before_it_is_forgotten_as_final()
    {
        var scene = await SenderScene.StartAsync(profile: TestProfile.Fast with { BlockTime = TimeSpan.FromSeconds(12), FinalityDepth = 2 });
        await scene.OfferAsync("1");
        scene.Mine(scene.Journal.All<JournalEntry.Signed>()[0], items: (true, []));
        await scene.NextAsync();
        // The mirror was built anew meanwhile, and the chain has come far.
        scene.Chain.Receipts.Clear();
        scene.Chain.TransactionCount = 5;
        scene.Sender.OnReorg(0);
        await scene.HeadAsync(Block(150, branch: 1));
        Assert.Null(scene.Sender.Halted);
        Assert.Equal(1, scene.Sender.SlotCount);
        Assert.Equal(2, scene.Journal.All<JournalEntry.Intended>().Count);
        Assert.All(scene.Journal.All<JournalEntry.Signed>(), signed => Assert.Equal(5UL, signed.Nonce));
    }

    /// <summary>Two transactions, mined in block 101 and forgotten by block 106.</summary>
    private static async Task<SenderScene> SettledAndFinalAsync()
    {
        var scene = await SenderScene.StartAsync(profile: TestProfile.Fast with { BlockTime = TimeSpan.FromSeconds(12), FinalityDepth = 2 });
        await scene.OfferAsync("1");
        await scene.OfferAsync("2");
        foreach (var signed in scene.Journal.All<JournalEntry.Signed>()) scene.Mine(signed, Block(101), items: (true, []));
        for (var i = 0; i < 6; i++) await scene.NextAsync();
        Assert.Equal(2, scene.Journal.All<JournalEntry.Settled>().Count);
        return scene;
    }

    [Fact]
    public async Task A_chain_that_cannot_be_asked_adopts_nothing()
    {
        var scene = await SenderScene.StartAsync();
        scene.Chain.TransactionCount = 6;
        await scene.NextAsync();
        scene.Chain.IsDown = true;
        Assert.Contains("could not be asked", (await scene.AskAsync(new ControlRequest.AdoptNonce(null))).Refusal);
        Assert.Empty(scene.Journal.All<JournalEntry.Adopted>());
    }
}
