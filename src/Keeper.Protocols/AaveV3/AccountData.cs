using Keeper.Core.Primitives;

namespace Keeper.Protocols.AaveV3;

/// <summary>What <c>calculateUserAccountData</c> of GenericLogic returns.</summary>
/// <param name="Collateral">USD at 1e8.</param>
/// <param name="Debt">USD at 1e8.</param>
/// <param name="Threshold">The average liquidation threshold, in hundredths of a percent.</param>
/// <param name="HealthFactor">At 1e18; 2^256 - 1 where nothing is owed.</param>
/// <param name="Weighted">The collateral by its thresholds, USD at 1e12.</param>
public readonly record struct AccountData(UInt256 Collateral, UInt256 Debt, UInt256 Threshold, UInt256 HealthFactor, UInt256 Weighted);
