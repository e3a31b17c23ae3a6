using Keeper.Core.Primitives;
using Keeper.Host.Demo;

namespace Keeper.Tests.Demo;

public sealed class PopulationTests
{
    [Fact]
    public void The_seed_decides_everything()
    {
        Assert.Equal(Population.SeedCall(Population.Generate(50, 7)), Population.SeedCall(Population.Generate(50, 7)));
        Assert.NotEqual(Population.SeedCall(Population.Generate(50, 7)), Population.SeedCall(Population.Generate(50, 8)));
        Assert.Equal(PricePath.Rounds(7).SelectMany(round => round.Prices), PricePath.Rounds(7).SelectMany(round => round.Prices));
    }

    [Fact]
    public void Every_kind_of_account_is_there()
    {
        var accounts = Population.Generate(300, 1);
        var legs = accounts.SelectMany(account => account.Legs).ToArray();
        Assert.Equal(DemoMarket.All.Count, legs.Select(leg => leg.Market).Distinct().Count());
        Assert.Contains(legs, leg => leg.Size.IsNegative);
        Assert.Contains(legs, leg => leg.Size > Int256.Zero);
        Assert.Contains(accounts, account => !account.IsIsolated && account.Legs.Count == DemoMarket.All.Count);
        Assert.All(accounts.Where(account => account.IsIsolated), account => Assert.Single(account.Legs));
        foreach (var tier in Enumerable.Range(0, DemoMarket.MaintenanceTiers.Length)) Assert.Contains(accounts, account => account.Legs.Any(leg => TierOf(leg) == tier));
    }

    [Fact]
    public void Prices_stay_above_zero_and_go_through_every_phase()
    {
        foreach (var seed in Enumerable.Range(0, 50))
        {
            var rounds = PricePath.Rounds(seed).ToArray();
            Assert.Equal(PricePath.RoundCount, rounds.Length);
            Assert.All(rounds.SelectMany(round => round.Prices), price => Assert.True(price > 0));
        }
    }

    private static int TierOf(Population.Leg leg)
    {
        var notional = UInt256.MulDivDown(leg.Size.Abs, (ulong)DemoMarket.All[(int)leg.Market - 1].StartPrice, 100_000_000UL);
        return Array.FindIndex(DemoMarket.MaintenanceTiers, tier => tier.Upper == 0 || notional <= (UInt256)tier.Upper * 1_000_000_000_000_000_000UL);
    }
}
