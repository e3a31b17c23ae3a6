using Keeper.Core.Primitives;
using NBitcoin.Secp256k1;
using Nethereum.Signer;

namespace Keeper.Chain.Nethereum.Accounts;

/// <summary>
/// The curve by NBitcoin.Secp256k1, the library that <c>EthECKey</c> uses under its process-wide switch <c>SignRecoverable</c>. Asked
/// directly: that switch hands over a key without its leading zero bytes and fails for one in 256 keys, and the other way, by
/// BouncyCastle, takes several times as long because it looks for the recovery id by trying.
/// </summary>
internal static class Curve
{
    /// <summary>Deterministic (RFC 6979), low s.</summary>
    /// <param name="hash">32 bytes.</param>
    /// <param name="parity">0 or 1: which of two keys made it.</param>
    public static bool TrySign(ECPrivKey key, ReadOnlySpan<byte> hash, Span<byte> r, Span<byte> s, out byte parity)
    {
        parity = 0;
        if (!key.TrySignRecoverable(hash, out var signature) || signature is null) return false;
        signature.Deconstruct(out var first, out var second, out var recoveryId);
        first.WriteToSpan(r);
        second.WriteToSpan(s);
        parity = (byte)recoveryId;
        // 2 and 3 (an r above the order) cannot be expressed in a transaction; nobody has ever seen one.
        return recoveryId is 0 or 1;
    }

    /// <summary>Who signed; null where nobody did.</summary>
    public static Address? Recover(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> r, ReadOnlySpan<byte> s, int parity)
    {
        Span<byte> compact = stackalloc byte[64];
        r.CopyTo(compact);
        s.CopyTo(compact[32..]);
        return SecpRecoverableECDSASignature.TryCreateFromCompact(compact, parity, out var signature) && signature is not null
            && ECPubKey.TryRecover(Context.Instance, signature, hash, out var key) && key is not null ? AddressOf(key) : null;
    }

    public static Address AddressOf(ECPubKey key)
    {
        Span<byte> uncompressed = stackalloc byte[65];
        key.WriteToSpan(compressed: false, uncompressed, out _);
        return Address.Parse(new EthECKey(uncompressed.ToArray(), isPrivate: false).GetPublicAddress());
    }
}
