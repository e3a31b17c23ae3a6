using Keeper.Core.Primitives;

namespace Keeper.Core.Chain;

/// <summary>Bytes that a node accepts, their hash and what they say.</summary>
public sealed record SignedTransaction(Hash32 Hash, ReadOnlyMemory<byte> Raw, Address Sender, TransactionFields Fields);
