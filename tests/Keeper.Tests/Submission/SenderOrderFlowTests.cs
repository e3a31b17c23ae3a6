using Keeper.Core.Chain;
using Keeper.Core.Journal;
using Keeper.Core.Primitives;
using Keeper.Core.Submission;
using Keeper.Tests.Support;
using static Keeper.Tests.Support.TestChainData;

namespace Keeper.Tests.Submission;

/// <summary>What is private reaches no public endpoint before its window ends, by whatever way. <see cref="ScriptedChain.Sent"/> is what the public saw.</summary>
public sealed class SenderOrderFlowTests
{
    private const int Blocks = 3;

    [Fact]
    public async Task An_attempt_is_told_to_private_endpoints_for_its_window_and_then_publicly_with_the_same_bytes()
    {
        var flow = new ScriptedFlow(Blocks);
        var scene = await SenderScene.StartAsync(new() { BumpAfter = TimeSpan.FromHours(1) }, flow: flow);
        await scene.OfferAsync("1");
        var signed = Assert.Single(scene.Journal.All<JournalEntry.Signed>());
        Assert.Equal(103UL, signed.PrivateUntil);
        await scene.NextAsync();
        await scene.NextAsync();
        Assert.Empty(scene.Sent);
        Assert.Equal([(101UL, 103UL, signed.Hash), (102, 103, signed.Hash), (103, 103, signed.Hash)], flow.Orders.ConvertAll(order => (order.NextBlock, order.LastBlock, order.Slot)));

        await scene.NextAsync();
        await scene.NextAsync();
        Assert.Equal(3, flow.Orders.Count);
        Assert.Equal(2, scene.Sent.Count);
        Assert.All(scene.Chain.Sent, raw => Assert.Equal(signed.Raw, raw));
        Assert.Single(scene.Journal.All<JournalEntry.Signed>());
    }

    /// <summary>The control of this suite: with a window of nothing the same scene shows the bytes to everybody.</summary>
    [Fact]
    public async Task Without_the_rule_the_public_sees_the_attempt_at_once()
    {
        var flow = new ScriptedFlow(blocks: 0);
        var scene = await SenderScene.StartAsync(new() { BumpAfter = TimeSpan.FromHours(1) }, flow: flow);
        await scene.OfferAsync("1");
        await scene.NextAsync();
        Assert.Equal(2, scene.Sent.Count);
        Assert.Empty(flow.Orders);
    }

    [Fact]
    public async Task A_higher_bid_within_the_window_is_private_and_its_window_is_no_longer()
    {
        var flow = new ScriptedFlow(blocks: 5);
        var scene = await SenderScene.StartAsync(new() { BumpAfter = TimeSpan.FromSeconds(24) }, flow: flow);
        scene.Gas = Market(highGwei: 50);
        await scene.OfferAsync("1");
        for (var i = 0; i < 4; i++) await scene.NextAsync();
        Assert.True(scene.Journal.All<JournalEntry.Signed>().Count > 1, "no bid was raised");
        Assert.All(scene.Journal.All<JournalEntry.Signed>(), signed => Assert.Equal(105UL, signed.PrivateUntil));
        Assert.Empty(scene.Sent);
        Assert.Equal(5, flow.Orders.Count);

        await scene.NextAsync();
        Assert.Single(scene.Sent);
        for (var i = 0; i < 10; i++) await scene.NextAsync();
        Assert.Null(scene.Journal.All<JournalEntry.Signed>()[^1].PrivateUntil);
        Assert.Equal(5, flow.Orders.Count);
    }

