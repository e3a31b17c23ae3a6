using FsCheck;
using FsCheck.Fluent;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Pending;
using Keeper.Core.Planning;
using Keeper.Core.Primitives;
using Keeper.Core.Submission;
using Keeper.Tests.Support;
using static Keeper.Tests.Support.TestChainData;

namespace Keeper.Tests.Submission;

public sealed class FeeRulesTests
{
    private static readonly SubmissionOptions Options = new() { FeeHeadroomBlocks = 1, MinPriorityFee = Wei.FromGwei(1), HardFeeCap = Wei.FromGwei(500) };
    private static readonly Wei NoLimit = Wei.FromGwei(1_000_000);

    [Fact]
    public void The_first_bid_covers_the_base_fee_of_the_next_full_blocks_and_the_tip()
    {
        // 80 * 1.125^2 = 101.25
        var fees = First(Market(baseGwei: 80, tipGwei: 3), NoLimit);
        Assert.Equal(new Fees(new Wei(104_250_000_000), Wei.FromGwei(3)), fees);
    }

    [Fact]
    public void The_first_tip_is_no_less_than_configured() => Assert.Equal(Wei.FromGwei(1), First(Market(tipGwei: 0), NoLimit)!.Value.MaxPriorityFeePerGas);

    /// <summary>A tenth of what a worth of 110 gwei leaves above a base fee of 10.</summary>
    [Theory]
    [InlineData(TransactionOrdering.PriorityFee, 3, 10)]
    [InlineData(TransactionOrdering.PrivateAuction, 3, 10)]
    [InlineData(TransactionOrdering.PriorityFee, 12, 12)] // others offer more
    [InlineData(TransactionOrdering.FirstCome, 12, 1)]
    public void The_first_tip_is_a_share_of_what_is_kept_where_a_tip_buys_a_place(TransactionOrdering ordering, ulong going, ulong tip) =>
        Assert.Equal(Wei.FromGwei(tip), First(Market(tipGwei: going) with { Ordering = ordering }, NoLimit, worth: 110)!.Value.MaxPriorityFeePerGas);

    [Fact]
    public void A_share_beyond_the_profit_bound_is_cut_to_it() =>
        Assert.Equal(new Fees(Wei.FromGwei(15), Wei.FromGwei(5)), First(Market(), Wei.FromGwei(15), worth: 110));

    /// <summary>Base fee 10: the other pays the lesser of its tip and what its cap leaves, and a wei less follows it. Caps of 1.125^2 of the base fee and the tip, but below the other's.</summary>
    [Theory]
    [InlineData(60, 3, 3_000_000_000, 15_656_250_000)]
    [InlineData(12, 3, 2_000_000_000, 12_000_000_000)]
    [InlineData(14, 3, 3_000_000_000, 14_000_000_000)]
    public void What_follows_a_transaction_offers_a_wei_less_than_it_pays_and_a_cap_below_its_own(ulong capGwei, ulong tipGwei, ulong paidWei, ulong capBoundWei)
    {
        var fees = Behind(ScriptedPool.Transmission(1, 99, tipGwei, capGwei), NoLimit)!.Value;
        Assert.Equal(new Wei(paidWei) - new Wei(1), fees.MaxPriorityFeePerGas);
        Assert.Equal(new Wei(capBoundWei) - new Wei(1), fees.MaxFeePerGas);
    }

    [Theory]
    [InlineData(9, 3)] // below the base fee: no block takes it
    [InlineData(60, 1)] // a wei less than that is below the least tip
    [InlineData(10, 3)] // it pays nothing
    public void What_no_block_takes_or_pays_too_little_is_not_followed(ulong capGwei, ulong tipGwei) =>
        Assert.Null(Behind(ScriptedPool.Transmission(1, 99, tipGwei, capGwei), NoLimit));

    [Fact]
    public void What_follows_a_transaction_that_pays_more_than_the_limit_allows_is_not_sent() =>
        Assert.Null(Behind(ScriptedPool.Transmission(1, 99, tipGwei: 5), Wei.FromGwei(14)));

