using Keeper.Core.Chain;
using Keeper.Core.Primitives;
using Nethereum.Model;
using Nethereum.RLP;
using BigInteger = System.Numerics.BigInteger;
using SignedTransaction = Keeper.Core.Chain.SignedTransaction;
using Unsigned = Nethereum.Model.SignedTransaction;

namespace Keeper.Chain.Nethereum.Accounts;

/// <summary>Between the port's fields and Nethereum's transaction types: type 2 (EIP-1559), or legacy with replay protection (EIP-155).</summary>
internal static class Transactions
{
    public static Unsigned Create(TransactionFields fields) => fields.Fees.IsLegacy ? Legacy(fields) : Dynamic(fields);

    public static Transaction1559 Dynamic(TransactionFields fields) => new(
        fields.ChainId, fields.Nonce, (BigInteger)fields.Fees.MaxPriorityFeePerGas.Value, (BigInteger)fields.Fees.MaxFeePerGas.Value, fields.GasLimit.Value,
        fields.To?.ToString() ?? "", (BigInteger)fields.Value.Value, Hex.Encode(fields.Data.Span), []);

    public static LegacyTransactionChainId Legacy(TransactionFields fields) => new(
        Number(fields.Nonce), Number(fields.Fees.MaxFeePerGas.Value), Number(fields.GasLimit.Value), fields.To?.ToArray() ?? [], Number(fields.Value.Value),
        fields.Data.ToArray(), Number(fields.ChainId));

    /// <summary>Puts a signature in and gives the bytes that are sent.</summary>
    public static SignedTransaction Seal(Unsigned transaction, TransactionFields fields, Address sender, ReadOnlySpan<byte> r, ReadOnlySpan<byte> s, byte parity)
    {
        // EIP-155 puts the chain beside the parity; a type 2 transaction has it in its fields.
        var v = fields.Fees.IsLegacy ? Number((UInt256)fields.ChainId * 2u + 35u + parity) : [parity];
        transaction.SetSignature(new Signature(r.ToArray(), s.ToArray(), v));
        return new(new Hash32(transaction.Hash), transaction.GetRLPEncoded(), sender, fields);
    }

    private static byte[] Number(UInt256 value) => ((BigInteger)value).ToBytesForRLPEncoding();
}
