using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Protocols.RefPerps;
using Keeper.Tests.Support;

namespace Keeper.Tests.Protocols.RefPerps;

public class MarginTests
{
    private static readonly (UInt256, uint)[] TwoTiers = [((UInt256)1_000UL, 100_000), (MarketTerms.NoLimit, 300_000)];

    /// <summary>At a price of 1 a size of n wei has a notional of n, and a gain of nothing where its basis is n.</summary>
    [Theory]
    // N on both sides of the first upper: 10 % up to 1,000, 30 % beyond
    [InlineData(0, 999, 999, 100, VerdictKind.Liquidatable)] // ceil(99.9)
    [InlineData(0, 1000, 1000, 100, VerdictKind.Liquidatable)]
    [InlineData(0, 1001, 1001, 101, VerdictKind.Liquidatable)] // ceil(100.3)
    [InlineData(0, 1010, 1010, 103, VerdictKind.Liquidatable)]
    [InlineData(0, -1000, -1000, 100, VerdictKind.Liquidatable)]
    [InlineData(0, -1001, -1001, 101, VerdictKind.Liquidatable)]
    // E on both sides of R
    [InlineData(100, 1000, 1000, 100, VerdictKind.Healthy)]
    [InlineData(99, 1000, 1000, 100, VerdictKind.Liquidatable)]
    [InlineData(100, -1000, -1000, 100, VerdictKind.Healthy)]
    [InlineData(99, -1000, -1000, 100, VerdictKind.Liquidatable)]
    // what was gained or lost since the entry counts
    [InlineData(90, 1000, 990, 100, VerdictKind.Healthy)]
    [InlineData(90, 1000, 991, 100, VerdictKind.Liquidatable)]
    [InlineData(90, -1000, -1010, 100, VerdictKind.Healthy)]
    [InlineData(90, -1000, -1009, 100, VerdictKind.Liquidatable)]
    public void Judges_on_both_sides_of_each_boundary(long quote, long size, long entryNotional, ulong requirement, VerdictKind kind)
    {
        var scene = Scene.Simple(new() { Maintenance = TwoTiers });
        scene.Apply(Scene.Quote(1, quote), Scene.Position(1, 1, size, entryNotional, 0));
        var equity = quote + size - entryNotional;
        Assert.Equal(new Verdict(kind, equity, requirement), scene.Protocol.Evaluate(0, Scene.Now));
    }

    [Theory]
    [InlineData(1, 1, 0, 1)] // ceil of a tenth of one percent
    [InlineData(1_000_000, 1, 0, 1)]
    [InlineData(1_000_001, 1, 0, 2)]
    public void The_liquidation_fee_is_rounded_up_and_part_of_the_requirement(long size, ulong feePpm, long quote, ulong fee)
    {
        var scene = Scene.Simple(new() { LiqFeePpm = feePpm, Maintenance = [(MarketTerms.NoLimit, 1_000_000)] });
        scene.Apply(Scene.Quote(1, quote), Scene.Position(1, 1, size, size, 0));
        Assert.Equal((UInt256)(ulong)size + fee, scene.Protocol.Evaluate(0, Scene.Now).Requirement);
    }

    [Theory]
    [InlineData(0, 10, 20)]
    [InlineData(-1, 11, 21)] // ceil(0.05)
    [InlineData(-20, 11, 21)]
    [InlineData(-21, 12, 22)] // ceil(1.05)
    public void A_debt_raises_both_requirements_by_its_share_rounded_up(long quote, ulong maintenance, ulong initial)
    {
        var scene = Scene.Simple();
        scene.Apply(Scene.Globals(debtPpm: 50_000), Scene.Quote(1, quote), Scene.Position(1, 1, 1000, 1000, 0));
        Assert.Equal(new AccountHealth(quote, maintenance, initial), scene.Protocol.Health(0, Scene.Now));
    }

    [Theory]
    [InlineData(0, VerdictKind.Empty)]
    [InlineData(1, VerdictKind.Empty)]
    [InlineData(-1, VerdictKind.BadDebt)]
    public void Without_a_position_only_a_debt_matters_and_no_price_is_needed(long quote, VerdictKind kind)
    {
        var scene = Scene.Simple();
        scene.Price(1, UInt256.Zero);
        scene.Apply(Scene.Quote(1, quote), Scene.Position(1, 1, 5, 5, 0), Scene.Position(1, 1, 0, 0, 0));
        Assert.Equal(kind, scene.Protocol.Evaluate(0, Scene.Now).Kind);
        Assert.Equal(quote, scene.Protocol.Health(0, Scene.Now)!.Value.Equity);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(3600, true)]
    [InlineData(3601, false)]
    [InlineData(-1, false)] // an update from the future
    public void A_price_is_fresh_up_to_and_including_its_limit(int age, bool usable)
    {
        var scene = Scene.Simple(new() { MaxStaleness = 3600 });
        scene.Apply(Scene.Quote(1, 1), Scene.Position(1, 1, 5, 5, 0));
        Assert.Equal(usable ? VerdictKind.Healthy : VerdictKind.PriceUnusable, scene.Protocol.Evaluate(0, (ulong)((long)Scene.Now + age)).Kind);
        Assert.Equal(usable, scene.Protocol.Health(0, (ulong)((long)Scene.Now + age)) is not null);
    }

