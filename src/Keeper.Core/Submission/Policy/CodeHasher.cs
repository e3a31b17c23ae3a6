using Keeper.Core.Primitives;

namespace Keeper.Core.Submission.Policy;

/// <summary>Keccak-256 of a contract's code. Core has no cryptography of its own.</summary>
public delegate Hash32 CodeHasher(ReadOnlySpan<byte> code);
