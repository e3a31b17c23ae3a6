using Keeper.Core.Primitives;

namespace Keeper.Protocols.AaveV3;

/// <summary>What a call of <c>liquidationCall</c> does, in the pool's integers (LiquidationLogic.sol).</summary>
/// <param name="Covered">Of the debt asset, paid by the liquidator.</param>
/// <param name="Seized">Of the collateral asset, given to the liquidator.</param>
/// <param name="Fee">Of the collateral asset, given to the treasury.</param>
/// <param name="LeavesDust">The pool refuses: it would leave too little of both.</param>
internal readonly record struct Liquidation(UInt256 Covered, UInt256 Seized, UInt256 Fee, bool LeavesDust)
{
    private static readonly UInt256 FullCloseBelow = 2_000UL * 100_000_000UL;
    private static readonly UInt256 LeastLeft = 1_000UL * 100_000_000UL;
    private static readonly UInt256 CloseFactor = 5_000UL;
    private static readonly UInt256 CloseFactorAbove = AaveMath.Wad / 100UL * 95UL;

    public static bool IsSeizable(Profile profile, in BalanceRow balance, in ReserveQuote quote) =>
        balance.IsCollateral && !balance.Supply.IsZero && !(profile.NeedsThreshold && quote.Terms.Threshold.IsZero);

    /// <param name="debtToCover">What the liquidator offers; 2^256 - 1 for all that is allowed.</param>
    public static Liquidation Of(Profile profile, in LiquidationPair pair, in AccountData data, UInt256 debtToCover)
    {
        var most = MostCovered(profile, pair, data);
        var covered = debtToCover > most ? most : debtToCover;
        var (collateral, debt, bonus) = (pair.Collateral, pair.Debt, pair.Bonus);
        var paidFor = pair.DebtPrice * covered * collateral.Unit / (pair.CollateralPrice * debt.Unit);
        var seized = profile.IsFloored ? AaveMath.MulDivDown(paidFor, bonus, AaveMath.Percent) : AaveMath.PercentMulHalfUp(paidFor, bonus);
        if (seized > pair.Supply)
        {
            seized = pair.Supply;
            var value = pair.CollateralPrice * seized * debt.Unit / (pair.DebtPrice * collateral.Unit);
            covered = profile.IsFirst ? AaveMath.PercentDivHalfUp(value, bonus) : AaveMath.MulDivUp(value, AaveMath.Percent, bonus);
        }
        var fee = UInt256.Zero;
        if (!collateral.Terms.ProtocolFee.IsZero)
        {
            var gained = seized - (profile.IsFloored ? AaveMath.MulDivDown(seized, AaveMath.Percent, bonus) : AaveMath.PercentDivHalfUp(seized, bonus));
            fee = profile.IsFloored ? AaveMath.MulDivUp(gained, collateral.Terms.ProtocolFee, AaveMath.Percent) : AaveMath.PercentMulHalfUp(gained, collateral.Terms.ProtocolFee);
            seized -= fee;
        }
        return new(covered, seized, fee, !profile.IsFirst && LeavesTooLittle(pair, covered, seized + fee));
    }

    /// <summary>The most that the pool takes, the collateral apart: all, or half while the account is near the threshold.</summary>
    private static UInt256 MostCovered(Profile profile, in LiquidationPair pair, in AccountData data)
    {
        if (profile.IsFirst) return data.HealthFactor > CloseFactorAbove ? AaveMath.PercentMulHalfUp(pair.Owed, CloseFactor) : pair.Owed;
        var owed = AaveMath.MulDivUp(pair.Owed, pair.DebtPrice, pair.Debt.Unit);
        var supplied = AaveMath.MulDivDown(pair.Supply, pair.CollateralPrice, pair.Collateral.Unit);
        if (supplied < FullCloseBelow || owed < FullCloseBelow || data.HealthFactor <= CloseFactorAbove) return pair.Owed;
        var half = AaveMath.PercentMulHalfUp(data.Debt, CloseFactor);
        return owed > half ? AaveMath.MulDivDown(half, pair.Debt.Unit, pair.DebtPrice) : pair.Owed;
    }

    private static bool LeavesTooLittle(in LiquidationPair pair, UInt256 covered, UInt256 taken) =>
        covered < pair.Owed && taken < pair.Supply
        && (AaveMath.MulDivUp(pair.Owed - covered, pair.DebtPrice, pair.Debt.Unit) < LeastLeft
            || AaveMath.MulDivDown(pair.Supply - taken, pair.CollateralPrice, pair.Collateral.Unit) < LeastLeft);
}
