using Keeper.Core.Primitives;

namespace Keeper.Core.Chain.Contracts;

/// <param name="Owner">Cold: decides what may be called.</param>
/// <param name="Operator">Hot: decides when.</param>
/// <param name="Treasury">Gets every profit; cannot be changed.</param>
public sealed record ExecutorRoles(Address Owner, Address Operator, Address Treasury);
