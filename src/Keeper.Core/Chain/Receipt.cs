using Keeper.Core.Primitives;

namespace Keeper.Core.Chain;

/// <param name="Succeeded">Status 1: the transaction did not revert.</param>
/// <param name="EffectiveGasPrice">What each unit of gas cost, base fee included.</param>
/// <param name="L1Fee">What a rollup charged beside the gas for its data; null where the node says nothing of it.</param>
public sealed record Receipt(
    Hash32 TransactionHash,
    ulong BlockNumber,
    Hash32 BlockHash,
    bool Succeeded,
    Gas GasUsed,
    Wei EffectiveGasPrice,
    Address? ContractAddress,
    IReadOnlyList<Log> Logs,
    Wei? L1Fee = null)
{
    /// <summary>What the sender paid for it in all.</summary>
    public Wei Fee => EffectiveGasPrice * GasUsed + (L1Fee ?? Wei.Zero);
}
