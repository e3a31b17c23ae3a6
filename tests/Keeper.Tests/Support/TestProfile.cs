using Keeper.Core.Chain;
using Keeper.Core.Primitives;

namespace Keeper.Tests.Support;

/// <summary>Chains that exist in tests only.</summary>
internal static class TestProfile
{
    /// <summary>Polled every 100 ms where nothing announces heads.</summary>
    public static ChainProfile Fast { get; } = new() { ChainId = 31337, Name = "test", BlockTime = TimeSpan.FromMilliseconds(400), NativePriceWorstCase = Usd.Whole(10_000) };

    /// <summary>Too slow for polling to explain anything a test sees.</summary>
    public static ChainProfile Slow { get; } = Fast with { BlockTime = TimeSpan.FromSeconds(60) };
}
