using Keeper.Core.Mirror;
using Keeper.Core.Primitives;

namespace Keeper.Protocols.AaveV3;

/// <summary>
/// The scaled balance behind a <c>Mint</c> or <c>Burn</c>, which tell balances (ScaledBalanceTokenBase). From 3.5 on the event has the difference of two
/// balances, and the scaled balance of the second is the only one that gives it, since an index is never below one. Before, it has the amount that was scaled.
/// </summary>
internal static class ScaledBalance
{
    /// <exception cref="MirrorException">The pool's revision was not read yet.</exception>
    /// <returns>Null where more was burned than the mirror holds.</returns>
    public static UInt256? After(Profile? profile, bool isDebt, UInt256 before, BalanceChanged e, bool isMint)
    {
        if (profile is null) throw new MirrorException("A balance changed before the pool's revision was read.");
        if (profile.IsFirst) return First(before, e, isMint);
        var balance = isDebt ? AaveMath.MulDivUp(before, e.Index, AaveMath.Ray) : AaveMath.MulDivDown(before, e.Index, AaveMath.Ray);
        var (added, taken) = isMint ? (e.Value, e.Increase) : (UInt256.Zero, e.Increase + e.Value);
        if (Less(balance + added, taken) is not { } next) return null;
        return isDebt ? AaveMath.MulDivDown(next, AaveMath.Ray, e.Index) : AaveMath.MulDivUp(next, AaveMath.Ray, e.Index);
    }

    /// <summary>A burn of less than has accrued is told as a mint of the rest.</summary>
    private static UInt256? First(UInt256 before, BalanceChanged e, bool isMint)
    {
        if (!isMint) return Less(before, AaveMath.RayDivHalfUp(e.Value + e.Increase, e.Index));
        return e.Value >= e.Increase ? before + AaveMath.RayDivHalfUp(e.Value - e.Increase, e.Index) : Less(before, AaveMath.RayDivHalfUp(e.Increase - e.Value, e.Index));
    }

    private static UInt256? Less(UInt256 from, UInt256 taken) => from >= taken ? from - taken : null;
}