    private static Fees? Behind(PendingTransaction other, Wei limit) => FeeRules.Behind(other, Market(), limit, Options);

    [Fact]
    public void A_plan_that_is_worth_less_than_the_base_fee_offers_no_share() =>
        Assert.Equal(Wei.FromGwei(1), First(Market(), NoLimit, worth: 9)!.Value.MaxPriorityFeePerGas);

    [Theory]
    [InlineData(13, 13, 3)]
    [InlineData(12, 12, 2)]
    [InlineData(11, 11, 1)]
    public void The_limit_caps_the_bid_and_leaves_the_tip_what_is_above_the_base_fee(ulong limit, ulong cap, ulong tip) =>
        Assert.Equal(new Fees(Wei.FromGwei(cap), Wei.FromGwei(tip)), First(Market(baseGwei: 10, tipGwei: 3), Wei.FromGwei(limit)));

    [Fact]
    public void One_wei_below_base_fee_and_least_tip_there_is_no_bid() => Assert.Null(First(Market(baseGwei: 10), Wei.FromGwei(11) - new Wei(1)));

    [Fact]
    public void The_hard_cap_holds_whatever_a_liquidation_earns()
    {
        Assert.Equal(Wei.FromGwei(500), First(Market(baseGwei: 450, tipGwei: 3), NoLimit, worth: 100_000)!.Value.MaxFeePerGas);
        Assert.Null(First(Market(baseGwei: 500), NoLimit));
    }

    [Fact]
    public void Without_a_base_fee_the_bid_is_the_tip() =>
        Assert.Equal(new Fees(Wei.FromGwei(3), Wei.FromGwei(3)), First(Market(baseGwei: 0, tipGwei: 3), NoLimit));

    [Theory]
    [InlineData(TransactionOrdering.PriorityFee, 1_000, 0, 7)]
    [InlineData(TransactionOrdering.PriorityFee, 1_000, 100, 10)]
    [InlineData(TransactionOrdering.PriorityFee, 9, 100, 9)]
    [InlineData(TransactionOrdering.FirstCome, 1_000, 100, 7)]
    [InlineData(TransactionOrdering.PriorityFee, 7, 0, 7)]
    [InlineData(TransactionOrdering.PriorityFee, 6, 0, null)]
    public void A_legacy_bid_is_one_gas_price_no_less_than_the_going_one(TransactionOrdering ordering, ulong limit, ulong worth, int? price) =>
        Assert.Equal(
            price is null ? null : Fees.Legacy(Wei.FromGwei((ulong)price)),
            First(Market(baseGwei: 0, tipGwei: 7, isLegacy: true) with { Ordering = ordering }, Wei.FromGwei(limit), worth));

    [Theory]
    [InlineData(0, 9)] // an eighth more
    [InlineData(16, 18)] // above nine in ten
    public void A_legacy_bid_is_raised_as_one_price(ulong high, ulong price) =>
        Assert.Equal(Fees.Legacy(Wei.FromGwei(price)), Bump(Fees.Legacy(Wei.FromGwei(8)), Market(baseGwei: 0, tipGwei: 7, highGwei: high, isLegacy: true), NoLimit));

    [Fact]
    public void A_bump_covers_the_base_fee_with_its_headroom_and_outbids_nine_in_ten() =>
        // 100 * 1.125^2 and an eighth above 16
        Assert.Equal(new Fees(new(144_562_500_000), Wei.FromGwei(18)), Bump(new(Wei.FromGwei(20), Wei.FromGwei(1)), Market(baseGwei: 100, highGwei: 16), NoLimit));

    [Theory]
    [InlineData(90, true)]
    [InlineData(89, false)]
    public void A_bump_to_exactly_the_limit_is_made_and_beyond_it_the_old_bid_stands(ulong limitGwei, bool isMade) =>
        Assert.Equal(isMade, Bump(new(Wei.FromGwei(80), Wei.FromGwei(1)), Market(), Wei.FromGwei(limitGwei)) is not null);

