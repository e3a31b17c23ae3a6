using Keeper.Core.Primitives;

namespace Keeper.Protocols.Declared;

/// <summary>What rewards are paid in, as configuration writes it.</summary>
/// <param name="Usd">What one whole token is worth, at 1e18; null where a feed says.</param>
/// <param name="Feed">A Chainlink-shaped proxy of the token's price in US dollars; null where <paramref name="Usd"/> says.</param>
/// <param name="FeedDecimals">Of its answer.</param>
public sealed record RewardText(Address Token, int Decimals, string? Symbol, UInt256? Usd, Address? Feed, int FeedDecimals, TermFault Fail);
