using Keeper.Core.Primitives;

namespace Keeper.Core.Protocol;

/// <summary>A function that plans call: what the executor's owner must allow.</summary>
/// <param name="Target">The protocol's contract, or one that deals with it on the executor's behalf.</param>
/// <param name="Selector">The first four bytes of the signature's Keccak-256.</param>
/// <param name="Signature">As a person writes it: <c>close(uint256)</c>.</param>
public readonly record struct CallableFunction(Address Target, uint Selector, string Signature);
