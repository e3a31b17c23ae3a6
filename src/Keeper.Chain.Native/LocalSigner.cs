using System.Text;
using Keeper.Chain.Native.Crypto;
using Keeper.Chain.Native.Keystore;
using Keeper.Chain.Native.Rlp;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Keystore;
using Keeper.Core.Primitives;

namespace Keeper.Chain.Native;

/// <summary>Signs with a key in this process's memory. Owns the key and zeroes it on dispose.</summary>
public sealed class LocalSigner : ILocalSigner
{
    private readonly PrivateKey _key;
    private readonly ISecp256k1 _curve;

    public LocalSigner(PrivateKey key) : this(key, Secp256k1.Best) { }

    internal LocalSigner(PrivateKey key, ISecp256k1 curve) => (_key, _curve) = (key, curve);

    public Address Address => _key.Address;

    /// <summary>The implementation of the curve: <c>libsecp256k1</c> or <c>BouncyCastle</c>.</summary>
    public string CurveName => _curve.Name;

    /// <summary>From a V3 keystore file.</summary>
    /// <exception cref="KeystoreException">Wrong password, loose file mode, or not a keystore.</exception>
    public static LocalSigner FromKeystore(string path, string password) => new(KeystoreFile.Read(path, password));

    /// <summary>From 64 hex digits.</summary>
    /// <exception cref="SigningException">Anything else; the message does not quote it.</exception>
    public static LocalSigner FromHex(string key) => new(PrivateKey.Parse(key));

    public ValueTask<SignedTransaction> SignAsync(TransactionFields transaction, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Sign(transaction));
    }

    private SignedTransaction Sign(TransactionFields transaction)
    {
        transaction.RequireSignable();
        Span<byte> hash = stackalloc byte[Hash32.Size];
        TransactionEncoding.SigningHash(transaction).CopyTo(hash);
        var raw = TransactionEncoding.Encode(transaction, _key.Sign(hash, _curve));
        return new SignedTransaction(Keccak.Hash(raw), raw, Address, transaction);
    }

    public byte[] SignMessage(ReadOnlySpan<byte> message)
    {
        byte[] envelope = [.. Encoding.ASCII.GetBytes($"\u0019Ethereum Signed Message:\n{message.Length}"), .. message];
        Span<byte> hash = stackalloc byte[Hash32.Size];
        Keccak.Hash(envelope).CopyTo(hash);
        var signature = _key.Sign(hash, _curve);
        var bytes = new byte[65];
        signature.R.WriteBigEndian(bytes);
        signature.S.WriteBigEndian(bytes.AsSpan(32));
        bytes[64] = (byte)(27 + signature.RecoveryId);
        return bytes;
    }

    public void Dispose() => _key.Dispose();

    public override string ToString() => $"signer of {Address}";
}
