using Keeper.Core.Primitives;

namespace Keeper.Core.Chain;

/// <summary>A call that changes nothing. Fields left null are the node's defaults.</summary>
/// <param name="To">Null runs the data as a constructor's code would run and returns what would be deployed (execution-apis, GenericTransaction).</param>
public sealed record CallRequest(
    Address? To,
    ReadOnlyMemory<byte> Data,
    Address? From = null,
    Gas? GasLimit = null,
    Wei? MaxFeePerGas = null,
    Wei? MaxPriorityFeePerGas = null)
{
    /// <summary>Target and data alone: any contract may make it for us.</summary>
    public bool IsPlain => To is not null && this == new CallRequest(To, Data);
}
