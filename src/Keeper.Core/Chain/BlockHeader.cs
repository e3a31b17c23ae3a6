using Keeper.Core.Primitives;

namespace Keeper.Core.Chain;

/// <param name="BaseFeePerGas">Zero on a chain without EIP-1559.</param>
public sealed record BlockHeader(BlockRef Ref, Wei BaseFeePerGas, Gas GasLimit, Gas GasUsed);
