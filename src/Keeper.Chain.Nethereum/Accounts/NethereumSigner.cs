using System.Text;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Keystore;
using Keeper.Core.Primitives;
using NBitcoin.Secp256k1;
using Nethereum.Util;

namespace Keeper.Chain.Nethereum.Accounts;

/// <summary>
/// Signs with a key in this process's memory, through Nethereum's transaction types. Owns the key and clears it on dispose. No
/// <c>Account</c> of Nethereum is made: that one tells its key to whoever holds it.
/// </summary>
public sealed class NethereumSigner : ILocalSigner
{
    private readonly ECPrivKey _key;

    /// <param name="key">32 bytes; the caller zeroes its own copy.</param>
    /// <exception cref="SigningException">Not 32 bytes, zero, or not below the order of the curve.</exception>
    public NethereumSigner(ReadOnlySpan<byte> key)
    {
        if (key.Length != 32) throw new SigningException($"A private key has 32 bytes, not {key.Length}.");
        if (!ECPrivKey.TryCreate(key, out var created) || created is null) throw new SigningException("The private key is not a number from 1 to the order of secp256k1.");
        _key = created;
        Address = Curve.AddressOf(created.CreatePubKey());
    }

    public Address Address { get; }

    /// <summary>From a V3 keystore file.</summary>
    /// <exception cref="KeystoreException">Wrong password, loose file mode, or not a keystore.</exception>
    public static NethereumSigner FromKeystore(string path, string password) => NethereumKeystore.Open(KeystoreText.Read(path), password);

    public ValueTask<SignedTransaction> SignAsync(TransactionFields transaction, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Sign(transaction));
    }

    private SignedTransaction Sign(TransactionFields fields)
    {
        fields.RequireSignable();
        var transaction = Transactions.Create(fields);
        Span<byte> r = stackalloc byte[32], s = stackalloc byte[32];
        try
        {
            return Curve.TrySign(_key, transaction.RawHash, r, s, out var parity)
                ? Transactions.Seal(transaction, fields, Address, r, s, parity)
                : throw new SigningException("The signature cannot be expressed in a transaction.");
        }
        catch (ObjectDisposedException)
        {
            throw new SigningException("The key has been disposed of.");
        }
    }

    public byte[] SignMessage(ReadOnlySpan<byte> message)
    {
        byte[] envelope = [.. Encoding.ASCII.GetBytes($"\u0019Ethereum Signed Message:\n{message.Length}"), .. message];
        var signature = new byte[65];
        try
        {
            if (!Curve.TrySign(_key, Sha3Keccack.Current.CalculateHash(envelope), signature.AsSpan(0, 32), signature.AsSpan(32, 32), out var parity))
                throw new SigningException("The message cannot be signed.");
            signature[64] = (byte)(27 + parity);
            return signature;
        }
        catch (ObjectDisposedException)
        {
            throw new SigningException("The key has been disposed of.");
        }
    }

    public void Dispose() => _key.Dispose();

    /// <summary>The address, never the key.</summary>
    public override string ToString() => $"signer of {Address}";
}
