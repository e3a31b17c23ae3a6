using Keeper.Core.Chain;
using Keeper.Core.Primitives;

namespace Keeper.Conformance.Chain.Faults;

/// <summary>Chains that exist in tests only.</summary>
internal static class TestProfiles
{
    /// <summary>Polled several times a second where nothing announces heads; silence is noticed after some seconds.</summary>
    public static ChainProfile Fast { get; } = new() { ChainId = 31337, Name = "test", BlockTime = TimeSpan.FromMilliseconds(400), NativePriceWorstCase = Usd.Whole(10_000) };

    /// <summary>Too slow for polling to explain anything that a test sees.</summary>
    public static ChainProfile Slow { get; } = Fast with { BlockTime = TimeSpan.FromMinutes(10) };
}
