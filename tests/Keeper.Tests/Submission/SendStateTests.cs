using Keeper.Core.Chain;
using Keeper.Core.Primitives;
using Keeper.Core.Submission;
using static Keeper.Tests.Support.TestChainData;

namespace Keeper.Tests.Submission;

public sealed class SendStateTests
{
    private static readonly SubmissionOptions Options = new() { BumpAfterBlocks = 2, HardFeeCap = Wei.FromGwei(50) };

    /// <summary>Stuck at 20 gwei with a tip of 1, where nine in ten offer 2; the profit allows 30.</summary>
    private static readonly SendState.View Stuck = new(
        new Fees(Wei.FromGwei(20), Wei.FromGwei(1)), IsCancel: false, BlocksSinceSigned: 2, IsAccepted: true, IsFirst: true, DeadlinePassed: false, Wei.FromGwei(30));

    [Theory]
    [InlineData(0, true, "wait")]
    [InlineData(0, false, "rebroadcast")] // nobody has said that he took it
    [InlineData(1, true, "rebroadcast")]
    [InlineData(2, true, "bump")]
    [InlineData(9, false, "bump")]
    public void A_slot_waits_then_goes_out_again_then_bids_up(ulong blocks, bool isAccepted, string action) =>
        Assert.Equal(action, Decide(Stuck with { BlocksSinceSigned = blocks, IsAccepted = isAccepted }));

    [Fact]
    public void Behind_an_unmined_slot_nothing_bids_up() => Assert.Equal("rebroadcast", Decide(Stuck with { IsFirst = false }));

    [Fact]
    public void A_competitive_bid_is_not_raised() => Assert.Equal("rebroadcast", Decide(Stuck with { Fees = new(Wei.FromGwei(20), Wei.FromGwei(3)) }));

    [Theory]
    [InlineData(30, "bump")]
    [InlineData(22, "cap hit")]
    public void The_profit_bound_stops_the_bidding(ulong limit, string action) => Assert.Equal(action, Decide(Stuck with { Limit = Wei.FromGwei(limit) }));

    [Fact]
    public void A_passed_deadline_cancels_at_once_and_beyond_the_profit_bound() =>
        Assert.Equal("cancel", Decide(Stuck with { DeadlinePassed = true, BlocksSinceSigned = 0, Limit = Wei.Zero }));

    [Fact]
    public void A_cancel_beyond_the_hard_cap_leaves_the_old_bytes() =>
        Assert.Equal("cap hit", Decide(Stuck with { DeadlinePassed = true, Fees = new(Wei.FromGwei(45), Wei.FromGwei(1)) }));

    [Theory]
    [InlineData(0, "wait")]
    [InlineData(2, "bump")]
    public void A_cancel_is_bid_up_like_anything_else_but_up_to_the_hard_cap(ulong blocks, string action) =>
        Assert.Equal(action, Decide(Stuck with { IsCancel = true, DeadlinePassed = true, BlocksSinceSigned = blocks, Limit = Wei.Zero }));

    private static string Decide(SendState.View view) => SendState.Decide(view, Market(baseGwei: 10, tipGwei: 1, highGwei: 2), Options) switch
    {
        SlotAction.Wait => "wait",
        SlotAction.Rebroadcast(true) => "cap hit",
        SlotAction.Rebroadcast => "rebroadcast",
        SlotAction.Bump => "bump",
        _ => "cancel",
    };
}
