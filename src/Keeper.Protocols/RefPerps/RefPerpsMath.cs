using Keeper.Core.Primitives;

namespace Keeper.Protocols.RefPerps;

/// <summary>
/// The formulas of <c>contracts/src/refperps/RefPerpsMath.sol</c>, in its order and with its roundings (SPEC.md, sections 2 to 7).
/// USD, sizes and prices are scaled by 1e18, ratios by 1e6.
/// </summary>
internal static class RefPerpsMath
{
    public static readonly UInt256 Wad = 1_000_000_000_000_000_000UL;
    public static readonly UInt256 Ppm = 1_000_000UL;
    private static readonly Int256 SignedWad = 1_000_000_000_000_000_000L;
    private static readonly Int256 SignedPpm = 1_000_000L;
    private static readonly UInt256 DayWad = Wad * 86_400UL;

    /// <summary>Prices stay below this, else the contract refuses them.</summary>
    public static readonly UInt256 PriceLimit = UInt256.One << 96;

    /// <summary>PREM.</summary>
    public static Int256 Premium(Int256 skew, UInt256 skewScale, Int256 cap) =>
        Int256.Clamp(Int256.MulDivTrunc(skew, SignedWad, skewScale), -cap, cap);

    /// <summary>MARK. The cap is at most one half, so the factor is positive.</summary>
    public static UInt256 MarkDown(UInt256 price, Int256 premium) => UInt256.MulDivDown(price, (UInt256)(SignedWad + premium), Wad);

    /// <summary>INDEX: funding accrued over <paramref name="elapsed"/> seconds at one price.</summary>
    public static Int256 FundingIndex(Int256 index, Int256 rate, UInt256 price, ulong elapsed) =>
        index + Int256.MulDivTrunc(rate * (Int256)price, (Int256)(UInt256)elapsed, DayWad);

    /// <summary>uPnL at the mark.</summary>
    public static Int256 UnrealisedTrunc(Int256 size, UInt256 mark, Int256 entryNotional) => ValueTrunc(size, mark) - entryNotional;

    /// <summary>What the premium adds to the value of a position where it is in its favour: I asks for it, R does not.</summary>
    public static UInt256 PremiumCredit(Int256 size, UInt256 mark, UInt256 price)
    {
        var credit = ValueTrunc(size, mark) - ValueTrunc(size, price);
        return credit.IsNegative ? UInt256.Zero : credit.Abs;
    }

    /// <summary>fund: what the position has to receive, or to pay where negative.</summary>
    public static Int256 FundingTrunc(Int256 size, Int256 index, Int256 entryFunding) => -Int256.MulDivTrunc(size, index - entryFunding, Wad);

    /// <summary>N.</summary>
    public static UInt256 NotionalUp(UInt256 absoluteSize, UInt256 price) => UInt256.MulDivUp(absoluteSize, price, Wad);

    /// <summary>LF, and every other fee that is a share of an amount.</summary>
    public static UInt256 ShareUp(UInt256 amount, UInt256 ppm) => UInt256.MulDivUp(amount, ppm, Ppm);

    /// <summary>The term by which a debt raises R and I.</summary>
    public static UInt256 DebtUp(Int256 quote, UInt256 debtPpm) => quote.IsNegative ? ShareUp(quote.Abs, debtPpm) : UInt256.Zero;

    /// <summary><c>trunc(size * price / WAD)</c>.</summary>
    public static Int256 ValueTrunc(Int256 size, UInt256 price) => Int256.MulDivTrunc(size, (Int256)price, Wad);

    /// <summary>The basis that stays with what remains: the one rounding of a split.</summary>
    public static Int256 RemainingBasisTrunc(Int256 entryNotional, UInt256 remaining, UInt256 absoluteSize) =>
        Int256.MulDivTrunc(entryNotional, (Int256)remaining, absoluteSize);

    /// <summary>Whether the account is liquidated in full: <c>E * 1e6 &lt; R * partialFloorPpm</c>.</summary>
    public static bool IsFull(Int256 equity, UInt256 requirement, UInt256 partialFloorPpm) =>
        equity * SignedPpm < (Int256)(requirement * partialFloorPpm);

    /// <summary>The comparison inside OK(x): <c>E' * 1e6 >= R' * (1e6 + bufferPpm)</c>.</summary>
    public static bool IsRestored(Int256 equity, UInt256 requirement, UInt256 bufferPpm) =>
        equity * SignedPpm >= (Int256)(requirement * (Ppm + bufferPpm));

    /// <summary>What the account pays for a close: never more than it has.</summary>
    public static UInt256 Penalty(UInt256 closed, UInt256 price, UInt256 liqFeePpm, Int256 equity) =>
        UInt256.Min(ShareUp(NotionalUp(closed, price), liqFeePpm), equity.IsNegative ? UInt256.Zero : equity.Abs);

    /// <summary>What the keeper gets of it, its share rounded down.</summary>
    public static UInt256 Reward(UInt256 penalty, UInt256 keeperSharePpm, UInt256 stipend, UInt256 insuranceFund, UInt256 keeperCap, UInt256 cash)
    {
        var reward = UInt256.MulDivDown(penalty, keeperSharePpm, Ppm) + UInt256.Min(stipend, insuranceFund);
        return UInt256.Min(UInt256.Min(reward, keeperCap), cash);
    }
}
