using FsCheck;
using FsCheck.Fluent;
using Keeper.Core.Chain;
using Keeper.Core.Planning;
using Keeper.Core.Primitives;
using Keeper.Core.Submission;
using static Keeper.Tests.Support.TestChainData;

namespace Keeper.Tests.Submission;

public sealed class SendStateTests
{
    private static readonly SubmissionOptions Options = new() { HardFeeCap = Wei.FromGwei(50) };
    private static readonly Preview Pays = new(PreviewKind.Pays, null), Fails = new(PreviewKind.Fails, "healthy");

    /// <summary>Stuck at 20 gwei with a tip of 1, where nine in ten offer 2; the profit allows 60; a third of the time has passed.</summary>
    private static readonly SendState.View Stuck = new(
        new Fees(Wei.FromGwei(20), Wei.FromGwei(1)), IsCancel: false, IsOfThisHead: false, IsDue: true, SendError.None, IsFirst: true, DeadlinePassed: false,
        UrgencyPpm: 333_333, Wei.FromGwei(60), Pays);

    [Theory]
    [InlineData(true, false, true, "wait")]
    [InlineData(true, false, false, "rebroadcast")] // nobody has said that he took it
    [InlineData(false, false, true, "rebroadcast")]
    [InlineData(false, true, true, "bump")]
    [InlineData(false, true, false, "bump")]
    public void A_slot_waits_then_goes_out_again_then_bids_up(bool isOfThisHead, bool isDue, bool isAccepted, string action) =>
        Assert.Equal(action, Decide(Stuck with { IsOfThisHead = isOfThisHead, IsDue = isDue, Answer = isAccepted ? SendError.None : null }));

    [Theory]
    [InlineData(SendError.IntrinsicGas, "cancel")]
    [InlineData(SendError.GasLimit, "cancel")]
    [InlineData(SendError.NodeFeeCap, "rebroadcast")]
    [InlineData(SendError.Ambiguous, "rebroadcast")]
    public void What_no_block_can_take_is_cancelled_whatever_it_would_do(SendError answer, string action)
    {
        Assert.Equal(action, Decide(Stuck with { Answer = answer, IsDue = false }));
        Assert.Equal("rebroadcast", Decide(Stuck with { Answer = answer, IsDue = false, IsCancel = true }));
    }

    [Fact]
    public void A_cancel_of_what_is_in_no_pool_needs_no_higher_bid()
    {
        var highest = new Fees(Options.HardFeeCap, Wei.FromGwei(1));
        Assert.Null(SendState.CancelBid(highest, SendError.None, Market(), Options));
        Assert.Equal(highest, SendState.CancelBid(highest, SendError.GasLimit, Market(), Options));
        Assert.True(SendState.CancelBid(Stuck.Fees, SendError.GasLimit, Market(), Options)!.Value.MaxFeePerGas > Stuck.Fees.MaxFeePerGas);
    }

    [Fact]
    public void Behind_an_unmined_slot_nothing_bids_up() => Assert.Equal("rebroadcast", Decide(Stuck with { IsFirst = false }));

    [Fact]
    public void A_competitive_bid_is_not_raised() => Assert.Equal("rebroadcast", Decide(Stuck with { Fees = new(Wei.FromGwei(20), Wei.FromGwei(3)) }));

    [Fact]
    public void Where_a_tip_buys_nothing_only_the_base_fee_raises_a_bid()
    {
        var market = Market(highGwei: 2) with { Ordering = TransactionOrdering.FirstCome };
        Assert.Equal("rebroadcast", Decide(Stuck, market));
        Assert.Equal("bump", Decide(Stuck, market with { BaseFee = Wei.FromGwei(20) }));
    }

    [Theory]
    [InlineData(30, "bump")]
    [InlineData(22, "cap hit")]
    public void The_profit_bound_stops_the_bidding(ulong limit, string action) =>
        Assert.Equal(action, Decide(Stuck with { Limit = Wei.FromGwei(limit), UrgencyPpm = FeeRules.Whole }));

    /// <summary>The tip may take nothing of the two gwei that are left above it at first, and all of them at the end.</summary>
    [Theory]
    [InlineData(0, "rebroadcast")]
    [InlineData(1_000_000, "bump")]
    public void A_tip_that_only_urgency_allows_is_not_offered_before_and_is_no_cap_hit(uint urgency, string action) =>
        Assert.Equal(action, Decide(Stuck with { Fees = new(Wei.FromGwei(11), Wei.FromGwei(1)), Limit = Wei.FromGwei(13), UrgencyPpm = urgency }));

