using Keeper.Core.Primitives;

namespace Keeper.Protocols.MorphoBlue;

/// <summary>
/// The rate of an AdaptiveCurveIRM (morpho-blue-irm, <c>AdaptiveCurveIrm._borrowRate</c> and <c>ExpLib.wExp</c>): a curve over the utilisation whose height moves with time
/// as long as the utilisation is off its target. Signed integers at 1e18, divisions toward zero.
/// </summary>
internal static class AdaptiveCurve
{
    private const long Year = 31_536_000;

    private static readonly Int256 Wad = 1_000_000_000_000_000_000L;
    private static readonly Int256 Target = 900_000_000_000_000_000L;
    private static readonly Int256 Speed = (Int256)50L * Wad / Year;
    private static readonly Int256 InitialRate = (Int256)40_000_000_000_000_000L / Year;
    private static readonly Int256 LeastRate = (Int256)1_000_000_000_000_000L / Year;
    private static readonly Int256 MostRate = (Int256)2_000_000_000_000_000_000L / Year;
    private static readonly Int256 SlopeAbove = (Int256)3L * Wad;
    private static readonly Int256 SlopeBelow = 750_000_000_000_000_000L;

    private static readonly Int256 Ln2 = 693_147_180_559_945_309L;
    private static readonly Int256 LeastExponent = -(Int256)UInt256.Parse("41446531673892822312");
    private static readonly Int256 MostExponent = (Int256)UInt256.Parse("93859467695000404319");
    private static readonly Int256 MostPower = (Int256)UInt256.Parse("57716089161558943949701069502944508345128422502756744429568");

    /// <param name="rateAtTarget">Since the last update; zero of a market that the model was never asked about.</param>
    /// <param name="seconds">Since the last update.</param>
    /// <returns>The average rate over that time, and the rate at target at its end.</returns>
    public static (UInt256 Average, UInt256 RateAtTarget) After(UInt256 rateAtTarget, UInt256 borrowAssets, UInt256 supplyAssets, ulong seconds)
    {
        var utilisation = supplyAssets.IsZero ? Int256.Zero : (Int256)MorphoMath.MulDivDown(borrowAssets, MorphoMath.Wad, supplyAssets);
        var error = (utilisation - Target) * Wad / (utilisation > Target ? Wad - Target : Target);
        var start = (Int256)rateAtTarget;
        var (average, end) = start.IsZero ? (InitialRate, InitialRate) : Move(start, Times(Speed, error) * (Int256)(UInt256)seconds);
        var height = Times(error.IsNegative ? SlopeBelow : SlopeAbove, error) + Wad;
        return ((UInt256)Times(height, average), (UInt256)end);
    }

    private static (Int256 Average, Int256 End) Move(Int256 start, Int256 adaptation)
    {
        if (adaptation.IsZero) return (start, start);
        var (middle, end) = (Moved(start, adaptation / 2L), Moved(start, adaptation));
        return ((start + end + (Int256)2L * middle) / 4L, end);
    }

    private static Int256 Moved(Int256 start, Int256 adaptation) => Int256.Clamp(Times(start, Exp(adaptation)), LeastRate, MostRate);

    /// <summary>e^x by a polynomial of the second order around the nearest multiple of ln 2, ties toward zero.</summary>
    internal static Int256 Exp(Int256 x)
    {
        if (x < LeastExponent) return Int256.Zero;
        if (x >= MostExponent) return MostPower;
        var half = Ln2 / 2L;
        var doublings = (int)(long)((x.IsNegative ? x - half : x + half) / Ln2);
        var rest = x - doublings * Ln2;
        var power = (Wad + rest + rest * rest / Wad / 2L).Abs;
        return (Int256)(doublings >= 0 ? power << doublings : power >> -doublings);
    }

    private static Int256 Times(Int256 a, Int256 b) => a * b / Wad;
}
