using Keeper.Core.Chain;

namespace Keeper.Core.Protocol;

/// <summary>A view of the contract that must say what the mirror holds. What is expected is captured when the read is made: the mirror may have moved on when the answer comes.</summary>
/// <param name="Call">Depends on the account alone, and on no state.</param>
/// <param name="Compare">
/// Every field in which the contract differs, exactly; none where it agrees, a revert that the mirror expects included. Null where the answer tells nothing: the view was not run
/// to its end. Throws <see cref="Chain.Abi.AbiException"/> on data that is not what the ABI says.
/// </param>
public sealed record AuditRead(CallRequest Call, Func<CallResult, IReadOnlyList<AuditDifference>?> Compare);