    [Fact]
    public void A_base_fee_above_the_cap_raises_the_bid_however_early_it_is()
    {
        var slot = Stuck with { UrgencyPpm = 0, Fees = new(Wei.FromGwei(11), Wei.FromGwei(5)), Limit = Wei.FromGwei(17) };
        Assert.Equal("bump", Decide(slot));
        Assert.Equal("rebroadcast", Decide(slot with { Fees = new(Wei.FromGwei(15), Wei.FromGwei(1)) }, Market(highGwei: 9)));
    }

    [Fact]
    public void A_passed_deadline_cancels_at_once_and_beyond_the_profit_bound() =>
        Assert.Equal("cancel", Decide(Stuck with { DeadlinePassed = true, IsOfThisHead = true, Limit = Wei.Zero }));

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void What_would_fail_is_cancelled_at_once_wherever_it_stands(bool isFirst, bool isDue) =>
        Assert.Equal("cancel", Decide(Stuck with { Preview = Fails, IsFirst = isFirst, IsDue = isDue, Limit = Wei.Zero }));

    [Fact]
    public void What_nobody_could_say_cancels_nothing() => Assert.Equal("bump", Decide(Stuck with { Preview = default }));

    [Fact]
    public void A_cancel_beyond_the_hard_cap_leaves_the_old_bytes() =>
        Assert.Equal("cap hit", Decide(Stuck with { DeadlinePassed = true, Fees = new(Wei.FromGwei(45), Wei.FromGwei(1)) }));

    [Theory]
    [InlineData(true, "wait")]
    [InlineData(false, "bump")]
    public void A_cancel_is_bid_up_like_anything_else_but_up_to_the_hard_cap(bool isOfThisHead, string action) =>
        Assert.Equal(action, Decide(Stuck with { IsCancel = true, DeadlinePassed = true, IsOfThisHead = isOfThisHead, Limit = Wei.Zero, Preview = Fails }));

    [Theory]
    [InlineData(99, 0)]
    [InlineData(100, 0)]
    [InlineData(110, 500_000)]
    [InlineData(120, 1_000_000)]
    [InlineData(121, 1_000_000)]
    public void Urgency_is_the_part_of_the_time_that_has_passed(ulong now, uint urgency) => Assert.Equal(urgency, SendState.Urgency(from: 100, now, deadline: 120));

    [Fact]
    public void Whatever_is_decided_a_replacement_is_taken_by_every_pool_and_stays_within_the_bounds() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000), Prop.ForAll(
            ArbMap.Default.ArbFor<(ushort Cap, ushort Tip, ushort Base, ushort High)>(), ArbMap.Default.ArbFor<(ushort Limit, uint Urgency, byte Flags)>(), (fees, slot) =>
            {
                var previous = new Fees(new(fees.Cap + 1UL), new(fees.Tip % (fees.Cap + 1UL)));
                var market = new GasMarket(new(fees.Base), Wei.Zero, new(fees.High), new(1), IsLegacy: false);
                var options = new SubmissionOptions { HardFeeCap = new(60_000), MinPriorityFee = new(3) };
                var view = new SendState.View(
                    previous, Flag(0), Flag(1), Flag(2), Flag(3) ? SendError.None : null, Flag(4), Flag(5), slot.Urgency, new(slot.Limit), Flag(6) ? Fails : Flag(7) ? Pays : default);
                var (next, limit) = SendState.Decide(view, market, options) switch
                {
                    SlotAction.Bump(var bump) => (bump, view.IsCancel ? options.HardFeeCap : Wei.Min(view.Limit, options.HardFeeCap)),
                    SlotAction.Cancel(var cancel, _) => (cancel, options.HardFeeCap),
                    _ => ((Fees?)null, Wei.Zero),
                };
                if (next is not { } bid) return;
                Assert.True(bid.MaxFeePerGas <= limit);
                Assert.True(bid.MaxPriorityFeePerGas <= bid.MaxFeePerGas);
                Assert.True(bid.MaxFeePerGas.Value * 8UL >= previous.MaxFeePerGas.Value * 9UL && bid.MaxFeePerGas > previous.MaxFeePerGas);
                Assert.True(bid.MaxPriorityFeePerGas.Value * 8UL >= previous.MaxPriorityFeePerGas.Value * 9UL && bid.MaxPriorityFeePerGas > previous.MaxPriorityFeePerGas);

                bool Flag(int bit) => (slot.Flags >> bit & 1) == 1;
            }));

    private static string Decide(SendState.View view, GasMarket? market = null) => SendState.Decide(view, market ?? Market(baseGwei: 10, tipGwei: 1, highGwei: 2), Options) switch
    {
        SlotAction.Wait => "wait",
        SlotAction.Rebroadcast(true) => "cap hit",
        SlotAction.Rebroadcast => "rebroadcast",
        SlotAction.Bump => "bump",
        _ => "cancel",
    };
}
