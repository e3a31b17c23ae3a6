using Keeper.Core.Primitives;

namespace Keeper.Protocols.AaveV3;

/// <summary>A reserve as the pool would reckon with it in a block at a time.</summary>
/// <param name="Price">USD at 1e8; null where it is not known or the oracle would revert.</param>
/// <param name="Unit">10 to the power of the asset's decimals.</param>
/// <param name="LiquidityIndex">Accrued, at 1e27.</param>
/// <param name="DebtIndex">Accrued, at 1e27.</param>
/// <param name="IsOpen">Neither inactive, nor paused, nor in its grace period.</param>
internal readonly record struct ReserveQuote(int Id, UInt256? Price, UInt256 Unit, UInt256 LiquidityIndex, UInt256 DebtIndex, ReserveTerms Terms, bool IsOpen)
{
    /// <summary>Of what was not read yet, nothing can be said.</summary>
    public bool IsKnown => !Unit.IsZero;

    /// <summary><c>getNormalizedIncome</c> and <c>getNormalizedDebt</c> at the time.</summary>
    public static ReserveQuote Of(Profile profile, in ReserveRow row, UInt256? price, ulong timestamp)
    {
        if (!row.Known || row.AToken.IsZero) return default;
        var seconds = timestamp > row.UpdatedAt ? timestamp - row.UpdatedAt : 0;
        return new(
            row.Id, price, AaveMath.Unit(row.Terms.Decimals),
            AaveMath.RayMulHalfUp(AaveMath.Linear(row.LiquidityRate, seconds), row.LiquidityIndex),
            AaveMath.RayMulHalfUp(profile.IsFirst ? AaveMath.CompoundedFirst(row.DebtRate, seconds) : AaveMath.Compounded(row.DebtRate, seconds), row.DebtIndex),
            row.Terms,
            row.Terms.IsActive && !row.Terms.IsPaused && (profile.IsFirst || row.GraceUntil < timestamp));
    }
}
