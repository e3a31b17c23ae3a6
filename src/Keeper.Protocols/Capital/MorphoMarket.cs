using Keeper.Core.Primitives;

namespace Keeper.Protocols.Capital;

/// <summary>The five values that name an isolated market: <c>MarketParams</c> of morpho-org/morpho-blue, src/interfaces/IMorpho.sol.</summary>
/// <param name="Lltv">Scaled by 1e18.</param>
public readonly record struct MorphoMarket(Address LoanToken, Address CollateralToken, Address Oracle, Address Irm, UInt256 Lltv);
