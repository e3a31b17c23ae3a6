using Keeper.Core.Chain;
using Keeper.Core.Chain.DataFees;
using Keeper.Core.Primitives;

namespace Keeper.Core.Planning;

/// <summary>What gas costs, as of one block.</summary>
/// <param name="BaseFee">The base fee of the block to come; zero on a chain without EIP-1559.</param>
/// <param name="Tip">The first bid: a percentile of recent tips, or of gas prices on a chain without EIP-1559.</param>
/// <param name="HighTip">The 90th percentile of recent tips: a bid above it is not stuck for its price.</param>
/// <param name="BlockGasLimit">All the gas of a block.</param>
/// <param name="IsLegacy">Transactions carry a gas price only.</param>
public sealed record GasMarket(Wei BaseFee, Wei Tip, Wei HighTip, Gas BlockGasLimit, bool IsLegacy)
{
    /// <summary>What a bid buys.</summary>
    public TransactionOrdering Ordering { get; init; } = TransactionOrdering.PriorityFee;

    /// <summary>What a transaction costs beyond its gas.</summary>
    public IFeeModel Fees { get; init; } = NoDataFee.Instance;

    /// <summary>
    /// The least that a unit of gas may cost in the next block, by which a plan pays or not. What is offered above the base fee is a
    /// bid, bounded by what the plan earns; recent tips say little of it, the more so where they are our own.
    /// </summary>
    public Wei Price => IsLegacy ? Tip : BaseFee;
}
