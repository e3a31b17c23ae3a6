using Keeper.Core.Chain.Abi;

namespace Keeper.Core.Chain.Contracts;

/// <summary>The data of a call that must return.</summary>
public static class ContractAnswer
{
    /// <param name="describeRevert">Puts revert data into words.</param>
    /// <exception cref="AbiException">The call did not return.</exception>
    public static ReadOnlyMemory<byte> Require(CallResult answer, Func<ReadOnlyMemory<byte>, string> describeRevert) => answer switch
    {
        CallResult.Returned returned => returned.Data,
        CallResult.Reverted reverted => throw new AbiException($"it reverts: {describeRevert(reverted.Data)}"),
        CallResult.Refused refused => throw new AbiException($"the node refuses the call: {ForeignText.Clean(refused.Reason)}"),
        _ => throw new AbiException("there is no answer"),
    };
}
