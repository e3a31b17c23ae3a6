using Keeper.Core.Primitives;

namespace Keeper.Protocols.RefPerps;

/// <summary>What <c>accountHealth</c> of the contract returns, in USD at 1e18.</summary>
/// <param name="Equity">E.</param>
/// <param name="Maintenance">R: below it the account can be liquidated.</param>
/// <param name="Initial">I: what a new risk needs.</param>
public readonly record struct AccountHealth(Int256 Equity, UInt256 Maintenance, UInt256 Initial);
