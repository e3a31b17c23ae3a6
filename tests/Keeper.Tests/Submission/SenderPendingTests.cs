using Keeper.Core.Chain;
using Keeper.Core.Chain.Pending;
using Keeper.Core.Journal;
using Keeper.Core.Planning;
using Keeper.Core.Primitives;
using Keeper.Core.Submission;
using Keeper.Tests.Support;
using static Keeper.Tests.Support.TestChainData;

namespace Keeper.Tests.Submission;

/// <summary>Plans that suppose a price update that no block has yet.</summary>
public sealed class SenderPendingTests
{
    private static readonly PendingTransaction Update = ScriptedPool.Transmission(1, 99);

    [Fact]
    public async Task A_plan_that_supposes_an_update_is_simulated_behind_it_bid_below_it_and_journalled_with_it()
    {
        var pool = new ScriptedPool();
        var scene = await SenderScene.StartAsync(pool: pool);
        await scene.OfferAsync(PlanOf(scene));

        var (update, call, at) = Assert.Single(pool.Called);
        Assert.Equal((Update, Block(100)), (update.Transaction, at));
        Assert.Empty(scene.Chain.Called);
        var signed = Assert.Single(scene.Journal.All<JournalEntry.Signed>());
        Assert.Equal(Wei.FromGwei(3) - new Wei(1), signed.Fees.MaxPriorityFeePerGas);
        Assert.True(signed.Fees.MaxFeePerGas < Update.Fees.MaxFeePerGas);
        Assert.Equal(signed.Fees.MaxFeePerGas, call.MaxFeePerGas);
        Assert.Equal(Update.Hash, Assert.Single(scene.Journal.All<JournalEntry.Intended>()).Behind);
        Assert.Equal([Update.Hash], pool.Watched);
        Assert.Single(scene.Sent);
    }

    [Fact]
    public async Task Where_the_update_would_fail_nothing_is_signed_and_no_account_backs_off()
    {
        var pool = new ScriptedPool { Answer = _ => new CallResult.Refused("the update would fail") };
        var scene = await SenderScene.StartAsync(pool: pool);
        await scene.OfferAsync(PlanOf(scene));
        Assert.Empty(scene.Journal.All<JournalEntry.Intended>());
        Assert.False(scene.Sender.IsOpen("lend:1"));
        Assert.False(scene.Sender.IsBackingOff("lend:1", 100));
    }

    [Fact]
    public async Task While_the_update_waits_the_bid_is_not_raised_and_the_call_is_not_judged_without_it()
    {
        var scene = await SenderScene.StartAsync(new() { BumpAfter = TimeSpan.Zero }, pool: new ScriptedPool(maxBlocks: 3));
        scene.Gas = Market(highGwei: 50);
        await scene.OfferAsync(PlanOf(scene));
        scene.Chain.Answer = (_, _) => new CallResult.Reverted(ScriptedProtocol.HealthyByNow);
        await scene.NextAsync();
        await scene.NextAsync();
        Assert.Single(scene.Journal.All<JournalEntry.Signed>());
        Assert.Equal(3, scene.Sent.Count);
    }

    [Fact]
    public async Task Once_the_update_is_in_a_block_the_slot_is_one_as_any_other()
    {
        var scene = await SenderScene.StartAsync(new() { BumpAfter = TimeSpan.Zero }, pool: new ScriptedPool());
        scene.Gas = Market(highGwei: 50);
        await scene.OfferAsync(PlanOf(scene));
        scene.Chain.Receipts[Update.Hash] = ReceiptOf(Block(101));
        await scene.NextAsync();
        await scene.NextAsync();
        Assert.True(scene.Journal.All<JournalEntry.Signed>().Count > 1, "the bid was not raised");
        Assert.DoesNotContain(scene.Journal.All<JournalEntry.Signed>(), signed => signed.IsCancel);
    }

