using Keeper.Core.Primitives;

namespace Keeper.Protocols.AaveV3;

/// <summary>One debt of an account that is paid for one of its collaterals.</summary>
/// <param name="Supply">The collateral's balance, in the asset's smallest unit.</param>
/// <param name="Owed">The debt, in the asset's smallest unit.</param>
/// <param name="CollateralPrice">USD at 1e8; in 3.0 that of the account's e-mode where it has one.</param>
/// <param name="DebtPrice">As <paramref name="CollateralPrice"/>.</param>
/// <param name="Bonus">In hundredths of a percent, 10,500 for five percent.</param>
internal readonly record struct LiquidationPair(
    ReserveQuote Collateral, ReserveQuote Debt, UInt256 Supply, UInt256 Owed, UInt256 CollateralPrice, UInt256 DebtPrice, UInt256 Bonus);