    [Fact]
    public void A_price_is_refused_at_zero_below_and_from_two_to_the_96th()
    {
        var scene = Scene.Simple(new() { FeedDecimals = 17 });
        scene.Apply(Scene.Quote(1, 1_000_000), Scene.Position(1, 1, 5, 5, 0));
        var limit = (UInt256.One << 96) / 10UL; // scaled by 10 it stays below; one more does not
        Assert.True(Usable((Int256)limit));
        Assert.False(Usable((Int256)(limit + 1UL)));
        Assert.True(Usable(1));
        Assert.False(Usable(0));
        Assert.False(Usable(-1));
        Assert.False(Usable(Int256.MinValue));
        Assert.False(Usable(Int256.MaxValue));

        bool Usable(Int256 answer)
        {
            scene.Answer(1, answer);
            return scene.Protocol.Evaluate(0, Scene.Now).Kind != VerdictKind.PriceUnusable;
        }
    }

    [Fact]
    public void An_update_time_of_zero_or_beyond_64_bits_is_never_fresh()
    {
        var scene = Scene.Simple(new() { MaxStaleness = uint.MaxValue });
        scene.Apply(Scene.Quote(1, 1), Scene.Position(1, 1, 5, 5, 0));
        scene.Price(1, Scene.Wad, updatedAt: 1);
        Assert.Equal(VerdictKind.Healthy, scene.Protocol.Evaluate(0, Scene.Now).Kind);
        scene.Price(1, Scene.Wad, updatedAt: 0);
        Assert.Equal(VerdictKind.PriceUnusable, scene.Protocol.Evaluate(0, Scene.Now).Kind);
        scene.Apply(Scene.Answered(Scene.Aggregator(1), (Int256)Scene.Wad, 3, Scene.Now) with { Data = Enumerable.Repeat((byte)0xff, 32).ToArray() });
        Assert.Equal(VerdictKind.PriceUnusable, scene.Protocol.Evaluate(0, ulong.MaxValue - 1).Kind);
    }

    [Fact]
    public void One_stale_feed_makes_an_account_in_several_markets_unjudgeable()
    {
        var scene = Scene.Simple();
        scene.List(2, new());
        scene.Read();
        scene.Apply(Scene.Quote(1, 100), Scene.Position(1, 1, 5, 5, 0), Scene.Position(1, 2, 5, 5, 0));
        Assert.Equal(VerdictKind.Healthy, scene.Protocol.Evaluate(0, Scene.Now).Kind);
        scene.Price(2, Scene.Wad, Scene.Now - 3601);
        Assert.Equal(VerdictKind.PriceUnusable, scene.Protocol.Evaluate(0, Scene.Now).Kind);
        scene.Apply(Scene.Position(1, 2, 0, 0, 0));
        Assert.Equal(VerdictKind.Healthy, scene.Protocol.Evaluate(0, Scene.Now).Kind);
    }

    [Theory]
    [InlineData(101, true)]
    [InlineData(100, false)] // within the grace, its last second included
    [InlineData(0, false)]
    [InlineData(-1, false)]
    public void Prices_count_again_only_after_the_sequencers_grace(int secondsUp, bool usable)
    {
        var scene = Scene.Simple();
        scene.Apply(Scene.Quote(1, 1), Scene.Position(1, 1, 5, 5, 0), Scene.Globals(sequencer: Scene.Proxy(77), grace: 100));
        Assert.Equal(VerdictKind.PriceUnusable, scene.Protocol.Evaluate(0, Scene.Now).Kind); // not read yet
        foreach (var read in scene.Protocol.MissingReads())
        {
            read.Apply(read.What.StartsWith("latest", StringComparison.Ordinal) ? Scene.Round(1, 0, (ulong)((long)Scene.Now - secondsUp), Scene.Now) : Scene.Answer(read));
        }
        Assert.Equal(usable ? VerdictKind.Healthy : VerdictKind.PriceUnusable, scene.Protocol.Evaluate(0, Scene.Now).Kind);
    }

    [Theory]
    [InlineData(86_400, -10)] // one day at 1 % on 1,000
    [InlineData(86_399, -9)]
    [InlineData(0, 0)]
    public void Funding_accrues_to_the_time_of_the_block(int elapsed, long paid)
    {
        var scene = Scene.Simple(new() { MaxStaleness = 1_000_000 });
        scene.Apply(Scene.State(1, 0, 10_000_000_000_000_000L), Scene.Quote(1, 500), Scene.Position(1, 1, 1000, 1000, 0));
        Assert.Equal(500 + paid, scene.Protocol.Evaluate(0, Scene.Now + (ulong)elapsed).Equity);
    }

    [Theory]
    [InlineData(5, 50)] // 5 of 100: 5 %
    [InlineData(10, 100)]
    [InlineData(11, 100)] // the cap
    [InlineData(-11, -100)]
    public void The_mark_carries_the_capped_premium_of_the_skew(long skew, long gain)
    {
        var scene = Scene.Simple(new() { SkewScale = 100UL, PremiumCap = Scene.Wad / 10UL });
        scene.Apply(Scene.State(1, skew, 0), Scene.Quote(1, 5000), Scene.Position(1, 1, 1000, 1000, 0));
        Assert.Equal(5000 + gain, scene.Protocol.Evaluate(0, Scene.Now).Equity);
        Assert.Equal((UInt256)10UL, scene.Protocol.Evaluate(0, Scene.Now).Requirement); // at the index price
    }

    [Fact]
    public void Evaluating_allocates_nothing()
    {
        var scene = Scene.Simple();
        scene.List(2, new());
        scene.Read();
        scene.Apply(Scene.Quote(1, 100), Scene.Position(1, 1, 5, 5, 0), Scene.Position(1, 2, -5, 5, 0));
        Assert.Equal(0, Allocated.InEachRoundOf(() =>
        {
            for (ulong i = 0; i < 1000; i++) scene.Protocol.Evaluate(0, Scene.Now + i);
        }));
    }
}
