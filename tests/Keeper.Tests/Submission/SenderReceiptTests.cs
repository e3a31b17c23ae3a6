using Keeper.Core.Chain;
using Keeper.Core.Journal;
using Keeper.Core.Primitives;
using Keeper.Core.Submission;
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
