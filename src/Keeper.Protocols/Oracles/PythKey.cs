using Keeper.Core.Primitives;

namespace Keeper.Protocols.Oracles;

/// <param name="Contract">The Pyth contract: one on each chain.</param>
/// <param name="Id">Of the price feed.</param>
internal readonly record struct PythKey(Address Contract, Hash32 Id);
