using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Protocols.Oracles;

namespace Keeper.Tests.Protocols.Oracles;

/// <summary>Both sides of every boundary.</summary>
public class RuleTests
{
    private const ulong Now = 1_000_000;

    [Theory]
    [InlineData(1, 0, PriceFault.None)]
    [InlineData(0, 0, PriceFault.Zero)]
    [InlineData(-1, 0, PriceFault.Negative)]
    [InlineData(99, 0, PriceFault.None)]
    [InlineData(100, 0, PriceFault.TooLarge)]
    [InlineData(1, 60, PriceFault.None)]
    [InlineData(1, 61, PriceFault.Stale)]
    [InlineData(1, -1, PriceFault.Future)]
    public void A_contract_with_a_limit_and_an_age_refuses_beyond_them(long answer, long age, PriceFault expected) =>
        Assert.Equal(expected, new PriceRule(MaxAge: 60, Limit: 100UL).Judge(Row(answer, updatedAt: (ulong)((long)Now - age)), Now));

    [Fact]
    public void A_contract_that_never_looks_at_the_time_takes_any()
    {
        foreach (var updatedAt in (ulong[])[0, Now + 1, ulong.MaxValue]) Assert.Equal(PriceFault.None, new PriceRule().Judge(Row(5, updatedAt: updatedAt), Now));
        Assert.Equal(PriceFault.None, new PriceRule(AllowsZero: true).Judge(Row(0, Now), Now));
        Assert.Equal(PriceFault.None, new PriceRule(AllowsNegative: true).Judge(Row(-5, Now), Now));
        Assert.Equal(PriceFault.Unread, new PriceRule().Judge(Row(5, Now) with { RoundKnown = false }, Now));
    }

    [Theory]
    [InlineData(0, 61, PriceFault.None)]
    [InlineData(0, 60, PriceFault.SequencerGrace)]
    [InlineData(0, 0, PriceFault.SequencerGrace)]
    [InlineData(0, -1, PriceFault.SequencerDown)]
    [InlineData(1, 61, PriceFault.SequencerDown)]
    [InlineData(-1, 61, PriceFault.SequencerDown)]
    public void A_sequencer_must_have_been_up_for_longer_than_the_grace(long answer, long since, PriceFault expected)
    {
        var time = (ulong)((long)Now - since);
        Assert.Equal(expected, new SequencerRule(60).Judge(Row(answer, startedAt: time, updatedAt: 5), Now));
        Assert.Equal(expected, new SequencerRule(60, CountsFromUpdate: true).Judge(Row(answer, startedAt: 5, updatedAt: time), Now));
    }

    [Fact]
    public void A_sequencer_without_a_first_round_is_down_where_the_contract_says_so()
    {
        Assert.Equal(PriceFault.SequencerDown, new SequencerRule(60).Judge(Row(0), Now));
        Assert.Equal(PriceFault.None, new SequencerRule(60, AllowsZero: true).Judge(Row(0), Now));
        Assert.Equal(PriceFault.Unread, new SequencerRule(60).Judge(default, Now));
    }

    [Theory]
    [InlineData(60, PriceFault.None)]
    [InlineData(61, PriceFault.Stale)]
    [InlineData(-60, PriceFault.None)]
    [InlineData(-61, PriceFault.Future)]
    public void Pyth_measures_the_distance_to_both_sides(long age, PriceFault expected)
    {
        var row = new PythRow(0, true, 5, 0, -8, (ulong)((long)Now - age));
        Assert.Equal(expected, PythRule.NoOlderThan(60, 8).Judge(row, Now, out _));
        Assert.Equal(PriceFault.None, PythRule.Unsafe(8).Judge(row, Now, out _));
    }

    [Theory]
    [InlineData(123_456, -8, 18, "1234560000000000")]
    [InlineData(123_456, -8, 8, "123456")]
    [InlineData(123_456, -8, 6, "1234")]
    [InlineData(123_456, 0, 2, "12345600")]
    public void A_price_of_Pyth_is_brought_to_the_decimals_of_its_reader_and_rounded_down(long price, int exponent, int decimals, string expected)
    {
        Assert.Equal(PriceFault.None, PythRule.Unsafe(decimals).Judge(new(0, true, price, 0, exponent, Now), Now, out var value));
        Assert.Equal(expected, value.ToString());
    }

    [Fact]
    public void A_price_of_Pyth_that_is_nothing_unknown_or_too_uncertain_is_refused()
    {
        var row = new PythRow(0, true, 1_000, 10, -8, Now);
        Assert.Equal(PriceFault.None, (PythRule.Unsafe(8) with { MaxConfidenceBps = 100 }).Judge(row, Now, out _));
        Assert.Equal(PriceFault.Uncertain, (PythRule.Unsafe(8) with { MaxConfidenceBps = 99 }).Judge(row, Now, out _));
        Assert.Equal(PriceFault.Zero, PythRule.Unsafe(8).Judge(row with { Price = 0 }, Now, out _));
        Assert.Equal(PriceFault.Zero, PythRule.Unsafe(0).Judge(row, Now, out _)); // rounded to nothing
        Assert.Equal(PriceFault.Negative, PythRule.Unsafe(8).Judge(row with { Price = long.MinValue }, Now, out _));
        Assert.Equal(PriceFault.TooLarge, PythRule.Unsafe(8).Judge(row with { Exponent = 1 }, Now, out _));
        Assert.Equal(PriceFault.Unread, PythRule.Unsafe(8).Judge(row with { Known = false }, Now, out _));
    }

    private static FeedRow Row(long answer, ulong updatedAt = 0, ulong startedAt = 0) =>
        new(1, true, RoundSource.Logs, default, true, UInt256.One, answer, startedAt, updatedAt);
}
