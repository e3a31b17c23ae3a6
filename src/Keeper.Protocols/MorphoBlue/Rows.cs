using Keeper.Core.Primitives;

namespace Keeper.Protocols.MorphoBlue;

/// <param name="Market">Row of the market.</param>
internal readonly record struct PositionKey(int Market, Address Borrower);

/// <summary>What <c>position(id, borrower)</c> stores, supplied shares apart: nothing is liquidated of those.</summary>
internal readonly record struct PositionRow(int Market, UInt256 BorrowShares, UInt256 Collateral);

/// <summary>Where a market's rate comes from.</summary>
internal enum RateSource : byte
{
    /// <summary>Its interest rate model was not asked yet.</summary>
    Untold,

    /// <summary>There is none: nothing accrues.</summary>
    None,

    /// <summary>An AdaptiveCurveIRM: reckoned here from the rate at target, which its log tells.</summary>
    AdaptiveCurve,

    /// <summary>Another: <c>borrowRateView</c> is asked in every block, and after each log that changes what it depends on.</summary>
    Polled,
}

/// <summary>What <c>market(id)</c> stores, and what accrues on it.</summary>
/// <param name="Revision">Given anew with every write and never twice, so that equal revisions mean equal rows, across undo too.</param>
/// <param name="Params">Null until they were told or read.</param>
/// <param name="LastUpdate">Seconds; 0 while it is not known: logs of history do not tell it.</param>
/// <param name="Fee">At 1e18, of the interest.</param>
/// <param name="RateKnown">Whether <paramref name="Rate"/> is that of this state.</param>
/// <param name="Rate">A second, at 1e18: of an AdaptiveCurveIRM the rate at target since the last update, else the average since then.</param>
internal readonly record struct MarketRow(
    long Revision,
    MarketParams? Params,
    UInt256 SupplyAssets,
    UInt256 SupplyShares,
    UInt256 BorrowAssets,
    UInt256 BorrowShares,
    ulong LastUpdate,
    UInt256 Fee,
    RateSource RateSource,
    bool RateKnown,
    UInt256 Rate);
