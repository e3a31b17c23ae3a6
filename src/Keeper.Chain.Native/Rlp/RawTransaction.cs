using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain;
using Keeper.Core.Primitives;

namespace Keeper.Chain.Native.Rlp;

/// <summary>Reads signed bytes back, so that what a signer made is judged by what it says, not by what was asked for.</summary>
public static class RawTransaction
{
    /// <summary>Decodes a type 2 or EIP-155 transaction and recovers its sender.</summary>
    /// <exception cref="RlpException">Another type, an access list, bytes that are not canonical, or a signature of nobody.</exception>
    public static SignedTransaction Decode(ReadOnlyMemory<byte> raw)
    {
        if (raw.IsEmpty) throw new RlpException("A transaction has no bytes.");
        var (fields, signature) = raw.Span[0] switch
        {
            TransactionEncoding.DynamicFeeType => ReadDynamic(new RlpReader(raw.Span[1..])),
            >= 0xc0 => ReadLegacy(new RlpReader(raw.Span)),
            var type => throw new RlpException($"Transactions of type {type} are not read here."),
        };
        Span<byte> hash = stackalloc byte[Hash32.Size];
        TransactionEncoding.SigningHash(fields).CopyTo(hash);
        var sender = Secp256k1.RecoverAddress(hash, signature) ?? throw new RlpException("The signature is not one of secp256k1 with a low s.");
        return new SignedTransaction(Keccak.Hash(raw.Span), raw, sender, fields);
    }

    private static (TransactionFields, RecoverableSignature) ReadDynamic(RlpReader envelope)
    {
        var list = envelope.ReadList();
        envelope.RequireEnd();
        var chainId = list.ReadUInt64();
        var nonce = list.ReadUInt64();
        var tip = new Wei(list.ReadNumber());
        var feeCap = new Wei(list.ReadNumber());
        var gas = new Gas(list.ReadUInt64());
        var to = list.ReadAddress();
        var value = new Wei(list.ReadNumber());
        var data = list.ReadBytes().ToArray();
        if (!list.ReadList().AtEnd) throw new RlpException("Access lists are not read here.");
        var parity = list.ReadUInt64();
        var r = list.ReadNumber();
        var s = list.ReadNumber();
        list.RequireEnd();
        if (parity > 1) throw new RlpException($"The parity of a signature is {parity}.");
        return (new TransactionFields(chainId, nonce, to, value, data, gas, new Fees(feeCap, tip)), new RecoverableSignature(r, s, (byte)parity));
    }

    private static (TransactionFields, RecoverableSignature) ReadLegacy(RlpReader envelope)
    {
        var list = envelope.ReadList();
        envelope.RequireEnd();
        var nonce = list.ReadUInt64();
        var gasPrice = new Wei(list.ReadNumber());
        var gas = new Gas(list.ReadUInt64());
        var to = list.ReadAddress();
        var value = new Wei(list.ReadNumber());
        var data = list.ReadBytes().ToArray();
        var v = list.ReadNumber();
        var r = list.ReadNumber();
        var s = list.ReadNumber();
        list.RequireEnd();
        // 27 and 28 name no chain: such a transaction could be replayed on any.
        if (v < 37u) throw new RlpException("The transaction has no replay protection (EIP-155).");
        var chainId = (v - 35u) >> 1;
        if (!chainId.FitsUInt64) throw new RlpException("The chain id has more than 64 bits.");
        var recoveryId = (byte)((v - 35u).Limb(0) & 1);
        return (new TransactionFields((ulong)chainId, nonce, to, value, data, gas, Fees.Legacy(gasPrice)), new RecoverableSignature(r, s, recoveryId));
    }
}
