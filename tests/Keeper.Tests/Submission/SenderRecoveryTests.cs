using Keeper.Core.Chain;
using Keeper.Core.Journal;
using Keeper.Core.Planning;
using Keeper.Core.Submission;
using Keeper.Tests.Support;
using static Keeper.Tests.Support.TestChainData;

namespace Keeper.Tests.Submission;

public sealed class SenderRecoveryTests
{
    private static readonly byte[] Nothing = [];

    [Fact]
    public async Task What_was_open_goes_out_again_with_the_same_bytes_and_its_accounts_are_open()
    {
        var before = await SenderScene.StartAsync();
        await before.OfferAsync("1");
        await before.OfferAsync("2", "3");
        var after = await SenderScene.StartAsync(journal: before.Journal);
        Assert.Equal(before.Sent, after.Sent);
        Assert.Empty(after.Signer.Signed);
        Assert.All((string[])["lend:1", "lend:2", "lend:3"], account => Assert.True(after.Sender.IsOpen(account)));

        await after.OfferAsync("4");
        Assert.Equal(7UL, after.Journal.All<JournalEntry.Signed>()[^1].Nonce);
    }

    [Fact]
    public async Task Bytes_that_were_journalled_and_never_sent_go_out_after_a_restart()
    {
        var before = await SenderScene.StartAsync();
        before.Chain.Sending = _ => throw new InvalidOperationException("The process dies here.");
        before.Sender.TryOffer(before.PlanOf("1"), before.Gas);
        await Assert.ThrowsAsync<InvalidOperationException>(() => before.Sender.RunAsync(default));
        Assert.Empty(before.Sent);

        var after = await SenderScene.StartAsync(journal: before.Journal);
        Assert.Equal(before.Journal.All<JournalEntry.Signed>()[0].Raw, Assert.Single(after.Chain.Sent));
    }

    [Fact]
    public async Task The_newest_attempt_goes_out_and_the_receipt_of_any_settles()
    {
        var before = await SenderScene.StartAsync();
        before.Chain.SendAnswers.Enqueue(new(SendError.Underpriced, null));
        await before.OfferAsync("1");
        var after = await SenderScene.StartAsync(journal: before.Journal);
        Assert.Equal(before.Sent[1], Assert.Single(after.Sent));
        after.Mine(before.Journal.All<JournalEntry.Signed>()[0], items: (true, Nothing));
        await after.NextAsync();
        Assert.Single(after.Journal.All<JournalEntry.Settled>());
    }

    [Fact]
    public async Task What_was_mined_meanwhile_is_settled_before_the_first_decision()
    {
        var before = await SenderScene.StartAsync();
        await before.OfferAsync("1");
        var after = await SenderScene.StartAsync(
            journal: before.Journal, setUp: scene => scene.Mine(before.Journal.All<JournalEntry.Signed>()[0], Block(99), items: (true, Nothing)));
        Assert.Empty(after.Sent);
        Assert.False(after.Sender.IsOpen("lend:1"));
        Assert.Equal(Outcome.Won, Assert.Single(after.Journal.All<JournalEntry.Settled>()).Outcomes[0].Outcome);
    }

    [Fact]
    public async Task What_is_mined_while_the_keeper_starts_stays_open_until_the_mirror_has_seen_it()
    {
        var before = await SenderScene.StartAsync();
        await before.OfferAsync("1");
        var after = await SenderScene.StartAsync(
            journal: before.Journal, setUp: scene => scene.Mine(before.Journal.All<JournalEntry.Signed>()[0], Block(101), items: (true, Nothing)));
        Assert.True(after.Sender.IsOpen("lend:1"));
        await after.NextAsync();
        Assert.False(after.Sender.IsOpen("lend:1"));
    }

    [Fact]
    public async Task A_chain_that_cannot_be_asked_at_the_start_is_waited_for()
    {
        var before = await SenderScene.StartAsync();
        await before.OfferAsync("1");
        var after = new SenderScene(journal: before.Journal);
        after.Chain.IsDown = true;
        var recovering = after.Sender.RecoverAsync(after.HeadAt(Block(100)), default);
        Assert.False(recovering.IsCompleted);
        Assert.Contains("cannot be taken up", after.Readiness.Report().Single(entry => entry.Component == Sender.Component).Reason);
        after.Chain.IsDown = false;
        await recovering.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
        Assert.Equal(before.Sent, after.Sent);
    }

