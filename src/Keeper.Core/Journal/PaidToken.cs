using Keeper.Core.Primitives;

namespace Keeper.Core.Journal;

/// <summary>What a transaction brought the treasury of one token. What was not known is null, and never made up.</summary>
/// <param name="Amount">In the token's smallest unit, by the executor's event.</param>
/// <param name="Symbol">As the contract calls itself: text of others, already without what drives a terminal.</param>
/// <param name="Value">The amount at the price that the keeper had when it settled the transaction.</param>
/// <param name="PriceSource">Where that price is from.</param>
public sealed record PaidToken(Address Token, UInt256 Amount, string? Symbol, int? Decimals, Usd? Value, string? PriceSource);
