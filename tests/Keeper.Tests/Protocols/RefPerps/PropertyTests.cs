using System.Numerics;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Protocols.RefPerps;
using Xunit.Abstractions;

namespace Keeper.Tests.Protocols.RefPerps;

/// <summary>Random states against <see cref="Specification"/>. A seed that fails is in the name of its case.</summary>
public class PropertyTests(ITestOutputHelper output)
{
    public static TheoryData<int> Seeds => new(Enumerable.Range(1, 8));

    [Theory, MemberData(nameof(Seeds))]
    public void The_tier_formula_is_the_sum_of_the_brackets_and_never_falls(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 500; round++)
        {
            var tiers = Tiers(random);
            var schedule = new TierSchedule(tiers.Select(tier => ((UInt256)tier.Upper, (uint)tier.Ppm)).ToArray());
            var last = BigInteger.Zero;
            foreach (var n in tiers.Take(tiers.Length - 1).SelectMany(tier => new[] { tier.Upper - 1, tier.Upper, tier.Upper + 1 }).Append(Big(random, 132)).Order())
            {
                var requirement = (BigInteger)schedule.RequirementUp((UInt256)n);
                Assert.Equal(Specification.Tier(n, tiers), requirement);
                Assert.True(requirement >= last);
                last = requirement;
            }
        }
    }

    [Theory, MemberData(nameof(Seeds))]
    public void Health_and_minimal_close_are_those_of_the_specification(int seed)
    {
        var random = new Random(seed);
        var (liquidatable, partial, full) = (0, 0, 0);
        for (var round = 0; round < 150; round++)
        {
            var state = new RandomAccount(random);
            var (e, r, i) = Specification.Health(state.Quote, state.DebtPpm, state.Positions);
            Assert.Equal(new AccountHealth((Int256)e, (UInt256)r, (UInt256)i), state.Scene.Protocol.Health(0, Scene.Now));
            var verdict = state.Scene.Protocol.Evaluate(0, Scene.Now);
            Assert.Equal(new Verdict(e < r ? VerdictKind.Liquidatable : VerdictKind.Healthy, (Int256)e, (UInt256)r), verdict);
            if (e >= r) continue;

            liquidatable++;
            var working = new WorkingAccount(state.Scene.Protocol.State, state.Scene.Protocol.Margin, 0, Scene.Now);
            Assert.Equal((verdict.Equity, verdict.Requirement), working.Measure());
            foreach (var (position, expected) in working.Positions.Zip(state.Positions))
            {
                var close = working.Try(position, verdict.Equity, verdict.Requirement);
                Assert.Equal(Specification.MinimalClose(expected, e, r), (close.Size, close.Full));
                if (close.Full) full++;
                else if (close.Size < position.Size.Abs) partial++;
            }
        }
        output.WriteLine($"seed {seed}: {liquidatable} liquidatable, {partial} partial closes, {full} full");
        Assert.True(liquidatable > 10 && partial > 5 && full > 5);
    }

    /// <summary>A gain never makes an account liquidatable, nor a loss healthy.</summary>
    [Theory, MemberData(nameof(Seeds))]
    public void More_quote_never_hurts(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 100; round++)
        {
            var state = new RandomAccount(random);
            var last = long.MinValue;
            foreach (var extra in (long[])[-5_000, -1, 0, 1, 5_000])
            {
                state.Scene.Apply(Scene.Quote(1, (Int256)(state.Quote + extra)));
                var health = state.Scene.Protocol.Health(0, Scene.Now)!.Value;
                var slack = (BigInteger)health.Equity - (BigInteger)health.Maintenance;
                Assert.True(slack >= last);
                last = (long)slack;
            }
        }
    }

    private static BigInteger Big(Random random, int bits)
    {
        var bytes = new byte[bits / 8 + 1];
        random.NextBytes(bytes);
        return new BigInteger(bytes, isUnsigned: true) >> (8 * bytes.Length - random.Next(1, bits + 1));
    }

    private static (BigInteger Upper, BigInteger Ppm)[] Tiers(Random random, long scale = 1L << 40)
    {
        var tiers = new (BigInteger, BigInteger)[random.Next(1, 6)];
        BigInteger upper = 0, ppm = random.Next(1, 20_000);
        for (var k = 0; k < tiers.Length; k++)
        {
            tiers[k] = (upper += random.NextInt64(1, scale), ppm);
            ppm += random.Next(0, 100_000);
        }
        tiers[^1].Item1 = (BigInteger)MarketTerms.NoLimit;
        return tiers;
    }

    /// <summary>An account in one to four markets whose equity lies near its requirement; sizes are a few hundred lots, so that brute force ends.</summary>
    private sealed class RandomAccount
    {
        public RandomAccount(Random random)
        {
            DebtPpm = random.Next(0, 50_000);
            Scene.Apply(Scene.Globals(debtPpm: (ulong)DebtPpm), Scene.Opened(1));
            for (uint id = 1; id <= random.Next(1, 5); id++) Add(id, random);
            Scene.Read();
            foreach (var (position, at) in Positions.Select((position, at) => (position, at))) Scene.Price((uint)at + 1, (UInt256)position.Market.P);

            var (e, r, _) = Specification.Health(0, DebtPpm, Positions);
            Quote = r - e - new BigInteger((double)r * (random.NextDouble() * 1.2 - 0.2));
            Scene.Apply(Scene.Quote(1, (Int256)Quote), Scene.Pool(Int256.MaxValue / 4));
        }

        public Scene Scene { get; } = new();
        public BigInteger Quote { get; }
        public BigInteger DebtPpm { get; }
        public List<Specification.Position> Positions { get; } = [];

        private void Add(uint id, Random random)
        {
            var lot = random.Next(1, 1_000);
            var scale = new BigInteger(random.NextInt64(1_000, 1_000_000));
            var market = new Specification.Market(
                P: new BigInteger(random.NextDouble() * 5e18) + 1, Skew: random.Next(-100_000, 100_000), F: random.NextInt64(-1L << 57, 1L << 57), SkewScale: scale,
                PremiumCap: random.NextInt64(0, 500_000_000_000_000_000), Lot: lot, MinNotional: random.Next(1, 20_000),
                LiqFeePpm: random.Next(0, 20_000), BufferPpm: random.Next(0, 100_000), PartialFloorPpm: random.Next(0, 900_000),
                Mm: Tiers(random, 100_000), Im: Tiers(random, 100_000));
            var size = new BigInteger(lot) * random.Next(1, 300) * (random.Next(2) * 2 - 1);
            var entry = size * market.P / Specification.Wad * random.Next(90, 110) / 100;
            Positions.Add(new(market, size, entry, random.NextInt64(-1L << 57, 1L << 57)));

            Scene.List(id, new()
            {
                PremiumCap = (UInt256)market.PremiumCap, Lot = (UInt256)market.Lot, MinNotional = (UInt256)market.MinNotional, SkewScale = (UInt256)scale,
                LiqFeePpm = (ulong)market.LiqFeePpm, BufferPpm = (ulong)market.BufferPpm, PartialFloorPpm = (ulong)market.PartialFloorPpm,
                Maintenance = market.Mm.Select(tier => ((UInt256)tier.Upper, (uint)tier.Ppm)).ToArray(),
                Initial = market.Im.Select(tier => ((UInt256)tier.Upper, (uint)tier.Ppm)).ToArray(),
            });
            Scene.Apply(
                Scene.Synced(id, (Int256)market.F, Scene.Now), Scene.State(id, (Int256)market.Skew, 0),
                Scene.Position(1, id, (Int256)size, (Int256)entry, (Int256)Positions[^1].EntryFunding));
        }
    }
}
