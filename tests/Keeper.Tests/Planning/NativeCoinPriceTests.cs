using Keeper.Core.Chain.Abi;
using Keeper.Core.Planning;
using Keeper.Core.Primitives;
using Keeper.Tests.Support;

namespace Keeper.Tests.Planning;

public sealed class NativeCoinPriceTests
{
    private const ulong Now = 1_700_000_000;
    private static readonly ulong MaxAge = (ulong)TestProfile.Fast.NativePriceMaxAge.TotalSeconds;

    [Fact]
    public void A_fresh_round_is_scaled_to_the_dollar()
    {
        var price = Judge(Round(3_000_50000000, Now - 10));
        Assert.Equal(new NativeCoinPrice(new((Int256)3_000_500_000_000_000_000L * 1_000), IsWorstCase: false), price);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public void A_round_of_exactly_the_greatest_age_is_believed(ulong tooOld, bool isWorstCase) =>
        Assert.Equal(isWorstCase, Judge(Round(300_000_000_000, Now - MaxAge - tooOld)).IsWorstCase);

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public void A_round_from_the_future_is_not_believed(ulong ahead, bool isWorstCase) =>
        Assert.Equal(isWorstCase, Judge(Round(300_000_000_000, Now + ahead)).IsWorstCase);

    [Theory]
    [InlineData(1, false)]
    [InlineData(0, true)]
    [InlineData(-1, true)]
    public void A_price_above_zero_only_is_believed(long answer, bool isWorstCase) => Assert.Equal(isWorstCase, Judge(Round(answer, Now)).IsWorstCase);

    [Fact]
    public void Short_data_no_data_and_a_revert_give_the_worst_case()
    {
        Assert.Equal(NativeCoinPrice.WorstCase(TestProfile.Fast), Judge(null));
        Assert.Equal(NativeCoinPrice.WorstCase(TestProfile.Fast), Judge(Array.Empty<byte>()));
        Assert.Equal(NativeCoinPrice.WorstCase(TestProfile.Fast), Judge(Round(300_000_000_000, Now)[..127]));
        Assert.Equal(Usd.Whole(10_000), NativeCoinPrice.WorstCase(TestProfile.Fast).UsdPerCoin);
        Assert.Equal(("USD", "EUR"), (NativeCoinPrice.WorstCase(TestProfile.Fast).Currency, NativeCoinPrice.WorstCase(TestProfile.Fast with { Currency = "EUR" }).Currency));
    }

    [Fact]
    public void A_price_beyond_every_scale_and_a_dirty_round_give_the_worst_case()
    {
        Assert.True(Judge(new AbiWriter().Word(1UL).Word(Int256.MaxValue).Word(Now).Word(Now).Word(1UL).ToArray()).IsWorstCase);
        Assert.True(Judge(new AbiWriter().Word(UInt256.MaxValue).Word(300_000_000_000UL).Word(Now).Word(Now).Word(1UL).ToArray()).IsWorstCase);
        Assert.True(Judge(new AbiWriter().Word(1UL).Word(300_000_000_000UL).Word(Now).Word(UInt256.MaxValue).Word(1UL).ToArray()).IsWorstCase);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(18)]
    public void Decimals_from_none_to_eighteen_are_scaled(int decimals)
    {
        var round = new AbiWriter().Word(1UL).Word((Int256)2_000).Word(Now).Word(Now).Word(1UL).ToArray();
        var price = NativeCoinPrice.FromRound(round, decimals, Now, TestProfile.Fast);
        Assert.Equal(decimals == 0 ? Usd.Whole(2_000) : new Usd(2_000), price.UsdPerCoin);
    }

    [Fact]
    public void Costs_are_rounded_up_and_what_can_be_bought_is_rounded_down()
    {
        var price = new NativeCoinPrice(new(3), IsWorstCase: false);
        Assert.Equal(new Usd(1), price.ToUsd(new(1)));
        Assert.Equal(Usd.Zero, price.ToUsd(Wei.Zero));
        Assert.Equal(new Wei(333_333_333_333_333_333), price.ToWei(new(1)));
        Assert.Equal(Wei.Zero, price.ToWei(new(-1)));
    }

    private static NativeCoinPrice Judge(ReadOnlyMemory<byte>? round) => NativeCoinPrice.FromRound(round, 8, Now, TestProfile.Fast);

    private static byte[] Round(long answer, ulong updatedAt) =>
        new AbiWriter().Word(1UL).Word((Int256)answer).Word(updatedAt).Word(updatedAt).Word(1UL).ToArray();
}
