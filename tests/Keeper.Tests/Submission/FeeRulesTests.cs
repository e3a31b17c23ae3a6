using FsCheck;
using FsCheck.Fluent;
using Keeper.Core.Chain;
using Keeper.Core.Planning;
using Keeper.Core.Primitives;
using Keeper.Core.Submission;
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
        var fees = FeeRules.First(Market(baseGwei: 80, tipGwei: 3), NoLimit, Options);
        Assert.Equal(new Fees(new Wei(104_250_000_000), Wei.FromGwei(3)), fees);
    }

    [Fact]
    public void The_first_tip_is_no_less_than_configured() =>
        Assert.Equal(Wei.FromGwei(1), FeeRules.First(Market(tipGwei: 0), NoLimit, Options)!.Value.MaxPriorityFeePerGas);

    [Theory]
    [InlineData(13, 13, 3)]
    [InlineData(12, 12, 2)]
    [InlineData(11, 11, 1)]
    public void The_limit_caps_the_bid_and_leaves_the_tip_what_is_above_the_base_fee(ulong limit, ulong cap, ulong tip) =>
        Assert.Equal(new Fees(Wei.FromGwei(cap), Wei.FromGwei(tip)), FeeRules.First(Market(baseGwei: 10, tipGwei: 3), Wei.FromGwei(limit), Options));

    [Fact]
    public void One_wei_below_base_fee_and_least_tip_there_is_no_bid() =>
        Assert.Null(FeeRules.First(Market(baseGwei: 10), Wei.FromGwei(11) - new Wei(1), Options));

    [Fact]
    public void The_hard_cap_holds_whatever_a_liquidation_earns()
    {
        Assert.Equal(Wei.FromGwei(500), FeeRules.First(Market(baseGwei: 450, tipGwei: 3), NoLimit, Options)!.Value.MaxFeePerGas);
        Assert.Null(FeeRules.First(Market(baseGwei: 500), NoLimit, Options));
    }

    [Fact]
    public void Without_a_base_fee_the_bid_is_the_tip() =>
        Assert.Equal(new Fees(Wei.FromGwei(3), Wei.FromGwei(3)), FeeRules.First(Market(baseGwei: 0, tipGwei: 3), NoLimit, Options));

    [Fact]
    public void A_legacy_bid_is_one_gas_price()
    {
        var market = Market(baseGwei: 0, tipGwei: 7, isLegacy: true);
        Assert.Equal(Fees.Legacy(Wei.FromGwei(7)), FeeRules.First(market, NoLimit, Options));
        Assert.Equal(Fees.Legacy(Wei.FromGwei(7)), FeeRules.First(market, Wei.FromGwei(7), Options));
        Assert.Null(FeeRules.First(market, Wei.FromGwei(6), Options));
        Assert.Equal(Fees.Legacy(Wei.FromGwei(9)), FeeRules.Bump(Fees.Legacy(Wei.FromGwei(8)), market, NoLimit, Options));
    }

    [Fact]
    public void A_bump_is_no_less_than_a_first_bid_would_be_now() =>
        Assert.Equal(FeeRules.First(Market(baseGwei: 100, tipGwei: 9), NoLimit, Options), FeeRules.Bump(new(Wei.FromGwei(20), Wei.FromGwei(1)), Market(baseGwei: 100, tipGwei: 9), NoLimit, Options));

    [Theory]
    [InlineData(90, true)]
    [InlineData(89, false)]
    public void A_bump_to_exactly_the_limit_is_made_and_beyond_it_the_old_bid_stands(ulong limitGwei, bool isMade) =>
        Assert.Equal(isMade, FeeRules.Bump(new(Wei.FromGwei(80), Wei.FromGwei(1)), Market(), Wei.FromGwei(limitGwei), Options) is not null);

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
            ArbMap.Default.ArbFor<(ulong Cap, ulong Tip, ulong Base, ulong Now)>(), ArbMap.Default.ArbFor<uint>(), (seen, limit) =>
            {
                const ulong Range = 600_000_000_000;
                var previous = new Fees(new(seen.Cap % Range + 1), new(seen.Tip % (seen.Cap % Range + 1)));
                var market = new GasMarket(new(seen.Base % Range), new(seen.Now % Range), Wei.Zero, new(1), IsLegacy: false);
                var most = Wei.FromGwei(limit % 600);
                if (FeeRules.Bump(previous, market, most, Options) is not { } next) return;
                Assert.True(next.MaxFeePerGas.Value * 8UL >= previous.MaxFeePerGas.Value * 9UL);
                Assert.True(next.MaxPriorityFeePerGas.Value * 8UL >= previous.MaxPriorityFeePerGas.Value * 9UL);
                Assert.True(next.MaxPriorityFeePerGas <= next.MaxFeePerGas);
                Assert.True(next.MaxFeePerGas <= most && next.MaxFeePerGas <= Options.HardFeeCap);
            }));

    [Fact]
    public void Every_first_bid_covers_the_next_block_and_stays_within_the_limits() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1_000), Prop.ForAll(ArbMap.Default.ArbFor<(uint Base, uint Tip, uint Limit)>(), seen =>
        {
            var market = new GasMarket(new(seen.Base), new(seen.Tip), Wei.Zero, new(1), IsLegacy: false);
            var options = Options with { MinPriorityFee = new(1_000) };
            if (FeeRules.First(market, new(seen.Limit), options) is not { } fees) return;
            Assert.True(fees.MaxFeePerGas <= new Wei(seen.Limit));
            Assert.True(fees.MaxFeePerGas >= market.BaseFee + fees.MaxPriorityFeePerGas);
            Assert.True(fees.MaxPriorityFeePerGas >= options.MinPriorityFee);
        }));

    [Theory]
    [InlineData(13, 3, true)]
    [InlineData(12, 2, false)] // no more than nine in ten offer
    [InlineData(12, 3, false)] // base fee and tip are not covered
    public void A_bid_is_competitive_when_it_outbids_nine_in_ten_and_covers_the_base_fee(ulong cap, ulong tip, bool isCompetitive) =>
        Assert.Equal(isCompetitive, FeeRules.IsCompetitive(new(Wei.FromGwei(cap), Wei.FromGwei(tip)), Market(baseGwei: 10, highGwei: 2)));

    [Theory]
    [InlineData(3, true)]
    [InlineData(2, false)]
    public void A_legacy_bid_is_competitive_above_nine_in_ten(ulong price, bool isCompetitive) =>
        Assert.Equal(isCompetitive, FeeRules.IsCompetitive(Fees.Legacy(Wei.FromGwei(price)), Market(baseGwei: 0, highGwei: 2, isLegacy: true)));
}