    [Fact]
    public async Task Where_the_update_came_and_the_call_fails_all_the_same_it_is_cancelled()
    {
        var scene = await SenderScene.StartAsync(pool: new ScriptedPool());
        await scene.OfferAsync(PlanOf(scene));
        scene.Chain.Receipts[Update.Hash] = ReceiptOf(Block(101), succeeded: false);
        scene.Chain.Answer = (call, _) => call.To == SenderScene.Executor ? ScriptedChain.Items((false, ScriptedProtocol.HealthyByNow)) : ScriptedChain.AllSucceed(call);
        await scene.NextAsync();
        Assert.True(scene.Journal.All<JournalEntry.Signed>()[^1].IsCancel);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task What_follows_an_update_that_does_not_come_in_time_is_cancelled(int blocks)
    {
        var scene = await SenderScene.StartAsync(pool: new ScriptedPool(blocks));
        await scene.OfferAsync(PlanOf(scene));
        for (var block = 1; block < blocks; block++) await scene.NextAsync();
        Assert.DoesNotContain(scene.Journal.All<JournalEntry.Signed>(), signed => signed.IsCancel);
        await scene.NextAsync();
        Assert.True(scene.Journal.All<JournalEntry.Signed>()[^1].IsCancel);
    }

    [Fact]
    public async Task What_follows_an_update_that_is_gone_is_cancelled_before_the_next_head()
    {
        var scene = await SenderScene.StartAsync(pool: new ScriptedPool());
        await scene.OfferAsync(PlanOf(scene));
        await scene.OfferAsync("2");
        scene.Sender.OnUpdateGone(ScriptedPool.Transmission(2, 50).Hash);
        await scene.PumpAsync();
        Assert.Equal(2, scene.Sent.Count);

        scene.Sender.OnUpdateGone(Update.Hash);
        await scene.PumpAsync();
        var cancel = Assert.Single(scene.Journal.All<JournalEntry.Signed>(), signed => signed.IsCancel);
        Assert.Equal(scene.Journal.All<JournalEntry.Intended>()[0].Nonce, cancel.Nonce);
        Assert.Equal(3, scene.Sent.Count);
    }

    [Fact]
    public async Task What_follows_an_update_that_is_gone_is_cancelled_at_a_later_head_where_the_key_signs_nothing_at_first()
    {
        var signer = new FailingSigner();
        var scene = await SenderScene.StartAsync(signer: signer, pool: new ScriptedPool(16));
        await scene.OfferAsync(PlanOf(scene));
        signer.Failure = new SigningException("it is away", SigningFault.Unreachable);
        scene.Sender.OnUpdateGone(Update.Hash);
        await scene.PumpAsync();
        Assert.DoesNotContain(scene.Journal.All<JournalEntry.Signed>(), signed => signed.IsCancel);

        signer.Failure = null;
        await scene.NextAsync();
        Assert.Single(scene.Journal.All<JournalEntry.Signed>(), signed => signed.IsCancel);
    }

    /// <summary>A node that calls the bid too low does not move it before the update.</summary>
    [Fact]
    public async Task A_refused_bid_behind_an_update_is_not_raised_at_once()
    {
        var scene = await SenderScene.StartAsync(pool: new ScriptedPool());
        scene.Chain.SendAnswers.Enqueue(new(SendError.Underpriced, "transaction underpriced"));
        await scene.OfferAsync(PlanOf(scene));
        Assert.Single(scene.Journal.All<JournalEntry.Signed>());
    }

    [Fact]
    public async Task After_a_restart_without_a_pool_what_was_to_follow_an_update_is_cancelled_unless_it_has_come()
    {
        foreach (var hasCome in new[] { false, true })
        {
            var before = await SenderScene.StartAsync(pool: new ScriptedPool());
            await before.OfferAsync(PlanOf(before));
            var after = await SenderScene.StartAsync(journal: before.Journal, setUp: scene =>
            {
                if (hasCome) scene.Chain.Receipts[Update.Hash] = ReceiptOf(Block(100));
            });
            Assert.Equal(!hasCome, after.Journal.All<JournalEntry.Signed>()[^1].IsCancel);
        }
    }

    [Theory]
    [InlineData(0)] // nothing is less
    [InlineData(1)] // the least that may be offered
    public async Task An_update_that_pays_too_little_to_be_followed_is_not(ulong tipGwei)
    {
        var scene = await SenderScene.StartAsync(new() { MinPriorityFee = Wei.FromGwei(1) }, pool: new ScriptedPool());
        await scene.OfferAsync(PlanOf(scene, ScriptedPool.Transmission(1, 99, tipGwei)));
        Assert.Empty(scene.Journal.All<JournalEntry.Intended>());
        Assert.Contains(scene.Skips, skip => skip.Contains("no bid behind", StringComparison.Ordinal));
    }

    private static LiquidationPlan PlanOf(SenderScene scene, PendingTransaction? update = null) =>
        scene.PlanOf("1") with { Behind = new(update ?? Update, Block(100).Timestamp + 12) };

    private static Receipt ReceiptOf(BlockRef block, bool succeeded = true) => new(Update.Hash, block.Number, block.Hash, succeeded, new Gas(100_000), Wei.FromGwei(13), null, []);
}
