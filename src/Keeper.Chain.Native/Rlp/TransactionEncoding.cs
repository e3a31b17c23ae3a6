using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Rlp;
using Keeper.Core.Primitives;

namespace Keeper.Chain.Native.Rlp;

/// <summary>The bytes that are signed and the bytes that are sent: type 2 (EIP-1559), or legacy with replay protection (EIP-155).</summary>
internal static class TransactionEncoding
{
    public const byte DynamicFeeType = 2;

    /// <summary>What the signature is over.</summary>
    public static Hash32 SigningHash(TransactionFields transaction) => Keccak.Hash(
        transaction.Fees.IsLegacy
            ? LegacyFields(transaction).Number(transaction.ChainId).Number(0u).Number(0u).ToList()
            : DynamicFields(transaction).ToList(DynamicFeeType));

    public static byte[] Encode(TransactionFields transaction, RecoverableSignature signature)
    {
        if (signature.RecoveryId > 1) throw new SigningException("The signature cannot be expressed in a transaction.");
        return transaction.Fees.IsLegacy
            ? LegacyFields(transaction).Number((UInt256)transaction.ChainId * 2u + 35u + signature.RecoveryId).Number(signature.R).Number(signature.S).ToList()
            : DynamicFields(transaction).Number((ulong)signature.RecoveryId).Number(signature.R).Number(signature.S).ToList(DynamicFeeType);
    }

    private static RlpWriter LegacyFields(TransactionFields transaction) => new RlpWriter()
        .Number(transaction.Nonce)
        .Number(transaction.Fees.MaxFeePerGas.Value)
        .Number(transaction.GasLimit.Value)
        .Address(transaction.To)
        .Number(transaction.Value.Value)
        .Bytes(transaction.Data.Span);

    private static RlpWriter DynamicFields(TransactionFields transaction) => new RlpWriter()
        .Number(transaction.ChainId)
        .Number(transaction.Nonce)
        .Number(transaction.Fees.MaxPriorityFeePerGas.Value)
        .Number(transaction.Fees.MaxFeePerGas.Value)
        .Number(transaction.GasLimit.Value)
        .Address(transaction.To)
        .Number(transaction.Value.Value)
        .Bytes(transaction.Data.Span)
        .List(new RlpWriter());
}
