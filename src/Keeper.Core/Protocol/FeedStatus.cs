using Keeper.Core.Primitives;

namespace Keeper.Core.Protocol;

/// <summary>What an operator is told of a price that a protocol depends on.</summary>
/// <param name="Name">Names it within its protocol, from configuration or by its market: one of a few, never by an account.</param>
/// <param name="Answer">As the feed gives it, in its own scale.</param>
/// <param name="UpdatedAt">Seconds; null where its age says nothing (a status that holds for months).</param>
/// <param name="MaxAge">Seconds, by the protocol's own rule; null where it has none.</param>
/// <param name="Fault">What the contract would say of it in a block at the time asked for.</param>
public readonly record struct FeedStatus(string Name, Int256 Answer, ulong? UpdatedAt, ulong? MaxAge, PriceFault Fault);
