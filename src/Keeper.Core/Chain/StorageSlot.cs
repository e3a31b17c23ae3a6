using Keeper.Core.Primitives;

namespace Keeper.Core.Chain;

/// <summary>One word of a contract's storage.</summary>
public readonly record struct StorageSlot(Address Account, UInt256 Position);
