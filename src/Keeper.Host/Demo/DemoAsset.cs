namespace Keeper.Host.Demo;

/// <summary>What the demo has a price of.</summary>
/// <param name="Symbol">In ASCII letters.</param>
/// <param name="StartPrice">US dollars with the feed's 8 decimals.</param>
internal sealed record DemoAsset(string Symbol, long StartPrice)
{
    /// <summary>The decimals of every feed here, as Chainlink's dollar feeds have them.</summary>
    public const int FeedDecimals = 8;

    /// <summary>The first is the chain's own coin.</summary>
    public static IReadOnlyList<DemoAsset> All { get; } = [new("ETH", 3_000_00000000), new("BTC", 60_000_00000000), new("SOL", 150_00000000)];
}
