using Keeper.Core.Primitives;

namespace Keeper.Protocols.Declared;

/// <summary>An event that names accounts, as configuration writes it.</summary>
/// <param name="Event">Its signature with names and <c>indexed</c>.</param>
/// <param name="Contract">Who emits it; null for the protocol's contract.</param>
/// <param name="Account">The name of the argument that is the account.</param>
/// <param name="Liquidator">The name of the argument that says who liquidated it; null where it tells of no liquidation.</param>
public sealed record EventText(string Event, Address? Contract, string Account, string? Liquidator, TermFault Fail);
