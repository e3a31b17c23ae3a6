using Keeper.Core.Primitives;

namespace Keeper.Protocols.Declared.Terms;

/// <summary>What rewards are paid in.</summary>
/// <param name="UnitsPerUsd">The token's smallest units in one dollar; counts without <paramref name="Feed"/>.</param>
/// <param name="Feed">Whose answer, with <paramref name="FeedDecimals"/>, says what one token is worth.</param>
internal sealed record RewardTerms(Address Token, int Decimals, string? Symbol, UInt256 UnitsPerUsd, Address? Feed, int FeedDecimals);