    /// <summary>Nine in ten offer 80; the limit leaves 99 gwei above base fee and tip.</summary>
    [Theory]
    [InlineData(0, null)]
    [InlineData(100_000, 10.9)]
    [InlineData(500_000, 50.5)]
    [InlineData(1_000_000, 90d)]
    public void What_a_tip_may_take_rises_with_the_urgency_and_goes_no_further_than_nine_in_ten(uint urgency, double? gwei) =>
        Assert.Equal(
            gwei is null ? null : new Wei((ulong)(gwei * 1e9)),
            FeeRules.Bump(new(Wei.FromGwei(20), Wei.FromGwei(1)), Market(baseGwei: 10, highGwei: 80), Wei.FromGwei(110), urgency, Options)?.MaxPriorityFeePerGas);

    /// <summary>Six full blocks of headroom would be 22.8 gwei, and three eighths on top of a cap of 20 * (8/9)^3 are 20.</summary>
    [Fact]
    public void Headroom_for_the_base_fee_leaves_room_for_three_more_bids_and_the_last_of_them_offers_all()
    {
        var (market, limit) = (Market(baseGwei: 10, tipGwei: 0, highGwei: 90), Wei.FromGwei(20));
        var options = Options with { FeeHeadroomBlocks = 6, FirstBidSharePpm = 0, MinPriorityFee = new(1) };
        var bids = new List<Fees> { FeeRules.First(market, limit, Wei.Zero, options)!.Value };
        foreach (var urgency in (uint[])[100_000, 400_000, 700_000]) bids.Add(FeeRules.Bump(bids[^1], market, limit, urgency, options)!.Value);
        Assert.Equal([new Wei(1), Wei.FromGwei(1), new Wei(4_600_000_000), Wei.FromGwei(10)], bids.Select(bid => bid.MaxPriorityFeePerGas));
        Assert.Equal(limit, bids[^1].MaxFeePerGas);
        Assert.Null(FeeRules.Bump(bids[^1], market, limit, FeeRules.Whole, options));
    }

    [Theory]
    [InlineData(8, 9)]
    [InlineData(9, 11)]
    [InlineData(1, 2)]
    [InlineData(0, 0)]
    public void An_eighth_more_is_rounded_up(ulong from, ulong to) => Assert.Equal(new Wei(to), FeeRules.RaisedByAnEighth(new(from)));

