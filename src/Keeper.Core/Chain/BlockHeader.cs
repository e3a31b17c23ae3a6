using Keeper.Core.Chain.Completeness;
using Keeper.Core.Primitives;

namespace Keeper.Core.Chain;

/// <param name="BaseFeePerGas">Zero on a chain without EIP-1559.</param>
/// <param name="Logs">What it says of the block's logs; null where the node left that out.</param>
public sealed record BlockHeader(BlockRef Ref, Wei BaseFeePerGas, Gas GasLimit, Gas GasUsed, LogCommitment? Logs = null)
{
    /// <summary>Name of the endpoint that told it while the chain was followed; null elsewhere.</summary>
    public string? Source { get; init; }
}
