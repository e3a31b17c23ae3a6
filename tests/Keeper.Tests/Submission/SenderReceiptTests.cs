using Keeper.Core.Chain;
using Keeper.Core.Journal;
using Keeper.Core.Primitives;
using Keeper.Core.Submission;
using Keeper.Tests.Support;
using static Keeper.Tests.Support.TestChainData;

namespace Keeper.Tests.Submission;

/// <summary>Receipts are held against the chain that was followed, and against the key's count of transactions.</summary>
public sealed class SenderReceiptTests
{
    [Fact]
    public async Task A_receipt_in_a_block_that_was_never_told_settles_nothing_and_the_same_bytes_go_out_again()
    {
        var scene = await SenderScene.StartAsync();
        await scene.OfferAsync("1");
        var signed = scene.Journal.All<JournalEntry.Signed>()[0];
        scene.Mine(signed, Block(101, branch: 7), items: (true, []));
        scene.Chain.TransactionCount = signed.Nonce;
        await scene.NextAsync();
        Assert.Empty(scene.Journal.All<JournalEntry.Mined>());
        Assert.Equal(2, scene.Sent.Count);
        Assert.Equal(scene.Sent[0], scene.Sent[1]);

        scene.Mine(signed, Block(102), items: (true, []));
        await scene.NextAsync();
        Assert.Equal(Block(102).Hash, Assert.Single(scene.Journal.All<JournalEntry.Mined>()).BlockHash);
    }

    [Fact]
    public async Task A_receipt_whose_nonce_is_still_free_settles_nothing()
    {
        var scene = await SenderScene.StartAsync();
        await scene.OfferAsync("1");
        var signed = scene.Journal.All<JournalEntry.Signed>()[0];
        scene.Mine(signed, items: (true, []));
        scene.Chain.TransactionCount = signed.Nonce;
        await scene.NextAsync();
        Assert.Empty(scene.Journal.All<JournalEntry.Mined>());

        // It was the count that lagged.
        scene.Chain.TransactionCount = signed.Nonce + 1;
        await scene.NextAsync();
        Assert.Single(scene.Journal.All<JournalEntry.Settled>());
    }

    [Fact]
    public async Task After_a_reorg_a_receipt_on_the_other_branch_is_believed_and_one_on_the_old_is_not()
    {
        var scene = await SenderScene.StartAsync();
        await scene.OfferAsync("1");
        var signed = scene.Journal.All<JournalEntry.Signed>()[0];
        await scene.NextAsync();
        scene.Sender.OnReorg(100);
        scene.Mine(signed, Block(101), items: (true, []));
        await scene.HeadAsync(Block(101, branch: 1));
        Assert.Empty(scene.Journal.All<JournalEntry.Mined>());

        scene.Mine(signed, Block(101, branch: 1), items: (true, []));
        await scene.HeadAsync(Block(102, branch: 1));
        Assert.Single(scene.Journal.All<JournalEntry.Settled>());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_receipt_that_says_more_was_paid_than_was_offered_settles_nothing(bool isBeyondTheBid)
    {
        var scene = await SenderScene.StartAsync();
        await scene.OfferAsync("1");
        var signed = scene.Journal.All<JournalEntry.Signed>()[0];
        var receipt = scene.Mine(signed, items: (true, []));
        scene.Chain.Receipts[signed.Hash] = receipt with { EffectiveGasPrice = new(signed.Fees.MaxFeePerGas.Value + (isBeyondTheBid ? UInt256.One : UInt256.Zero)) };
        await scene.NextAsync();
        Assert.Equal(isBeyondTheBid ? 0 : 1, scene.Journal.All<JournalEntry.Settled>().Count);
    }

    /// <summary>A node behind the same URL is still on the old branch: its count must not make a lost transaction seem well.</summary>
    [Fact]
    public async Task After_a_reorg_a_settled_transaction_is_asked_for_until_a_node_of_the_new_branch_answers()
    {
        var scene = await SenderScene.StartAsync();
        await scene.OfferAsync("1");
        var signed = scene.Journal.All<JournalEntry.Signed>()[0];
        scene.Mine(signed, items: (true, []));
        await scene.NextAsync();
        scene.Sender.OnReorg(100);
        await scene.HeadAsync(Block(101, branch: 1, after: Block(100)));
        Assert.Equal((1, 1), (scene.Journal.All<JournalEntry.Settled>().Count, scene.Sent.Count));
        Assert.True(scene.Sender.IsOpen("lend:1"));

        scene.Chain.Receipts.Clear();
        scene.Chain.TransactionCount = signed.Nonce;
        await scene.HeadAsync(Block(102, branch: 1));
        Assert.Equal(2, scene.Sent.Count);
        Assert.Equal(scene.Sent[0], scene.Sent[1]);
    }

    [Fact]
    public async Task An_account_that_a_rebuild_opened_again_is_released_when_its_transaction_is_final()
    {
        var scene = await SenderScene.StartAsync(profile: TestProfile.Fast with { BlockTime = TimeSpan.FromSeconds(12), FinalityDepth = 1 });
        await scene.OfferAsync("1");
        scene.Mine(scene.Journal.All<JournalEntry.Signed>()[0], items: (true, []));
        await scene.NextAsync();
        scene.Sender.OnReorg(0);
        Assert.True(scene.Sender.IsOpen("lend:1"));
        await scene.HeadAsync(Block(103));
        Assert.False(scene.Sender.IsOpen("lend:1"));
    }

    [Fact]
    public void Of_heights_that_are_not_known_nothing_is_denied()
    {
        var blocks = new KnownBlocks();
        blocks.Add(Block(10));
        blocks.Add(Block(11));
        Assert.False(blocks.Deny(At(Block(11))));
        Assert.True(blocks.Deny(At(Block(11, branch: 1))));
        Assert.False(blocks.Deny(At(Block(9, branch: 1))));
        Assert.False(blocks.Deny(At(Block(12, branch: 1))));

        blocks.RewindTo(10);
        Assert.False(blocks.Deny(At(Block(11, branch: 1))));
        for (ulong number = 11; number < 400; number++) blocks.Add(Block(number));
        Assert.False(blocks.Deny(At(Block(11, branch: 1)))); // forgotten, so that the memory is bounded
        Assert.True(blocks.Deny(At(Block(399, branch: 1))));

        static Receipt At(BlockRef block) => new(new Hash32((UInt256)1u), block.Number, block.Hash, true, new Gas(1), Wei.Zero, null, []);
    }
}
