using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;

namespace Keeper.Host.Demo.RefPerps;

/// <summary>Accounts to open: cross and isolated, long and short, in every market and every bracket of the margin schedule, from barely to well covered. Pure: the seed decides.</summary>
internal static class Population
{
    /// <param name="Market">Counted from 1.</param>
    /// <param name="Size">1e18, negative for a short; a multiple of the lot.</param>
    public sealed record Leg(uint Market, Int256 Size);

    /// <param name="Deposit">Quote tokens, 1e18.</param>
    public sealed record Account(bool IsIsolated, UInt256 Deposit, IReadOnlyList<Leg> Legs);

    /// <summary>Notional of an account in dollars: one range inside each bracket.</summary>
    private static readonly (int Least, int Most)[] Notionals = [(600, 8_000), (12_000, 90_000), (110_000, 450_000), (550_000, 1_500_000)];

    public static IReadOnlyList<Account> Generate(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i => One(random, Notionals[i % Notionals.Length], isIsolated: i % 5 is 1 or 3))];
    }

    private static Account One(Random random, (int Least, int Most) range, bool isIsolated)
    {
        var legs = isIsolated ? 1 : random.Next(1, DemoMarket.All.Count + 1);
        var first = random.Next(DemoMarket.All.Count);
        var dollars = random.Next(range.Least, range.Most) / legs;
        var positions = new List<Leg>();
        UInt256 margin = 0UL;
        for (var i = 0; i < legs; i++)
        {
            var market = (first + i) % DemoMarket.All.Count;
            var notional = Math.Max(dollars, 150);
            positions.Add(new((uint)market + 1, SizeOf(DemoMarket.All[market], notional) * (random.Next(100) < 60 ? 1 : -1)));
            // Fees and the premium of the skew come off the deposit before the margin is checked.
            margin += InitialMargin((ulong)notional) + Wads((ulong)notional) / 100UL;
        }
        // From 5 % above what opening needs to three and a half times as much, most of them near the edge.
        var cover = random.NextDouble();
        return new(isIsolated, UInt256.MulDivUp(margin, 1_050_000UL + (ulong)(2_450_000 * cover * cover), 1_000_000UL), positions);
    }

    private static Int256 SizeOf(DemoMarket market, int dollars)
    {
        var size = UInt256.MulDivDown(Wads((ulong)dollars), 100_000_000UL, (UInt256)(ulong)market.StartPrice);
        return (Int256)(size - size % market.Lot);
    }

    private static UInt256 InitialMargin(ulong dollars)
    {
        ulong below = 0;
        UInt256 margin = 0UL;
        foreach (var (upper, ppm) in DemoMarket.InitialTiers)
        {
            var top = upper == 0 ? dollars : Math.Min(upper, dollars);
            if (top > below) margin += UInt256.MulDivUp(Wads(top - below), ppm, 1_000_000UL);
            below = Math.Max(below, upper);
        }
        return margin;
    }

    /// <summary>Calldata of <c>AccountSeeder.seed</c> (contracts/src/testing/AccountSeeder.sol).</summary>
    public static byte[] SeedCall(IReadOnlyList<Account> accounts) =>
        new AbiWriter().DynamicArray(accounts, (element, account) => element
                .Word(account.IsIsolated)
                .Word(account.IsIsolated ? account.Legs[0].Market : 0UL)
                .Word(account.Deposit)
                .StaticArray(account.Legs, (item, leg) => item.Word((ulong)leg.Market).Word(leg.Size)))
            .ToCall(Signatures.Seed);

    private static UInt256 Wads(ulong whole) => (UInt256)whole * 1_000_000_000_000_000_000UL;
}
