using Keeper.Core.Primitives;

namespace Keeper.Core.Chain.Pending;

/// <summary>Somebody's transaction that waits in a node's pool. It may never be in a block, or another one with its nonce may.</summary>
/// <param name="Fees">With both fields at the gas price where it is of the older kind.</param>
public sealed record PendingTransaction(Hash32 Hash, Address From, Address To, ulong Nonce, ReadOnlyMemory<byte> Data, Gas GasLimit, Fees Fees)
{
    /// <summary>What it pays the builder for a unit of gas at this base fee (EIP-1559); null where no block with that base fee can take it.</summary>
    public Wei? TipAt(Wei baseFee)
    {
        if (Fees.MaxFeePerGas < baseFee) return null;
        return Wei.Min(Fees.MaxPriorityFeePerGas, Fees.MaxFeePerGas - baseFee);
    }
}
