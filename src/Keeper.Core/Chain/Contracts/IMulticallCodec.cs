using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;

namespace Keeper.Core.Chain.Contracts;

/// <summary>
/// Port: <c>aggregate3</c> of Multicall3, by which many views are one call at one block. Every call may fail on its own. Safe for
/// concurrent use.
/// </summary>
public interface IMulticallCodec
{
    /// <param name="multicall">The contract.</param>
    /// <param name="calls">Target and data only: the contract is the sender of all, and they share the gas.</param>
    /// <exception cref="ArgumentException">A call names no target, or a sender, gas or a price.</exception>
    CallRequest Encode(Address multicall, IReadOnlyList<CallRequest> calls);

    /// <summary>One result a call, in order: <see cref="CallResult.Returned"/> or <see cref="CallResult.Reverted"/>.</summary>
    /// <param name="count">How many calls were encoded.</param>
    /// <exception cref="AbiException">Not exactly what the contract returns for as many calls: nothing of it is believed.</exception>
    IReadOnlyList<CallResult> Decode(ReadOnlyMemory<byte> returned, int count);

    /// <exception cref="ArgumentException">The call has what <c>aggregate3</c> cannot express.</exception>
    protected static void RequirePlain(CallRequest call)
    {
        if (!call.IsPlain) throw new ArgumentException("A call of a batch has a target, and no sender, gas or price of its own.", nameof(call));
    }
}
