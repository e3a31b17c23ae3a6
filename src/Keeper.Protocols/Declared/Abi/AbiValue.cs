using Keeper.Core.Primitives;

namespace Keeper.Protocols.Declared.Abi;

/// <summary>A value of a log or an answer.</summary>
/// <param name="Bits">Of a word, as it stands there; zero of anything else.</param>
/// <param name="Items">Of a tuple or an array; null of anything else.</param>
internal readonly record struct AbiValue(UInt256 Bits, IReadOnlyList<AbiValue>? Items = null);