    /// <summary>What go-ethereum (10 %) and stricter pools (12.5 %) ask of a replacement, on both fields.</summary>
    [Fact]
    public void Every_bump_raises_both_fields_by_an_eighth_at_least_and_stays_within_the_limits() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1_000), Prop.ForAll(
            ArbMap.Default.ArbFor<(ulong Cap, ulong Tip, ulong Base, ulong High)>(), ArbMap.Default.ArbFor<(uint Limit, uint Urgency, bool IsLegacy)>(), (seen, slot) =>
            {
                const ulong Range = 600_000_000_000;
                var cap = new Wei(seen.Cap % Range + 1);
                var previous = slot.IsLegacy ? Fees.Legacy(cap) : new Fees(cap, new(seen.Tip % (seen.Cap % Range + 1)));
                var market = new GasMarket(slot.IsLegacy ? Wei.Zero : new(seen.Base % Range), Wei.Zero, new(seen.High % Range), new(1), slot.IsLegacy);
                var most = Wei.FromGwei(slot.Limit % 600);
                if (FeeRules.Bump(previous, market, most, slot.Urgency, Options) is not { } next) return;
                Assert.Equal(slot.IsLegacy, next.IsLegacy);
                Assert.True(next.MaxFeePerGas.Value * 8UL >= previous.MaxFeePerGas.Value * 9UL);
                Assert.True(next.MaxPriorityFeePerGas.Value * 8UL >= previous.MaxPriorityFeePerGas.Value * 9UL);
                Assert.True(next.MaxPriorityFeePerGas <= next.MaxFeePerGas);
                Assert.True(next.MaxFeePerGas <= most && next.MaxFeePerGas <= Options.HardFeeCap);
            }));

    [Fact]
    public void The_more_urgent_the_more_is_offered_and_what_was_allowed_stays_allowed() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1_000), Prop.ForAll(
            ArbMap.Default.ArbFor<(ushort Cap, ushort Tip, ushort Base, ushort High)>(), ArbMap.Default.ArbFor<(ushort Limit, uint Earlier, uint Later)>(), (seen, slot) =>
            {
                var previous = new Fees(new(seen.Cap + 1UL), new(seen.Tip % (seen.Cap + 1UL)));
                var market = new GasMarket(new(seen.Base), Wei.Zero, new(seen.High), new(1), IsLegacy: false);
                var options = Options with { MinPriorityFee = new(3) };
                if (FeeRules.Bump(previous, market, new(slot.Limit), Math.Min(slot.Earlier, slot.Later), options) is not { } earlier) return;
                var later = FeeRules.Bump(previous, market, new(slot.Limit), Math.Max(slot.Earlier, slot.Later), options)!.Value;
                Assert.True(later.MaxPriorityFeePerGas >= earlier.MaxPriorityFeePerGas && later.MaxFeePerGas >= earlier.MaxFeePerGas);
            }));

    [Fact]
    public void Every_first_bid_covers_the_next_block_stays_within_the_limits_and_offers_more_for_what_is_worth_more() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1_000), Prop.ForAll(ArbMap.Default.ArbFor<(uint Base, uint Tip, uint Limit)>(), ArbMap.Default.ArbFor<(ulong Worth, uint More)>(), (seen, plan) =>
        {
            var market = new GasMarket(new(seen.Base), new(seen.Tip), Wei.Zero, new(1), IsLegacy: false);
            var options = Options with { MinPriorityFee = new(1_000) };
            if (FeeRules.First(market, new(seen.Limit), new(plan.Worth), options) is not { } fees) return;
            Assert.True(fees.MaxFeePerGas <= new Wei(seen.Limit));
            Assert.True(fees.MaxFeePerGas >= market.BaseFee + fees.MaxPriorityFeePerGas);
            Assert.True(fees.MaxPriorityFeePerGas >= options.MinPriorityFee);
            var more = FeeRules.First(market, new(seen.Limit), new((UInt256)plan.Worth + plan.More), options)!.Value;
            Assert.True(more.MaxPriorityFeePerGas >= fees.MaxPriorityFeePerGas);
        }));

    [Theory]
    [InlineData(13, 3, true)]
    [InlineData(12, 2, false)] // no more than nine in ten offer
    [InlineData(12, 3, false)] // base fee and tip are not covered
    public void A_bid_is_competitive_when_it_outbids_nine_in_ten_and_covers_the_base_fee(ulong cap, ulong tip, bool isCompetitive) =>
        Assert.Equal(isCompetitive, FeeRules.IsCompetitive(new(Wei.FromGwei(cap), Wei.FromGwei(tip)), Market(baseGwei: 10, highGwei: 2)));

    [Theory]
    [InlineData(12, 2, true)]
    [InlineData(11, 2, false)]
    public void Where_a_tip_buys_nothing_a_bid_is_competitive_when_it_covers_the_base_fee(ulong cap, ulong tip, bool isCompetitive) =>
        Assert.Equal(isCompetitive, FeeRules.IsCompetitive(new(Wei.FromGwei(cap), Wei.FromGwei(tip)), Market(baseGwei: 10, highGwei: 9) with { Ordering = TransactionOrdering.FirstCome }));

    [Theory]
    [InlineData(3, true)]
    [InlineData(2, false)]
    public void A_legacy_bid_is_competitive_above_nine_in_ten(ulong price, bool isCompetitive) =>
        Assert.Equal(isCompetitive, FeeRules.IsCompetitive(Fees.Legacy(Wei.FromGwei(price)), Market(baseGwei: 0, highGwei: 2, isLegacy: true)));

    private static Fees? First(GasMarket market, Wei limit, ulong worth = 0) => FeeRules.First(market, limit, Wei.FromGwei(worth), Options);

    private static Fees? Bump(Fees previous, GasMarket market, Wei limit) => FeeRules.Bump(previous, market, limit, FeeRules.Whole, Options);
}
