using Keeper.Core.Primitives;

namespace Keeper.Protocols.MorphoBlue;

/// <summary>
/// <c>SharesMathLib</c> and <c>MathLib</c> of morpho-blue 1.0.0. A product is checked at 256 bits before it is divided, as there: where the contract reverts,
/// <see cref="OverflowException"/>.
/// </summary>
internal static class MorphoMath
{
    public static readonly UInt256 Wad = 1_000_000_000_000_000_000UL;

    /// <summary>Of <c>price()</c>.</summary>
    public static readonly UInt256 PriceScale = UInt256.Parse("1000000000000000000000000000000000000");

    private static readonly UInt256 VirtualShares = 1_000_000UL;
    private static readonly UInt256 Cursor = 300_000_000_000_000_000UL;
    private static readonly UInt256 MaxIncentive = 1_150_000_000_000_000_000UL;

    public static UInt256 MulDivDown(UInt256 x, UInt256 y, UInt256 d) => x * y / d;
    public static UInt256 MulDivUp(UInt256 x, UInt256 y, UInt256 d) => (x * y + (d - UInt256.One)) / d;

    public static UInt256 ToAssetsUp(UInt256 shares, UInt256 totalAssets, UInt256 totalShares) => MulDivUp(shares, totalAssets + UInt256.One, totalShares + VirtualShares);
    public static UInt256 ToAssetsDown(UInt256 shares, UInt256 totalAssets, UInt256 totalShares) => MulDivDown(shares, totalAssets + UInt256.One, totalShares + VirtualShares);
    public static UInt256 ToSharesUp(UInt256 assets, UInt256 totalAssets, UInt256 totalShares) => MulDivUp(assets, totalShares + VirtualShares, totalAssets + UInt256.One);
    public static UInt256 ToSharesDown(UInt256 assets, UInt256 totalAssets, UInt256 totalShares) => MulDivDown(assets, totalShares + VirtualShares, totalAssets + UInt256.One);

    /// <summary>Three terms of e^(rate * seconds) - 1, at 1e18.</summary>
    public static UInt256 Compounded(UInt256 rate, ulong seconds)
    {
        var first = rate * seconds;
        var second = MulDivDown(first, first, Wad * 2UL);
        return first + second + MulDivDown(second, first, Wad * 3UL);
    }

    /// <summary>What a liquidator gets for one repaid, at 1e18: <c>min(1.15, 1 / (1 - 0.3 * (1 - lltv)))</c>.</summary>
    public static UInt256 Incentive(UInt256 lltv) => UInt256.Min(MaxIncentive, MulDivDown(Wad, Wad, Wad - MulDivDown(Cursor, Wad - lltv, Wad)));

    public static UInt256 ZeroFloorSub(UInt256 x, UInt256 y) => x > y ? x - y : UInt256.Zero;

    /// <exception cref="OverflowException">More than 128 bits, which the contract refuses to store.</exception>
    public static UInt256 ToUInt128(UInt256 value) => value.BitLength <= 128 ? value : throw new OverflowException("The value exceeds 128 bits.");
}
