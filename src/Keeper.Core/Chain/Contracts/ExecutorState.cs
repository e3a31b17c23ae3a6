using Keeper.Core.Primitives;

namespace Keeper.Core.Chain.Contracts;

/// <summary>The roles of an executor at one block.</summary>
public sealed record ExecutorState(Address Owner, Address Operator, Address Treasury, bool IsPaused);
