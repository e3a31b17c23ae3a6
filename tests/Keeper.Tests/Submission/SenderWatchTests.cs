using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Journal;
using Keeper.Core.Planning;
using Keeper.Core.Primitives;
using Keeper.Core.Submission;
using Keeper.Tests.Support;
using static Keeper.Tests.Support.TestChainData;

namespace Keeper.Tests.Submission;

public sealed class SenderWatchTests
{
    private static readonly byte[] Nothing = [];

    [Fact]
    public async Task A_receipt_settles_every_account_by_its_own_item()
    {
        var scene = await SenderScene.StartAsync();
        await scene.OfferAsync("1", "2", "3");
        scene.Mine(Signed(scene), items: [(true, Nothing), (false, ScriptedProtocol.HealthyByNow), (false, [7])]);
        await scene.NextAsync();
        Assert.Equal(
            [new("lend:1", Outcome.Won, null), new("lend:2", Outcome.Raced, "recovered or repaid: healthy"), new("lend:3", Outcome.Reverted, "0x07")],
            Assert.Single(scene.Journal.All<JournalEntry.Settled>()).Outcomes);
        Assert.Equal(0, scene.Sender.SlotCount);
        Assert.False(scene.Sender.IsOpen("lend:1") || scene.Sender.IsOpen("lend:2") || scene.Sender.IsOpen("lend:3"));
        Assert.Contains(scene.Log.Lines, line => line.EndsWith("Liquidated lend:1", StringComparison.Ordinal));

        // Only the failure of its own backs off.
        Assert.Equal((false, false, true), (scene.Sender.IsBackingOff("lend:1", 101), scene.Sender.IsBackingOff("lend:2", 101), scene.Sender.IsBackingOff("lend:3", 101)));
    }

    [Fact]
    public async Task Liquidated_is_said_from_a_receipt_only()
    {
        var scene = await SenderScene.StartAsync();
        await scene.OfferAsync("1");
        await scene.NextAsync();
        Assert.DoesNotContain(scene.Log.Lines, line => line.Contains("Liquidated"));
        Assert.Empty(scene.Journal.All<JournalEntry.Mined>());
    }

    [Fact]
    public async Task Malformed_logs_of_the_executor_are_no_success()
    {
        var scene = await SenderScene.StartAsync();
        await scene.OfferAsync("1");
        var receipt = scene.Mine(Signed(scene));
        scene.Chain.Receipts[receipt.TransactionHash] = receipt with
        {
            Logs = [Log(Block(101), SenderScene.Executor, ExecutorCall.ItemExecutedTopic, [1])],
        };
        await scene.NextAsync();
        Assert.Equal(Outcome.Reverted, Assert.Single(scene.Journal.All<JournalEntry.Settled>()).Outcomes[0].Outcome);
    }

    [Fact]
    public async Task A_success_that_a_stranger_logs_is_no_success()
    {
        var scene = await SenderScene.StartAsync();
        await scene.OfferAsync("1");
        var receipt = scene.Mine(Signed(scene), items: (true, Nothing));
        scene.Chain.Receipts[receipt.TransactionHash] = receipt with { Logs = [receipt.Logs[0] with { Address = ScriptedProtocol.AddressOf(0xbad) }] };
        await scene.NextAsync();
        Assert.NotEqual(Outcome.Won, Assert.Single(scene.Journal.All<JournalEntry.Settled>()).Outcomes[0].Outcome);
    }

    [Fact]
    public async Task An_ambiguous_answer_sends_the_same_bytes_again_and_never_a_new_nonce()
    {
        var scene = await SenderScene.StartAsync(new() { BumpAfter = TimeSpan.FromHours(1) });
        scene.Chain.SendAnswers.Enqueue(new(SendError.Ambiguous, "timeout"));
        await scene.OfferAsync("1");
        await scene.NextAsync();
        await scene.NextAsync();
        Assert.Equal(3, scene.Sent.Count);
        Assert.Single(scene.Sent.Distinct());
        Assert.Single(scene.Signer.Signed);
        Assert.True(scene.Sender.IsOpen("lend:1"));
    }

