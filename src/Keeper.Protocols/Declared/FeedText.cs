using Keeper.Core.Primitives;

namespace Keeper.Protocols.Declared;

/// <summary>A price that verdicts depend on: an update of it makes the keeper ask at once.</summary>
/// <param name="Name">For an operator and metrics.</param>
/// <param name="Proxy">Chainlink-shaped.</param>
/// <param name="MaxAge">Seconds after which the protocol would refuse it; null where it has no rule. It is told, nothing is decided by it.</param>
public sealed record FeedText(string Name, Address Proxy, ulong? MaxAge);
