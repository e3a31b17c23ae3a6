using Keeper.Core.Chain;
using Keeper.Core.Primitives;
using Nethereum.Model;
using Nethereum.RLP;
using Nethereum.Signer;
using BigInteger = System.Numerics.BigInteger;
using SignedTransaction = Keeper.Core.Chain.SignedTransaction;

namespace Keeper.Chain.Nethereum.Accounts;

/// <summary>
/// Reads signed bytes back through Nethereum's decoders, which take more than nodes do: what they read is encoded anew, and only where that gives the
/// very bytes again were those canonical and complete.
/// </summary>
internal static class SignedBytes
{
    /// <exception cref="SigningException">No type 2 or EIP-155 transaction in canonical form, or a signature of nobody.</exception>
    public static SignedTransaction Read(ReadOnlyMemory<byte> raw)
    {
        try
        {
            var bytes = raw.ToArray();
            var isDynamic = bytes.Length > 0 && bytes[0] == TransactionType.EIP1559.AsByte();
            if (!FlatList.Is(isDynamic ? bytes.AsSpan(1) : bytes)) throw Malformed("they are not one list of plain values");
            return isDynamic ? Read(raw, Transaction1559Encoder.Current.Decode(bytes)) : Read(raw, new LegacyTransactionChainId(bytes));
        }
        catch (Exception error) when (error is not SigningException)
        {
            throw Malformed("they do not decode"); // the library throws whatever it meets
        }
    }

    private static SignedTransaction Read(ReadOnlyMemory<byte> raw, Transaction1559 told) => Seal(raw, told.Signature, new(
        ToUInt64(told.ChainId), ToUInt64(told.Nonce), Recipient(Hex.Decode(told.ReceiverAddress ?? "0x")), new Wei(ToWord(told.Amount)), Hex.Decode(told.Data ?? "0x"),
        new Gas(ToUInt64(told.GasLimit)), new Fees(new Wei(ToWord(told.MaxFeePerGas)), new Wei(ToWord(told.MaxPriorityFeePerGas)))));

    private static SignedTransaction Read(ReadOnlyMemory<byte> raw, LegacyTransactionChainId told) => Seal(raw, told.Signature, new(
        ToUInt64(told.GetChainIdAsBigInteger()), ToUInt64(Number(told.Nonce)), Recipient(told.ReceiveAddress ?? []), new Wei(ToWord(Number(told.Value))), told.Data ?? [],
        new Gas(ToUInt64(Number(told.GasLimit))), Fees.Legacy(new Wei(ToWord(Number(told.GasPrice))))));

    private static SignedTransaction Seal(ReadOnlyMemory<byte> raw, ISignature? signature, TransactionFields fields)
    {
        Span<byte> r = stackalloc byte[32], s = stackalloc byte[32];
        if (signature is null || !TryPad(signature.R, r) || !TryPad(signature.S, s)) throw Malformed("they hold no signature");
        if (!LowS.Holds(s)) throw Malformed("the signature has a high s");
        var v = Number(signature.V);
        var parity = (byte)(fields.Fees.IsLegacy ? (v - 35) % 2 : v);
        var transaction = Transactions.Create(fields);
        if (parity > 1 || Curve.Recover(transaction.RawHash, r, s, parity) is not { } sender) throw Malformed("the signature is nobody's");
        var sealedAgain = Transactions.Seal(transaction, fields, sender, r, s, parity);
        return sealedAgain.Raw.Span.SequenceEqual(raw.Span) ? sealedAgain : throw Malformed("they are not in the one form that is allowed");
    }

    private static Address? Recipient(byte[] bytes) => bytes.Length == 0 ? null : new Address(bytes);

    private static BigInteger Number(byte[]? digits) => digits is null ? BigInteger.Zero : digits.ToBigIntegerFromRLPDecoded();

    private static ulong ToUInt64(BigInteger? value) => checked((ulong)(value ?? BigInteger.Zero));

    private static UInt256 ToWord(BigInteger? value) => (UInt256)(value ?? BigInteger.Zero);

    private static bool TryPad(byte[]? number, Span<byte> word)
    {
        var bytes = number.AsSpan().TrimStart((byte)0);
        if (bytes.IsEmpty || bytes.Length > word.Length) return false;
        word.Clear();
        bytes.CopyTo(word[(word.Length - bytes.Length)..]);
        return true;
    }

    private static SigningException Malformed(string why) => new($"The bytes are no transaction that a node takes: {why}.", SigningFault.Malformed);
}
