using Keeper.Core.Journal;
using Keeper.Core.Submission;
using static Keeper.Tests.Support.TestChainData;

namespace Keeper.Tests.Submission.Controls;

/// <summary>
/// What a receipt is held against, and what a receipt that a node made up does where that is taken away: the slot is settled as won, nobody
/// sends its bytes again, and the account stays under water. Each fails if anything else refuses the receipt, too.
/// </summary>
public sealed class ReceiptControlTests
{
    /// <param name="doesCount">Else the node that invents the receipt invents the count to it, so that nothing contradicts.</param>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Without_the_keys_count_of_transactions_an_invented_receipt_loses_the_transaction(bool doesCount)
    {
        var scene = await SenderScene.StartAsync();
        await scene.OfferAsync("1");
        var signed = scene.Journal.All<JournalEntry.Signed>()[0];
        scene.Mine(signed, items: (true, []));
        if (doesCount) scene.Chain.TransactionCount = signed.Nonce;
        await scene.NextAsync();
        await AssertLostAsync(scene, signed, isLost: !doesCount);
    }

    /// <param name="isKnown">Whether the sender was told which block the chain has at that height.</param>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Without_the_followed_blocks_a_receipt_of_another_branch_loses_the_transaction(bool isKnown)
    {
        var scene = await SenderScene.StartAsync();
        await scene.OfferAsync("1");
        var signed = scene.Journal.All<JournalEntry.Signed>()[0];
        if (isKnown) await scene.HeadAsync(Block(101));
        scene.Mine(signed, Block(101, branch: 7), items: (true, []));
        await scene.HeadAsync(Block(102));
        await AssertLostAsync(scene, signed, isLost: !isKnown);
    }

    /// <param name="isBounded">Else the receipt claims just what was offered, which nothing can refuse.</param>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Without_the_bid_as_a_bound_a_receipt_that_costs_more_loses_the_transaction(bool isBounded)
    {
        var scene = await SenderScene.StartAsync();
        await scene.OfferAsync("1");
        var signed = scene.Journal.All<JournalEntry.Signed>()[0];
        var receipt = scene.Mine(signed, items: (true, []));
        scene.Chain.Receipts[signed.Hash] = receipt with { EffectiveGasPrice = isBounded ? signed.Fees.MaxFeePerGas + new Core.Primitives.Wei(1) : signed.Fees.MaxFeePerGas };
        await scene.NextAsync();
        await AssertLostAsync(scene, signed, isLost: !isBounded);
    }

    /// <summary>Another node tells what the chain really holds, which is nothing of ours.</summary>
    private static async Task AssertLostAsync(SenderScene scene, JournalEntry.Signed signed, bool isLost)
    {
        Assert.Equal(isLost ? [("lend:1", Outcome.Won)] : [], scene.Journal.All<JournalEntry.Settled>().SelectMany(settled => settled.Outcomes).Select(entry => (entry.Account, entry.Outcome)));
        scene.Chain.Receipts.Clear();
        scene.Chain.TransactionCount = signed.Nonce;
        var sent = scene.Sent.Count;
        await scene.NextAsync();
        await scene.NextAsync();
        Assert.Equal(isLost, scene.Sent.Count == sent);
        Assert.Equal(!isLost, scene.Sender.IsOpen("lend:1"));
    }
}