    [Fact]
    public async Task An_accepted_transaction_goes_out_again_at_every_head_until_it_is_mined()
    {
        var scene = await SenderScene.StartAsync(new() { BumpAfter = TimeSpan.FromHours(1) });
        await scene.OfferAsync("1");
        for (var i = 0; i < 3; i++) await scene.NextAsync();
        Assert.Equal(4, scene.Sent.Count);
        Assert.Single(scene.Sent.Distinct());
        // The same answer to the same bytes is told once.
        Assert.Single(scene.Journal.All<JournalEntry.Broadcast>());
    }

    [Fact]
    public async Task A_stuck_transaction_is_bid_up_with_the_same_nonce_and_call()
    {
        var scene = await SenderScene.StartAsync(new() { FirstBidSharePpm = 0, BumpAfter = TimeSpan.FromSeconds(24) });
        await scene.OfferAsync("1");
        await scene.NextAsync();
        await scene.NextAsync();
        var signed = scene.Journal.All<JournalEntry.Signed>();
        Assert.Equal([(5UL, 0), (5UL, 1)], signed.Select(entry => (entry.Nonce, entry.Attempt)));
        Assert.Equal(signed[1].Raw, scene.Chain.Sent[^1]);
        // The least profits at its end, and the deadline before them apart.
        Assert.True(scene.Signer.Signed[0].Data.Span[..^32].SequenceEqual(scene.Signer.Signed[1].Data.Span[..^32]));
        Assert.True(signed[1].Fees.MaxFeePerGas <= scene.Journal.All<JournalEntry.Intended>()[0].MaxPricePerGas);
    }

    [Fact]
    public async Task The_receipt_of_an_older_attempt_settles_the_slot()
    {
        var scene = await SenderScene.StartAsync(new() { FirstBidSharePpm = 0, BumpAfter = TimeSpan.FromSeconds(12) });
        await scene.OfferAsync("1");
        await scene.NextAsync();
        var signed = scene.Journal.All<JournalEntry.Signed>();
        Assert.Equal(2, signed.Count);
        scene.Mine(signed[0], items: (true, Nothing));
        await scene.NextAsync();
        var settled = Assert.Single(scene.Journal.All<JournalEntry.Settled>());
        Assert.Equal((signed[0].Hash, Outcome.Won), (settled.Hash, settled.Outcomes[0].Outcome));
        Assert.Equal(0, scene.Sender.SlotCount);
    }

    [Fact]
    public async Task An_account_is_free_again_as_soon_as_its_transaction_is_in_a_block()
    {
        var scene = await SenderScene.StartAsync();
        await scene.OfferAsync("1");
        var receipt = scene.Mine(Signed(scene), items: (true, Nothing));
        // Before the sender's task has asked for anything.
        scene.Sender.OnBlock(scene.HeadAt(Block(101)), receipt.Logs);
        Assert.False(scene.Sender.IsOpen("lend:1"));
        Assert.Equal(1, scene.Sender.SlotCount);
    }

    [Fact]
    public async Task A_receipt_of_a_block_that_the_mirror_has_not_seen_releases_nothing()
    {
        var scene = await SenderScene.StartAsync();
        await scene.OfferAsync("1");
        scene.Mine(Signed(scene), Block(102), items: (true, Nothing));
        await scene.HeadAsync(Block(101));
        Assert.True(scene.Sender.IsOpen("lend:1"));
        Assert.Empty(scene.Journal.All<JournalEntry.Mined>());
        Assert.Single(scene.Sent);
        await scene.HeadAsync(Block(102));
        Assert.False(scene.Sender.IsOpen("lend:1"));
        Assert.Single(scene.Journal.All<JournalEntry.Settled>());
    }

    [Fact]
    public async Task A_later_offer_for_the_account_is_not_released_by_the_earlier_one()
    {
        var scene = await SenderScene.StartAsync(new() { Confirmations = 3 });
        await scene.OfferAsync("1");
        var receipt = scene.Mine(Signed(scene), items: (true, Nothing));
        await scene.NextAsync([.. receipt.Logs]);
        await scene.OfferAsync("1");
        await scene.NextAsync();
        await scene.NextAsync();
        Assert.Single(scene.Journal.All<JournalEntry.Settled>());
        Assert.True(scene.Sender.IsOpen("lend:1"));
    }

