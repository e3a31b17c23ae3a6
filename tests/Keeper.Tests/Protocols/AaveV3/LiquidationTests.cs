using Keeper.Core.Primitives;
using Keeper.Protocols.AaveV3;

namespace Keeper.Tests.Protocols.AaveV3;

/// <summary>Amounts of a liquidation on both sides of each boundary. Prices are one dollar and units one, so that amounts are dollars at 1e8.</summary>
public sealed class LiquidationTests
{
    private const ulong Usd = 100_000_000;
    private static readonly UInt256 Near = AaveWorld.Wad / 100UL * 95UL;

    [Theory]
    [InlineData(10, 3_000, 2_000, 1, 1_000)] // both reach the limit: half of all that is owed
    [InlineData(10, 3_000, 1_999, 1, 1_999)] // the debt does not
    [InlineData(10, 1_999, 2_000, 1, 2_000)] // the collateral does not
    [InlineData(10, 3_000, 2_000, 0, 2_000)] // the health factor does not lie above 0.95
    [InlineData(1, 3_000, 2_000, 1, 1_000)] // 3.0 has no limits
    [InlineData(1, 3_000, 200, 1, 100)]
    [InlineData(1, 3_000, 200, 0, 200)]
    public void Half_or_all_may_be_covered(ulong revision, ulong supply, ulong owed, ulong above, ulong covered)
    {
        var pair = Pair(supply * Usd, owed * Usd, bonus: 10_000);
        var most = Liquidation.Of(Profile.Of(revision), pair, Data(owed * Usd, Near + above), UInt256.MaxValue).Covered;
        Assert.Equal(UInt256.Min(covered * Usd, supply * Usd), most);
    }

    [Fact]
    public void Half_is_of_all_debts_together()
    {
        var pair = Pair(10_000 * Usd, 3_000 * Usd, 10_000);
        Assert.Equal((UInt256)(3_000 * Usd), Liquidation.Of(Profile.Of(10), pair, Data(6_000 * Usd, Near + 1UL), UInt256.MaxValue).Covered);
        Assert.Equal((UInt256)(2_500 * Usd), Liquidation.Of(Profile.Of(10), pair, Data(5_000 * Usd, Near + 1UL), UInt256.MaxValue).Covered);
    }

    [Theory]
    [InlineData(2_000UL * Usd, false)]
    [InlineData(2_000UL * Usd + 1, true)]
    [InlineData(3_000UL * Usd, false)]
    [InlineData(3_000UL * Usd - 1, true)]
    public void A_rest_of_debt_below_a_thousand_dollars_is_dust(ulong covered, bool isDust)
    {
        var pair = Pair(10_000 * Usd, 3_000 * Usd, 10_500);
        Assert.Equal(isDust, Liquidation.Of(Profile.Of(10), pair, Data(3_000 * Usd, Near), covered).LeavesDust);
        Assert.False(Liquidation.Of(Profile.Of(1), pair, Data(3_000 * Usd, Near), covered).LeavesDust);
    }

    [Theory]
    [InlineData(2_000, false)]
    [InlineData(2_001, true)]
    public void A_rest_of_collateral_below_a_thousand_dollars_is_dust(ulong dollars, bool isDust)
    {
        var pair = Pair(3_000 * Usd, 9_000 * Usd, 10_000);
        Assert.Equal(isDust, Liquidation.Of(Profile.Of(10), pair, Data(9_000 * Usd, Near), dollars * Usd).LeavesDust);
    }

    [Fact]
    public void Where_the_collateral_does_not_suffice_it_is_taken_whole_and_paid_for_rounded_up()
    {
        var pair = Pair(1_000, 5_000, bonus: 10_501);
        var all = Liquidation.Of(Profile.Of(10), pair, Data(5_000, Near), UInt256.MaxValue);
        Assert.Equal(new Liquidation(953UL, 1_000UL, UInt256.Zero, false), all); // 952.29
        Assert.Equal((UInt256)952UL, Liquidation.Of(Profile.Of(1), pair, Data(5_000, Near), UInt256.MaxValue).Covered);
    }

    [Theory]
    [InlineData(10, 106, 105, 1)] // 105.5 is half up 106; of 106 - 101 = 5 the fee is half up 1 (0.5)
    [InlineData(11, 105, 104, 1)] // 105.5 is cut off; of 105 - 100 = 5 the fee is 1 (0.5, up)
    public void Roundings_of_the_bonus_and_of_the_fee_are_the_version_s(ulong revision, ulong taken, ulong seized, ulong fee)
    {
        var amounts = Liquidation.Of(Profile.Of(revision), Pair(1_000_000, 100, bonus: 10_550, fee: 1_000), Data(100, Near), UInt256.MaxValue);
        Assert.Equal(((UInt256)taken, (UInt256)seized, (UInt256)fee), (amounts.Seized + amounts.Fee, amounts.Seized, amounts.Fee));
    }

    [Fact]
    public void Compounded_interest_is_that_of_each_version()
    {
        var rate = AaveWorld.Ray / 20UL;
        Assert.Equal(AaveWorld.Ray, AaveMath.Compounded(rate, 0));
        // e^0.05 = 1.051271096..., by three terms 1.0512708333...
        Assert.Equal("1051270833333333333333333333", AaveMath.Compounded(rate, 31_536_000).ToString());
        var first = AaveMath.CompoundedFirst(rate, 31_536_000);
        Assert.True(first < AaveMath.Compounded(rate, 31_536_000) && first > AaveMath.Compounded(rate, 31_536_000) - AaveWorld.Ray / 100_000UL, first.ToString());
    }

    private static AccountData Data(ulong debt, UInt256 factor) => new(UInt256.Zero, debt, UInt256.Zero, factor, UInt256.Zero);

    private static LiquidationPair Pair(ulong supply, ulong owed, ulong bonus, ulong fee = 0)
    {
        var quote = new ReserveQuote(0, UInt256.One, UInt256.One, AaveWorld.Ray, AaveWorld.Ray, new((UInt256)8_000UL << 16 | (UInt256)fee << 152), true);
        return new(quote, quote, supply, owed, UInt256.One, UInt256.One, bonus);
    }
}
