using Keeper.Core.Primitives;

namespace Keeper.Core.Chain;

/// <summary><c>eth_feeHistory</c>, oldest block first.</summary>
/// <param name="OldestBlock">Height of the first entry.</param>
/// <param name="BaseFeePerGas">One entry a block and one more: the base fee of the block to come.</param>
/// <param name="GasUsedRatio">One entry a block, 0 to 1.</param>
/// <param name="Rewards">One entry a block: the priority fee at each percentile asked for; empty where the node gave none.</param>
public sealed record FeeHistory(
    ulong OldestBlock,
    IReadOnlyList<Wei> BaseFeePerGas,
    IReadOnlyList<double> GasUsedRatio,
    IReadOnlyList<IReadOnlyList<Wei>> Rewards);
