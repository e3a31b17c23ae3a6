using System.Security.Cryptography;
using Keeper.Core.Chain;
using Keeper.Core.Primitives;

namespace Keeper.Chain.Native.Crypto;

/// <summary>
/// 32 secret bytes, pinned so that the collector leaves no copies behind, and zeroed on dispose. Nothing here shows them: not
/// <see cref="ToString"/>, not an exception.
/// </summary>
public sealed class PrivateKey : IDisposable
{
    private readonly byte[] _bytes = GC.AllocateArray<byte>(32, pinned: true);
    private bool _disposed;

    /// <param name="bytes">32 bytes; the caller zeroes its own copy.</param>
    /// <exception cref="SigningException">Not 32 bytes, zero, or not below the order of the curve.</exception>
    public PrivateKey(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != 32) throw new SigningException($"A private key has 32 bytes, not {bytes.Length}.");
        var scalar = UInt256.ReadBigEndian(bytes);
        if (scalar.IsZero || scalar >= Secp256k1.Order) throw new SigningException("The private key is not a number from 1 to the order of secp256k1.");
        bytes.CopyTo(_bytes);
        Span<byte> publicKey = stackalloc byte[64];
        Secp256k1.Best.DerivePublicKey(_bytes, publicKey);
        Address = Secp256k1.ToAddress(publicKey);
    }

    public Address Address { get; }

    /// <summary>Reads 64 hex digits, with or without 0x, as other tools export a key.</summary>
    /// <exception cref="SigningException">Anything else; the message does not quote it.</exception>
    public static PrivateKey Parse(string text)
    {
        var digits = text.AsSpan().Trim();
        if (digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase)) digits = digits[2..];
        Span<byte> bytes = stackalloc byte[32];
        try
        {
            if (digits.Length != 64 || Convert.FromHexString(digits, bytes, out _, out var written) != System.Buffers.OperationStatus.Done || written != 32)
                throw new SigningException("A private key is 64 hex digits.");
            return new PrivateKey(bytes);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>A new key from the system's source of randomness.</summary>
    public static PrivateKey Generate()
    {
        Span<byte> bytes = stackalloc byte[32];
        try
        {
            while (true)
            {
                RandomNumberGenerator.Fill(bytes);
                var scalar = UInt256.ReadBigEndian(bytes);
                if (!scalar.IsZero && scalar < Secp256k1.Order) return new PrivateKey(bytes);
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    internal RecoverableSignature Sign(ReadOnlySpan<byte> hash, ISecp256k1 curve) => curve.Sign(hash, Secret);

    internal ReadOnlySpan<byte> Secret => _disposed ? throw new SigningException("The key has been disposed of.") : _bytes;

    public void Dispose()
    {
        _disposed = true;
        CryptographicOperations.ZeroMemory(_bytes);
    }

    /// <summary>The address, never the key.</summary>
    public override string ToString() => $"key of {Address}";
}
