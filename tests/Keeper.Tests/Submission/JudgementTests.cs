using Keeper.Core.Journal;
using Keeper.Core.Primitives;
using Keeper.Core.Submission;
using Keeper.Core.Submission.Rivals;
using Keeper.Tests.Support;

namespace Keeper.Tests.Submission;

public sealed class JudgementTests
{
    private static readonly Address Stranger = ScriptedProtocol.AddressOf(0x5);
    private static readonly Hash32 Theirs = new((UInt256)77u);
    private static readonly Sighting First = new("a", Stranger, Theirs, 101, Hash32.Zero, IsOurs: false, Offer: null, (Doing.NotSeen, "")) { PricePerGas = Wei.FromGwei(3) };
    private static readonly Sighting Ours = First with { IsOurs = true };
    private static readonly Rival Winner = new(Stranger, 101, Theirs, Wei.FromGwei(3));
    private static readonly Fate Succeeds = new Fate.Succeeds();
    private static readonly Fate Unknown = new Fate.Unknown();
    private static readonly Fate NotNeeded = new Fate.Fails(new(true, "healthy"));
    private static readonly Fate Fails = new Fate.Fails(new(false, "stale"));
    private static readonly Fate FailsOddly = new Fate.Fails(new(false, "0xbad", IsKnown: false));
    private static readonly Fate Breaks = new Fate.Breaks("TokenCallFailed");

    [Fact]
    public void A_mined_item_is_won_by_its_success_alone()
    {
        Assert.Equal(Of(Outcome.Won, null), Judgement.OfMined("a", Succeeds, null));
        // Another part of the account may have been taken by somebody else.
        Assert.Equal(Of(Outcome.Won, null), Judgement.OfMined("a", Succeeds, First));
    }

    [Fact]
    public void A_success_that_the_protocol_does_not_bear_witness_to_is_none()
    {
        Assert.Same(Succeeds, Judgement.Witnessed(Succeeds, isTouched: true));
        Assert.Same(Fails, Judgement.Witnessed(Fails, isTouched: false));
        var judged = Judgement.OfMined("a", Judgement.Witnessed(Succeeds, isTouched: false), null);
        Assert.Equal((Outcome.Reverted, BackoffReason.Quarantined), (judged.Outcome.Outcome, judged.Pause!.Value));
    }

    [Fact]
    public void Not_needed_any_more_is_raced_with_the_rival_where_one_is_known()
    {
        Assert.Equal(Of(Outcome.Raced, "healthy", rival: Winner), Judgement.OfMined("a", NotNeeded, First));
        Assert.Equal(Of(Outcome.Raced, "recovered or repaid: healthy"), Judgement.OfMined("a", NotNeeded, null));
    }

    [Fact]
    public void What_another_transaction_of_ours_had_done_is_superseded()
    {
        Assert.Equal(Of(Outcome.Superseded, $"liquidated by our own {Theirs}"), Judgement.OfMined("a", NotNeeded, Ours));
    }

    [Fact]
    public void A_failure_of_its_own_is_reverted_though_a_rival_came_too()
    {
        Assert.Equal(Of(Outcome.Reverted, "stale", BackoffReason.Reverted), Judgement.OfMined("a", Fails, First));
        Assert.Equal(Of(Outcome.Reverted, "0xbad", BackoffReason.Quarantined), Judgement.OfMined("a", FailsOddly, null));
    }

    [Fact]
    public void Of_a_batch_that_reverted_each_account_is_judged_by_what_it_does_itself()
    {
        Assert.Equal(Of(Outcome.Raced, "healthy", rival: Winner), Reverted(NotNeeded, First));
        Assert.Equal(Of(Outcome.Raced, "recovered or repaid: healthy"), Reverted(NotNeeded, null));
        Assert.Equal(Of(Outcome.Reverted, "stale", BackoffReason.Reverted), Reverted(Fails, null));
        Assert.Equal(Of(Outcome.Reverted, "TokenCallFailed", BackoffReason.Reverted), Reverted(Breaks, null));
        // It was taken before us, though some of it is left that would do by now.
        Assert.Equal(Of(Outcome.Raced, "MinProfitNotMet", rival: Winner), Reverted(Succeeds, First));
    }

    [Fact]
    public void The_innocent_of_a_batch_that_reverted_are_superseded_and_do_not_back_off()
    {
        Assert.Equal(Of(Outcome.Superseded, "its batch reverted: MinProfitNotMet"), Reverted(Succeeds, null, isOfOthers: true));
        Assert.Equal(Of(Outcome.Superseded, "its batch reverted: MinProfitNotMet"), Reverted(Unknown, null, isOfOthers: true));
    }

    [Fact]
    public void Where_nobody_is_to_blame_the_batch_pauses()
    {
        Assert.Equal(Of(Outcome.Reverted, "MinProfitNotMet", BackoffReason.BatchReverted), Reverted(Succeeds, null));
        Assert.Equal(Of(Outcome.Reverted, "MinProfitNotMet", BackoffReason.BatchReverted), Reverted(Unknown, null));
    }

    [Fact]
    public void A_cancel_is_expired_after_the_deadline_and_superseded_or_raced_before_it()
    {
        Assert.Equal(Of(Outcome.Expired, "cancelled"), Judgement.OfCancelled("a", givenUp: null, First));
        Assert.Equal(Of(Outcome.Superseded, "healthy"), Judgement.OfCancelled("a", "healthy", null));
        Assert.Equal(Of(Outcome.Raced, "healthy", rival: Winner), Judgement.OfCancelled("a", "healthy", First));
    }

    private static Judged Reverted(Fate fate, Sighting? first, bool isOfOthers = false) => Judgement.OfReverted("a", "MinProfitNotMet", fate, first, isOfOthers);

    private static Judged Of(Outcome outcome, string? detail, BackoffReason? pause = null, Rival? rival = null) => new(new("a", outcome, detail, rival), pause);
}