    [Fact]
    public async Task A_journal_of_a_chain_that_was_reset_is_refused()
    {
        var before = await SettledAsync();
        var error = await Assert.ThrowsAsync<JournalException>(() => SenderScene.StartAsync(journal: before.Journal, setUp: scene => scene.Chain.Unknown.UnionWith([Block(100).Hash, Block(100).ParentHash])));
        Assert.Contains("knows only 5 of them", error.Message);
    }

    [Fact]
    public async Task A_settled_transaction_that_the_chain_lost_though_it_was_final_is_refused()
    {
        var before = await SettledAsync();
        var after = new SenderScene(journal: before.Journal, profile: TestProfile.Fast with { FinalityDepth = 8 });
        await Assert.ThrowsAsync<JournalException>(() => after.Sender.RecoverAsync(after.HeadAt(Block(110)), default));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_settled_transaction_that_a_reorg_took_away_while_the_keeper_was_down_goes_out_again(bool tookTheBlockOfTheDecision)
    {
        var before = await SettledAsync();
        var after = await SenderScene.StartAsync(journal: before.Journal, setUp: scene =>
        {
            if (tookTheBlockOfTheDecision) scene.Chain.Unknown.Add(Block(100).Hash);
        });
        Assert.Equal(before.Sent, after.Sent);
        Assert.True(after.Sender.IsOpen("lend:1"));
        await after.OfferAsync("2");
        Assert.Equal(6UL, after.Journal.All<JournalEntry.Signed>()[^1].Nonce);
    }

    [Fact]
    public async Task A_settled_transaction_that_a_reorg_takes_away_after_a_restart_goes_out_again()
    {
        var before = await SettledAsync();
        var after = await SenderScene.StartAsync(journal: before.Journal, setUp: scene => scene.Mine(before.Journal.All<JournalEntry.Signed>()[0], Block(101), items: (true, Nothing)));
        Assert.Empty(after.Sent);
        after.Chain.Receipts.Clear();
        after.Chain.TransactionCount = 5;
        after.Sender.OnReorg(100);
        Assert.True(after.Sender.IsOpen("lend:1"));
        await after.HeadAsync(Block(101, branch: 1, after: Block(100)));
        Assert.Equal(before.Sent, after.Sent);
    }

    [Fact]
    public async Task A_nonce_used_while_the_keeper_was_down_halts()
    {
        var before = await SenderScene.StartAsync();
        await before.OfferAsync("1");
        before.Mine(before.Journal.All<JournalEntry.Signed>()[0], items: (true, Nothing));
        await before.NextAsync();
        var after = await SenderScene.StartAsync(journal: before.Journal, setUp: scene => scene.Chain.TransactionCount = 7);
        Assert.Contains("nonce 6", after.Sender.Halted);
        Assert.Equal(SkipReason.Halted, await after.OfferAsync("2"));
    }

    [Fact]
    public async Task An_empty_journal_takes_the_next_nonce_from_the_chain()
    {
        var scene = await SenderScene.StartAsync(setUp: scene => scene.Chain.TransactionCount = 40);
        await scene.OfferAsync("1");
        Assert.Equal(40UL, scene.Journal.All<JournalEntry.Signed>()[0].Nonce);
    }

    [Fact]
    public async Task A_deadline_that_passed_while_the_keeper_was_down_cancels()
    {
        var before = await SenderScene.StartAsync(new() { DeadlineBlocks = 2 });
        await before.OfferAsync("1");
        var after = new SenderScene(journal: before.Journal);
        await after.Sender.RecoverAsync(after.HeadAt(Block(150)), default);
        Assert.True(after.Journal.All<JournalEntry.Signed>()[^1].IsCancel);
        Assert.Equal(after.Signer.Address, Assert.Single(after.Signer.Signed).To);
    }

    [Fact]
    public async Task The_sender_is_ready_when_it_has_recovered()
    {
        var scene = new SenderScene();
        Assert.Empty(scene.Readiness.Report());
        await scene.Sender.RecoverAsync(scene.HeadAt(Block(100)), default);
        Assert.True(scene.Readiness.IsReady);
    }

    /// <summary>Nonce 5 is mined in block 101 and settled.</summary>
    private static async Task<SenderScene> SettledAsync()
    {
        var scene = await SenderScene.StartAsync();
        await scene.OfferAsync("1");
        scene.Mine(scene.Journal.All<JournalEntry.Signed>()[0], items: (true, Nothing));
        await scene.NextAsync();
        return scene;
    }
}
