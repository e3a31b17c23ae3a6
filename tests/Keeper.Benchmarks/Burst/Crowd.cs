using Keeper.Core.Primitives;
using Keeper.Host.Demo;
using Keeper.Host.Demo.RefPerps;

namespace Keeper.Benchmarks.Burst;

/// <summary>Accounts of one kind, all of which one update puts under water: isolated and long, just above what opening needs.</summary>
internal static class Crowd
{
    private const ulong Wad = 1_000_000_000_000_000_000;

    /// <summary>Dollars an account. Small against the depth of the markets, so that ten thousand liquidations hardly move a mark.</summary>
    private const ulong Notional = 600;

    /// <summary>Dollars: the initial margin of 1 %, the taker's fee, and a little.</summary>
    private const ulong Deposit = 7;

    public static IReadOnlyList<Population.Account> Of(int count)
    {
        var markets = DemoMarket.All;
        return [.. Enumerable.Range(0, count).Select(i => One(i % markets.Count))];

        Population.Account One(int market)
        {
            var size = UInt256.MulDivDown((UInt256)Notional * Wad, 100_000_000UL, (UInt256)(ulong)markets[market].StartPrice);
            return new(IsIsolated: true, (UInt256)Deposit * Wad, [new((uint)market + 1, (Int256)(size - size % markets[market].Lot))]);
        }
    }
}