    [Fact]
    public async Task A_reorg_takes_the_receipt_away_and_the_same_bytes_go_out()
    {
        var scene = await SenderScene.StartAsync(new() { Confirmations = 4 });
        await scene.OfferAsync("1");
        scene.Mine(Signed(scene), items: (true, Nothing));
        await scene.NextAsync();
        Assert.False(scene.Sender.IsOpen("lend:1"));

        Unmine(scene);
        scene.Sender.OnReorg(100);
        Assert.True(scene.Sender.IsOpen("lend:1"));
        await scene.HeadAsync(Block(101, branch: 1, after: Block(100)));
        Assert.Equal(2, scene.Sent.Count);
        Assert.Single(scene.Sent.Distinct());
        Assert.True(scene.Sender.IsOpen("lend:1"));

        // Another block includes it: the last receipt counts.
        var other = Block(102, branch: 1);
        scene.Mine(Signed(scene), other, items: (true, Nothing));
        await scene.HeadAsync(other);
        Assert.Equal([Block(101).Hash, other.Hash], scene.Journal.All<JournalEntry.Mined>().Select(mined => mined.BlockHash));
        Assert.False(scene.Sender.IsOpen("lend:1"));
    }

    [Fact]
    public async Task A_reorg_above_the_receipts_block_opens_nothing()
    {
        var scene = await SenderScene.StartAsync(new() { Confirmations = 4 });
        await scene.OfferAsync("1");
        scene.Mine(Signed(scene), items: (true, Nothing));
        await scene.NextAsync();
        await scene.NextAsync();
        scene.Sender.OnReorg(101);
        Assert.False(scene.Sender.IsOpen("lend:1"));
    }

    [Fact]
    public async Task A_settled_transaction_that_a_reorg_takes_away_goes_out_again_and_settles_again()
    {
        var scene = await SenderScene.StartAsync();
        scene.Chain.SendAnswers.Enqueue(new(SendError.Underpriced, "transaction underpriced"));
        await scene.OfferAsync("1");
        scene.Mine(Signed(scene), items: (true, Nothing));
        await scene.NextAsync();
        Assert.Single(scene.Journal.All<JournalEntry.Settled>());
        var sentBefore = scene.Sent.ToArray();

        Unmine(scene);
        scene.Sender.OnReorg(100);
        Assert.True(scene.Sender.IsOpen("lend:1"));
        var other = Block(101, branch: 1, after: Block(100));
        await scene.HeadAsync(other);
        Assert.Equal(sentBefore[^1], scene.Sent[^1]);
        Assert.Equal(2, scene.Signer.Signed.Count);
        Assert.True(scene.Sender.IsOpen("lend:1"));

        // A crash now would find it, all its attempts and the right next nonce.
        var recovered = await Recovery.FoldAsync(scene.Journal.ReadAsync(0, default), scene.Signer.Address, default);
        Assert.Equal((5UL, 2, 6UL), (Assert.Single(recovered.Open).Intent.Nonce, recovered.Open[0].Attempts.Count, recovered.NextNonce!.Value));

        // The next plan is not held up, and what is mined again is settled again.
        await scene.OfferAsync("2");
        Assert.Equal(6UL, scene.Journal.All<JournalEntry.Signed>()[^1].Nonce);
        scene.Mine(scene.Journal.All<JournalEntry.Signed>().First(signed => signed.Nonce == 5), Block(102, branch: 1), items: (true, Nothing));
        await scene.HeadAsync(Block(102, branch: 1));
        Assert.Equal(2, scene.Journal.All<JournalEntry.Settled>().Count);
        Assert.False(scene.Sender.IsOpen("lend:1"));
        Assert.Equal(1, scene.Sender.SlotCount);
    }