    [Fact]
    public async Task Where_a_private_bid_is_refused_the_earlier_one_goes_out_privately_again()
    {
        var flow = new ScriptedFlow(blocks: 20);
        var scene = await SenderScene.StartAsync(new() { BumpAfter = TimeSpan.FromSeconds(12) }, flow: flow);
        scene.Gas = Market(highGwei: 50);
        await scene.OfferAsync("1");
        flow.Refuses = order => !order.Raw.Span.SequenceEqual(flow.Orders[0].Raw.Span);
        for (var i = 0; i < 8 && scene.Journal.All<JournalEntry.Signed>().Count == 1; i++) await scene.NextAsync();
        Assert.True(scene.Journal.All<JournalEntry.Signed>().Count > 1, "no bid was raised");
        Assert.Equal(flow.Told[0], flow.Told[^1]);
        Assert.Empty(scene.Sent);
    }

    [Fact]
    public async Task A_cancel_within_the_window_is_private_too()
    {
        var flow = new ScriptedFlow(blocks: 20);
        var scene = await SenderScene.StartAsync(new() { DeadlineBlocks = 2, BumpAfter = TimeSpan.FromHours(1) }, flow: flow);
        await scene.OfferAsync("1");
        for (var i = 0; i < 4; i++) await scene.NextAsync();
        var cancel = scene.Journal.All<JournalEntry.Signed>()[^1];
        Assert.Equal((true, 120UL), (cancel.IsCancel, cancel.PrivateUntil));
        Assert.Equal(cancel.Raw, flow.Orders[^1].Raw);
        Assert.Empty(scene.Sent);
    }

    /// <summary>A relay that says that it took the cancel and has the original mined: what was mined counts.</summary>
    [Fact]
    public async Task A_relay_that_lies_about_a_cancel_is_found_out_by_the_hash()
    {
        var flow = new ScriptedFlow(blocks: 20);
        var scene = await SenderScene.StartAsync(new() { DeadlineBlocks = 2, BumpAfter = TimeSpan.FromHours(1) }, flow: flow);
        await scene.OfferAsync("1");
        for (var i = 0; i < 4; i++) await scene.NextAsync();
        var original = scene.Journal.All<JournalEntry.Signed>()[0];
        scene.Mine(original, items: (true, []));
        await scene.NextAsync();
        var settled = Assert.Single(scene.Journal.All<JournalEntry.Settled>());
        Assert.Equal((original.Hash, Outcome.Won), (settled.Hash, settled.Outcomes[0].Outcome));
    }

    [Theory]
    [InlineData(SendError.Ambiguous)]
    [InlineData(SendError.Unknown)]
    [InlineData(SendError.NonceTooHigh)]
    [InlineData(SendError.None)]
    public async Task Whatever_a_relay_answers_the_public_is_told_after_the_window_and_not_before(SendError answer)
    {
        var flow = new ScriptedFlow(Blocks);
        for (var i = 0; i < 20; i++) flow.Answers.Enqueue(new(answer, "canary"));
        var scene = await SenderScene.StartAsync(new() { BumpAfter = TimeSpan.FromHours(1) }, flow: flow);
        await scene.OfferAsync("1");
        await scene.NextAsync();
        await scene.NextAsync();
        Assert.Empty(scene.Sent);
        await scene.NextAsync();
        Assert.Equal(scene.Journal.All<JournalEntry.Signed>()[0].Raw, Assert.Single(scene.Chain.Sent));
    }

    [Fact]
    public async Task After_a_crash_within_the_window_only_private_endpoints_are_told()
    {
        var before = await SenderScene.StartAsync(flow: new ScriptedFlow(Blocks));
        await before.OfferAsync("1");
        var flow = new ScriptedFlow(Blocks);
        var after = await SenderScene.StartAsync(new() { BumpAfter = TimeSpan.FromHours(1) }, journal: before.Journal, flow: flow);
        Assert.Equal(before.Journal.All<JournalEntry.Signed>()[0].Raw, Assert.Single(flow.Orders).Raw);
        await after.NextAsync();
        await after.NextAsync();
        Assert.Empty(after.Sent);
        await after.NextAsync();
        Assert.Single(after.Sent);
    }

