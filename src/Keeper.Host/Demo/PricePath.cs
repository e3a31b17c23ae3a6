namespace Keeper.Host.Demo;

/// <summary>Prices by round: drift, drop, spike, recovery, crash, calm. Pure: the seed decides.</summary>
internal static class PricePath
{
    private static readonly (string Phase, int Rounds, int MeanPpm, int SpreadPpm)[] Phases =
    [
        ("drift", 6, 0, 2_500),
        ("drop", 5, -12_000, 4_000),
        ("spike", 4, 25_000, 6_000),
        ("recovery", 4, -6_000, 3_000),
        ("crash", 6, -30_000, 8_000),
        ("calm", 3, 0, 2_000),
    ];

    public static int RoundCount => Phases.Sum(phase => phase.Rounds);

    /// <summary>One entry a round: the phase's name and the price of each asset, with the feed's decimals.</summary>
    public static IEnumerable<(string Phase, long[] Prices)> Rounds(int seed)
    {
        var random = new Random(seed);
        var prices = DemoAsset.All.Select(asset => asset.StartPrice).ToArray();
        foreach (var (phase, rounds, mean, spread) in Phases)
        {
            for (var round = 0; round < rounds; round++)
            {
                for (var i = 0; i < prices.Length; i++) prices[i] += prices[i] / 1_000_000 * (mean + random.Next(-spread, spread + 1));
                yield return (phase, [.. prices]);
            }
        }
    }
}