    [Fact]
    public async Task A_settled_transaction_that_a_reorg_moves_to_another_block_stays_settled()
    {
        var scene = await SenderScene.StartAsync();
        await scene.OfferAsync("1");
        scene.Mine(Signed(scene), items: (true, Nothing));
        await scene.NextAsync();
        var other = Block(101, branch: 1, after: Block(100));
        scene.Mine(Signed(scene), other, items: (true, Nothing));
        scene.Sender.OnReorg(100);
        await scene.HeadAsync(other);
        Assert.Single(scene.Journal.All<JournalEntry.Settled>());
        Assert.Single(scene.Sent);
        Assert.False(scene.Sender.IsOpen("lend:1"));
    }

    [Fact]
    public async Task A_settled_transaction_that_a_reorg_moves_above_the_head_stays_open_until_then()
    {
        var scene = await SenderScene.StartAsync();
        await scene.OfferAsync("1");
        scene.Mine(Signed(scene), items: (true, Nothing));
        await scene.NextAsync();
        scene.Mine(Signed(scene), Block(102, branch: 1), items: (true, Nothing));
        scene.Sender.OnReorg(100);
        await scene.HeadAsync(Block(101, branch: 1, after: Block(100)));
        Assert.True(scene.Sender.IsOpen("lend:1"));
        await scene.HeadAsync(Block(102, branch: 1));
        Assert.False(scene.Sender.IsOpen("lend:1"));
        Assert.Single(scene.Journal.All<JournalEntry.Settled>());
    }

    [Fact]
    public async Task A_node_that_lags_behind_does_not_make_a_settled_transaction_seem_lost()
    {
        var scene = await SenderScene.StartAsync();
        await scene.OfferAsync("1");
        scene.Mine(Signed(scene), items: (true, Nothing));
        await scene.NextAsync();
        Unmine(scene);
        await scene.NextAsync();
        Assert.Single(scene.Sent);
        Assert.Equal(0, scene.Sender.SlotCount);
    }

    [Fact]
    public async Task A_settled_transaction_is_forgotten_when_its_block_is_final()
    {
        var scene = await SenderScene.StartAsync(profile: TestProfile.Fast with { FinalityDepth = 2 });
        await scene.OfferAsync("1");
        scene.Mine(Signed(scene), items: (true, Nothing));
        for (var i = 0; i < 4; i++) await scene.NextAsync();
        Unmine(scene);
        scene.Sender.OnReorg(100);
        Assert.False(scene.Sender.IsOpen("lend:1"));
    }

    [Fact]
    public async Task A_nonce_used_by_a_transaction_that_is_not_ours_halts_and_abandons()
    {
        var scene = await SenderScene.StartAsync();
        await scene.OfferAsync("1");
        scene.Chain.TransactionCount = 6;
        scene.HeadInterval = TimeSpan.Zero;
        for (var i = 0; i < 9; i++) await scene.NextAsync();
        scene.Time.Advance(TimeSpan.FromSeconds(35));
        await scene.NextAsync();
        // A node may tell the count before the receipt, however many heads come meanwhile.
        Assert.Null(scene.Sender.Halted);
        scene.Time.Advance(TimeSpan.FromSeconds(1));
        await scene.NextAsync();
        Assert.Contains("nonce 5", scene.Sender.Halted);
        Assert.Single(scene.Journal.All<JournalEntry.Abandoned>());
        Assert.Equal(SkipReason.Halted, await scene.OfferAsync("2"));
        Assert.False(scene.Sender.IsOpen("lend:2"));
        Assert.False(scene.Readiness.IsReady);
        await scene.NextAsync();
        Assert.False(scene.Readiness.IsReady);
    }

    [Fact]
    public async Task A_free_nonce_used_by_a_transaction_that_is_not_ours_halts_at_once()
    {
        var scene = await SenderScene.StartAsync();
        scene.Chain.TransactionCount = 6;
        await scene.NextAsync();
        Assert.Contains("nonce 5", scene.Sender.Halted);
    }

    [Fact]
    public async Task Halted_the_open_transactions_are_still_brought_to_their_end()
    {
        var scene = await SenderScene.StartAsync();
        await scene.OfferAsync("1");
        await scene.OfferAsync("2");
        scene.Chain.TransactionCount = 8;
        scene.Mine(scene.Journal.All<JournalEntry.Signed>()[1], items: (true, Nothing));
        await scene.NextAsync();
        Assert.NotNull(scene.Sender.Halted);
        Assert.Single(scene.Journal.All<JournalEntry.Settled>());
    }

