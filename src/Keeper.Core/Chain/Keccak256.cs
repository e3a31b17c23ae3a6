using Keeper.Core.Primitives;

namespace Keeper.Core.Chain;

/// <summary>Keccak-256 of some bytes. Core has no cryptography of its own: <see cref="IChainLibrary.Hash"/>.</summary>
public delegate Hash32 Keccak256(ReadOnlySpan<byte> data);
