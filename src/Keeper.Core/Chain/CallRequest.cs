using Keeper.Core.Primitives;

namespace Keeper.Core.Chain;

/// <summary>A call that changes nothing. Fields left null are the node's defaults.</summary>
public sealed record CallRequest(
    Address To,
    ReadOnlyMemory<byte> Data,
    Address? From = null,
    Gas? GasLimit = null,
    Wei? MaxFeePerGas = null,
    Wei? MaxPriorityFeePerGas = null);