    [Fact]
    public async Task A_deadline_that_passes_cancels_by_a_transfer_of_nothing_and_settles_as_expired()
    {
        var scene = await SenderScene.StartAsync(new() { DeadlineBlocks = 2, BumpAfter = TimeSpan.FromHours(1) });
        await scene.OfferAsync("1");
        await scene.NextAsync();
        Assert.Single(scene.Signer.Signed);
        await scene.NextAsync();
        var cancel = scene.Signer.Signed[^1];
        Assert.Equal((5UL, scene.Signer.Address, Wei.Zero, new Gas(21_000), 0), (cancel.Nonce, cancel.To!.Value, cancel.Value, cancel.GasLimit, cancel.Data.Length));
        var signed = scene.Journal.All<JournalEntry.Signed>()[^1];
        Assert.True(signed.IsCancel);
        scene.Mine(signed);
        await scene.NextAsync();
        Assert.Equal(new AccountOutcome("lend:1", Outcome.Expired, "cancelled"), Assert.Single(scene.Journal.All<JournalEntry.Settled>()).Outcomes[0]);
    }

    [Fact]
    public async Task A_call_that_is_mined_though_it_was_cancelled_counts_by_what_was_mined()
    {
        var scene = await SenderScene.StartAsync(new() { DeadlineBlocks = 2, BumpAfter = TimeSpan.FromHours(1) });
        await scene.OfferAsync("1");
        await scene.NextAsync();
        await scene.NextAsync();
        scene.Mine(scene.Journal.All<JournalEntry.Signed>()[0], items: (true, Nothing));
        await scene.NextAsync();
        Assert.Equal(Outcome.Won, Assert.Single(scene.Journal.All<JournalEntry.Settled>()).Outcomes[0].Outcome);
    }

    [Fact]
    public async Task While_the_chain_cannot_be_asked_nothing_changes()
    {
        var scene = await SenderScene.StartAsync();
        await scene.OfferAsync("1");
        scene.Chain.IsDown = true;
        await scene.NextAsync();
        Assert.Single(scene.Sent);
        Assert.True(scene.Sender.IsOpen("lend:1"));
        scene.Chain.IsDown = false;
        await scene.NextAsync();
        Assert.Equal(2, scene.Sent.Count);
    }

    [Fact]
    public async Task A_reorg_that_came_while_the_chain_could_not_be_asked_is_looked_at_afterwards()
    {
        var scene = await SenderScene.StartAsync();
        await scene.OfferAsync("1");
        scene.Mine(Signed(scene), items: (true, Nothing));
        await scene.NextAsync();
        Unmine(scene);
        scene.Sender.OnReorg(100);
        scene.Chain.IsDown = true;
        await scene.HeadAsync(Block(101, branch: 1, after: Block(100)));
        scene.Chain.IsDown = false;
        await scene.HeadAsync(Block(102, branch: 1));
        Assert.Equal(2, scene.Sent.Count);
    }

    [Fact]
    public async Task An_outcome_is_settled_after_as_many_confirmations_as_asked_for()
    {
        var scene = await SenderScene.StartAsync(new() { Confirmations = 3 });
        await scene.OfferAsync("1");
        scene.Mine(Signed(scene), items: (true, Nothing));
        await scene.NextAsync();
        await scene.NextAsync();
        Assert.Empty(scene.Journal.All<JournalEntry.Settled>());
        await scene.NextAsync();
        Assert.Single(scene.Journal.All<JournalEntry.Settled>());
        Assert.Single(scene.Journal.All<JournalEntry.Mined>());
    }

    private static JournalEntry.Signed Signed(SenderScene scene) => scene.Journal.All<JournalEntry.Signed>()[^1];

    private static void Unmine(SenderScene scene)
    {
        scene.Chain.Receipts.Clear();
        scene.Chain.TransactionCount = 5;
    }
}
