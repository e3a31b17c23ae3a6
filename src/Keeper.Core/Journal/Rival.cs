using Keeper.Core.Primitives;

namespace Keeper.Core.Journal;

/// <summary>Who liquidated what we would have.</summary>
/// <param name="PricePerGas">What each unit of its gas cost; null where its receipt could not be had.</param>
public sealed record Rival(Address Liquidator, ulong BlockNumber, Hash32 Transaction, Wei? PricePerGas);
