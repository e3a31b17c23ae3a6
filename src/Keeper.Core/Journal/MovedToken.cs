using Keeper.Core.Primitives;

namespace Keeper.Core.Journal;

/// <summary>
/// What a transaction moved of one token between our contracts and anybody else, by the token's own events: loans and what was bought and sold in between as well, so that only the
/// difference stays. What reached the treasury is among what came in. What was not known is null, and never made up.
/// </summary>
/// <param name="In">In the token's smallest unit.</param>
/// <param name="Out">Such as debt that was repaid.</param>
/// <param name="Symbol">As the contract calls itself: text of others, already without what drives a terminal.</param>
/// <param name="ValueIn">At the price that the keeper had when it settled the transaction.</param>
/// <param name="ValueOut">At that price, too.</param>
/// <param name="PriceSource">Where that price is from.</param>
public sealed record MovedToken(Address Token, UInt256 In, UInt256 Out, string? Symbol, int? Decimals, Usd? ValueIn, Usd? ValueOut, string? PriceSource);