    /// <summary>A process that died between the commit and the first send leaves bytes that nobody was told.</summary>
    [Fact]
    public async Task Bytes_that_were_journalled_and_told_to_nobody_are_private_after_a_crash()
    {
        var before = await SenderScene.StartAsync(flow: new ScriptedFlow(Blocks));
        before.Journal.Appending = entries => { if (entries.Any(entry => entry is JournalEntry.Broadcast)) throw new JournalException("The process dies here."); };
        before.Sender.TryOffer(before.PlanOf("1"), before.Gas);
        await Assert.ThrowsAsync<JournalException>(() => before.Sender.RunAsync(default));
        before.Journal.Appending = _ => { };
        var flow = new ScriptedFlow(Blocks);
        var after = await SenderScene.StartAsync(journal: before.Journal, flow: flow);
        Assert.Single(flow.Orders);
        Assert.Empty(after.Sent);
    }

    /// <summary>The control of recovery: a journal without the window leaks at the restart.</summary>
    [Fact]
    public async Task A_journal_that_forgets_the_window_leaks_at_the_restart()
    {
        var before = await SenderScene.StartAsync(flow: new ScriptedFlow(Blocks));
        await before.OfferAsync("1");
        var forgetful = new VolatileJournal(before.Time);
        var entries = before.Journal.Entries;
        await forgetful.AppendAsync([entries[0], ((JournalEntry.Signed)entries[1]) with { Plan = 0, PrivateUntil = null }], default);
        var after = await SenderScene.StartAsync(journal: forgetful, flow: new ScriptedFlow(Blocks));
        Assert.Single(after.Sent);
    }

    [Fact]
    public async Task Without_private_endpoints_what_is_private_still_is_held_back()
    {
        var before = await SenderScene.StartAsync(flow: new ScriptedFlow(Blocks));
        await before.OfferAsync("1");
        var after = await SenderScene.StartAsync(new() { BumpAfter = TimeSpan.FromHours(1) }, journal: before.Journal);
        await after.NextAsync();
        await after.NextAsync();
        Assert.Empty(after.Sent);
        Assert.Contains(after.Log.Lines, line => line.Contains("held back", StringComparison.Ordinal));
        await after.NextAsync();
        Assert.Single(after.Sent);
    }

    [Fact]
    public async Task What_a_reorg_takes_out_of_the_chain_within_the_window_is_private_again()
    {
        var flow = new ScriptedFlow(blocks: 9);
        var scene = await SenderScene.StartAsync(new() { BumpAfter = TimeSpan.FromHours(1) }, flow: flow);
        await scene.OfferAsync("1");
        var signed = scene.Journal.All<JournalEntry.Signed>()[0];
        scene.Mine(signed, items: (true, []));
        await scene.NextAsync();
        Assert.Single(scene.Journal.All<JournalEntry.Settled>());

        scene.Chain.Receipts.Clear();
        scene.Chain.TransactionCount = 5;
        scene.Sender.OnReorg(100);
        await scene.HeadAsync(Block(101));
        await scene.NextAsync();
        Assert.Equal([109UL, 109], scene.Journal.All<JournalEntry.Signed>().Select(entry => entry.PrivateUntil));
        Assert.True(flow.Orders.Count >= 2);
        Assert.Empty(scene.Sent);
    }

    [Fact]
    public async Task No_simulation_shows_the_signed_bytes()
    {
        var scene = await SenderScene.StartAsync(flow: new ScriptedFlow(Blocks));
        await scene.OfferAsync("1");
        await scene.NextAsync();
        var raw = Hex.Encode(scene.Journal.All<JournalEntry.Signed>()[0].Raw.Span)[2..];
        Assert.NotEmpty(scene.Chain.Called);
        Assert.All(scene.Chain.Called, call => Assert.DoesNotContain(raw, Hex.Encode(call.Call.Data.Span), StringComparison.Ordinal));
    }
}
