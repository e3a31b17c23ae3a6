using Keeper.Core.Primitives;

namespace Keeper.Protocols.Capital;

/// <summary>How one liquidation is paid for: <c>Terms</c> of contracts/src/capital/ICollateralLiquidator.sol.</summary>
/// <param name="Swapper">The zero address where nothing is sold.</param>
/// <param name="MinProfit">In the debt token's smallest unit, after the loan's premium and the sale.</param>
public sealed record CapitalTerms(CapitalFunding Funding, Address Swapper, ReadOnlyMemory<byte> Route, UInt256 MinProfit);
