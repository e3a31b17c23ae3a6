using Keeper.Core.Chain;
using Keeper.Core.Journal;
using Keeper.Core.Submission;
using Keeper.Tests.Support;
using static Keeper.Tests.Support.TestChainData;

namespace Keeper.Tests.Submission.Controls;

/// <summary>
/// A node goes on answering for a block that a reorg has replaced, so that the simulation shows nothing. Where the sender hears of the reorg only
/// after the send, what was decided on that block leaves, and the new branch makes it pay for a revert.
/// </summary>
public sealed class BranchControlTests
{
    private static readonly CallResult Healthy = ScriptedChain.Items((false, ScriptedProtocol.HealthyByNow));

    /// <summary>Fails if the simulation, the signature or the journal stopped the plan by themselves.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task Without_word_of_a_reorg_during_the_simulation_a_plan_of_the_old_branch_is_sent_and_reverts(bool isTold) => ReplacedAsync(isTold, (scene, reorg) =>
        scene.Chain.Answer = (call, at) =>
        {
            reorg(99);
            return AnswerOf(call, at);
        });

    /// <summary>The same for what is signed and journalled already: it is withheld.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task Without_word_of_a_reorg_during_the_commit_signed_bytes_of_the_old_branch_are_sent_and_revert(bool isTold) => ReplacedAsync(isTold, (scene, reorg) =>
    {
        scene.Chain.Answer = AnswerOf;
        scene.Journal.Appending = entries => { if (entries[0] is JournalEntry.Intended) reorg(99); };
    });

    /// <summary>A hint is of the block after the linked one: another block in its place has no such price.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task Without_word_of_the_block_in_place_of_the_hints_a_plan_of_an_orphaned_price_is_sent_and_reverts(bool isTold) => ReplacedAsync(
        isTold,
        (scene, reorg) => scene.Chain.Answer = (call, at) =>
        {
            reorg(100);
            return AnswerOf(call, at);
        },
        fromHint: true);

    /// <param name="isTold">At once; else when the bytes have left.</param>
    /// <param name="strike">Has the reorg happen, with the last block that stays.</param>
    private static async Task ReplacedAsync(bool isTold, Action<SenderScene, Action<ulong>> strike, bool fromHint = false)
    {
        var scene = await SenderScene.StartAsync(new() { FirstBidSharePpm = 0, BumpAfter = TimeSpan.FromMinutes(30) });
        ulong? ancestor = null;
        strike(scene, last =>
        {
            if (isTold && ancestor is null) scene.Sender.OnReorg(last);
            ancestor = last;
        });
        await scene.OfferAsync(scene.PlanOf("1") with { HintBlock = fromHint ? Block(101).Hash : null });
        Assert.NotNull(ancestor);
        scene.Chain.Answer = (_, _) => Healthy;
        Assert.Equal(isTold ? 0 : 1, scene.Sent.Count);

        if (!isTold) scene.Sender.OnReorg(ancestor.Value);
        var block = Block(101, branch: 1, after: Block(100, branch: fromHint ? 0UL : 1));
        if (!isTold) scene.Mine(scene.Journal.All<JournalEntry.Signed>()[0], block, succeeded: false);
        await scene.HeadAsync(block);
        Assert.Equal(isTold ? [] : [Outcome.Reverted], scene.Journal.All<JournalEntry.Settled>().SelectMany(settled => settled.Outcomes).Select(entry => entry.Outcome));
        Assert.Equal(isTold ? [] : [false], scene.Journal.All<JournalEntry.Mined>().Select(mined => mined.Succeeded));
    }

    /// <summary>As the old branch has it, and nowhere else.</summary>
    private static CallResult AnswerOf(CallRequest call, BlockId at) =>
        at is BlockId.ByHash(var hash) && (hash == Block(100).Hash || hash == Block(101).Hash) ? ScriptedChain.AllSucceed(call) : Healthy;
}
