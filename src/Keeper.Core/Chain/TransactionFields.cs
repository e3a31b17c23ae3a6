using Keeper.Core.Primitives;

namespace Keeper.Core.Chain;

/// <summary>What is signed: an EIP-1559 transaction, or a legacy one (EIP-155) where <see cref="Fees"/> are legacy.</summary>
/// <param name="To">Null deploys <paramref name="Data"/> as init code.</param>
public sealed record TransactionFields(
    ulong ChainId,
    ulong Nonce,
    Address? To,
    Wei Value,
    ReadOnlyMemory<byte> Data,
    Gas GasLimit,
    Fees Fees)
{
    /// <summary>What every signer refuses.</summary>
    /// <exception cref="SigningException">No chain is named, or no node would take it.</exception>
    public void RequireSignable()
    {
        // Without a chain id the bytes would be valid on every chain (EIP-155).
        if (ChainId == 0) throw new SigningException("A transaction without a chain id is not signed.");
        if (Fees.MaxPriorityFeePerGas > Fees.MaxFeePerGas) throw new SigningException("The tip exceeds the fee cap: every node refuses this (EIP-1559).");
    }
}
