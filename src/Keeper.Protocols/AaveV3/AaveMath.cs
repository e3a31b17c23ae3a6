using Keeper.Core.Primitives;

namespace Keeper.Protocols.AaveV3;

/// <summary>The formulas of the pool with their roundings: WadRayMath, PercentageMath, MathUtils, TokenMath. Every product that the contract checks throws beyond 256 bits.</summary>
internal static class AaveMath
{
    public static readonly UInt256 Wad = 1_000_000_000_000_000_000UL;
    public static readonly UInt256 Ray = Wad * 1_000_000_000UL;
    public static readonly UInt256 Percent = 10_000UL;
    private static readonly UInt256 Year = 31_536_000UL;

    public static UInt256 RayMulHalfUp(UInt256 a, UInt256 b) => (a * b + (Ray >> 1)) / Ray;
    public static UInt256 RayDivHalfUp(UInt256 a, UInt256 b) => (a * Ray + (b >> 1)) / b;
    public static UInt256 PercentMulHalfUp(UInt256 value, UInt256 share) => (value * share + (Percent >> 1)) / Percent;
    public static UInt256 PercentDivHalfUp(UInt256 value, UInt256 share) => (value * Percent + (share >> 1)) / share;
    public static UInt256 WadDivHalfUp(UInt256 a, UInt256 b) => (a * Wad + (b >> 1)) / b;
    public static UInt256 MulDivDown(UInt256 a, UInt256 b, UInt256 divisor) => a * b / divisor;
    public static UInt256 MulDivUp(UInt256 a, UInt256 b, UInt256 divisor) => UInt256.DivUp(a * b, divisor);

    /// <summary>10 to the power of a token's decimals; none has more than 255, and beyond 77 nothing can be reckoned.</summary>
    public static UInt256 Unit(int decimals)
    {
        var unit = UInt256.One;
        for (; decimals > 0; decimals--) unit *= 10UL;
        return unit;
    }

    /// <summary><c>calculateLinearInterest</c>, at 1e27.</summary>
    public static UInt256 Linear(UInt256 rate, ulong seconds) => Ray + rate * seconds / Year;

    /// <summary><c>calculateCompoundedInterest</c> at 1e27: from 3.4 on.</summary>
    public static UInt256 Compounded(UInt256 rate, ulong seconds)
    {
        if (seconds == 0) return Ray;
        var x = rate * seconds / Year;
        return Ray + x + RayMulHalfUp(x, x / 2UL + RayMulHalfUp(x, x / 6UL));
    }

    /// <summary>The same in 3.0, with powers of the rate that are cut off.</summary>
    public static UInt256 CompoundedFirst(UInt256 rate, ulong seconds)
    {
        if (seconds == 0) return Ray;
        var (minusOne, minusTwo) = ((UInt256)(seconds - 1), (UInt256)(seconds > 2 ? seconds - 2 : 0));
        var squared = RayMulHalfUp(rate, rate) / (Year * Year);
        var cubed = RayMulHalfUp(squared, rate) / Year;
        return Ray + rate * seconds / Year + seconds * minusOne * squared / 2UL + seconds * minusOne * minusTwo * cubed / 6UL;
    }
}
