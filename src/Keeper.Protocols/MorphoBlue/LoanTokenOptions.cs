using Keeper.Core.Primitives;

namespace Keeper.Protocols.MorphoBlue;

/// <summary>A token that markets lend, and where its price in dollars is from: profit is reckoned with it, no account is judged by it.</summary>
/// <param name="UsdFeed">A Chainlink-shaped feed of the token in dollars; null where <paramref name="Usd"/> is set.</param>
/// <param name="Usd">A fixed value of one whole token, in dollars at 1e18, of a stablecoin that the operator trusts; above 0. Null where there is a feed.</param>
/// <param name="MaxRepay">The most that one liquidation repays, in whole tokens at 1e18; null takes all that the contract allows.</param>
public sealed record LoanTokenOptions(Address Token, Address? UsdFeed, UInt256? Usd, UInt256? MaxRepay);
