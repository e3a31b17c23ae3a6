using Keeper.Core.Primitives;

namespace Keeper.Chain.Native.Crypto;

/// <summary>The faster implementation that this machine has, and the constants of the curve (SEC 2, 2.4.1).</summary>
internal static class Secp256k1
{
    /// <summary>The order of the group.</summary>
    public static readonly UInt256 Order = UInt256.Parse("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");

    /// <summary>A greater s is refused by every node since EIP-2.</summary>
    public static readonly UInt256 HalfOrder = Order >> 1;

    public static ISecp256k1 Best { get; } = (ISecp256k1?)LibSecp256k1.TryLoad() ?? ManagedSecp256k1.Instance;

    /// <summary>The address that made the signature; null where r or s is out of range, s is high, or no point fits.</summary>
    public static Address? RecoverAddress(ReadOnlySpan<byte> hash, RecoverableSignature signature, ISecp256k1? curve = null)
    {
        if (signature.R.IsZero || signature.R >= Order || signature.S.IsZero || signature.S > HalfOrder || signature.RecoveryId > 3) return null;
        Span<byte> publicKey = stackalloc byte[64];
        return (curve ?? Best).TryRecover(hash, signature, publicKey) ? ToAddress(publicKey) : null;
    }

    /// <summary>The last 20 bytes of the hash of x and y.</summary>
    public static Address ToAddress(ReadOnlySpan<byte> publicKey)
    {
        Span<byte> hash = stackalloc byte[Hash32.Size];
        Keccak.HashInto(publicKey, hash);
        return new Address(hash[12..]);
    }
}
