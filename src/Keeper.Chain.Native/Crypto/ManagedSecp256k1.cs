using Keeper.Core.Primitives;
using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.EC;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Math.EC;
using Org.BouncyCastle.Math.EC.Multiplier;
using Org.BouncyCastle.Utilities;

namespace Keeper.Chain.Native.Crypto;

/// <summary>
/// BouncyCastle's arithmetic of the custom curve (four times as fast as the named one) under a signer of our own, which keeps the
/// nonce point: its parity is the recovery id, that BouncyCastle's signer throws away.
/// </summary>
internal sealed class ManagedSecp256k1 : ISecp256k1
{
    private static readonly X9ECParameters Curve = CustomNamedCurves.GetByName("secp256k1");
    private static readonly BigInteger N = Curve.N;
    private static readonly BigInteger HalfN = Curve.N.ShiftRight(1);
    private static readonly BigInteger FieldPrime = Curve.Curve.Field.Characteristic;
    private static readonly FixedPointCombMultiplier Multiplier = new();

    private ManagedSecp256k1() { }

    public static ManagedSecp256k1 Instance { get; } = new();

    public string Name => "BouncyCastle";

    public RecoverableSignature Sign(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> key)
    {
        var d = Unsigned(key);
        var z = Unsigned(hash);
        var nonces = new HMacDsaKCalculator(new Sha256Digest());
        nonces.Init(N, d, hash.ToArray());
        while (true)
        {
            var k = nonces.NextK();
            var point = Multiplier.Multiply(Curve.G, k).Normalize();
            var x = point.AffineXCoord.ToBigInteger();
            var r = x.Mod(N);
            if (r.SignValue == 0) continue;
            var s = BigIntegers.ModOddInverse(N, k).Multiply(z.Add(d.Multiply(r))).Mod(N);
            if (s.SignValue == 0) continue;

            var recoveryId = (point.AffineYCoord.TestBitZero() ? 1 : 0) | (x.CompareTo(N) >= 0 ? 2 : 0);
            if (s.CompareTo(HalfN) > 0)
            {
                // -s belongs to the mirrored nonce point, whose y has the other parity.
                s = N.Subtract(s);
                recoveryId ^= 1;
            }
            return new(ToWord(r), ToWord(s), (byte)recoveryId);
        }
    }

    public void DerivePublicKey(ReadOnlySpan<byte> key, Span<byte> publicKey) =>
        WritePoint(Multiplier.Multiply(Curve.G, Unsigned(key)), publicKey);

    /// <summary>SEC 1, 4.1.6: Q = (s R - z G) / r.</summary>
    public bool TryRecover(ReadOnlySpan<byte> hash, RecoverableSignature signature, Span<byte> publicKey)
    {
        var r = ToInteger(signature.R);
        var x = (signature.RecoveryId & 2) == 0 ? r : r.Add(N);
        if (x.CompareTo(FieldPrime) >= 0) return false;

        var compressed = new byte[33];
        compressed[0] = (byte)(2 | (signature.RecoveryId & 1));
        var bytes = x.ToByteArrayUnsigned();
        bytes.CopyTo(compressed, 33 - bytes.Length);
        ECPoint nonce;
        try
        {
            nonce = Curve.Curve.DecodePoint(compressed);
        }
        catch (ArgumentException)
        {
            return false; // x is on no point of the curve
        }

        var inverse = BigIntegers.ModOddInverse(N, r.Mod(N));
        var fromG = N.Subtract(Unsigned(hash).Mod(N)).Multiply(inverse).Mod(N);
        var fromR = ToInteger(signature.S).Multiply(inverse).Mod(N);
        var q = ECAlgorithms.SumOfTwoMultiplies(Curve.G, fromG, nonce, fromR);
        if (q.IsInfinity) return false;
        WritePoint(q, publicKey);
        return true;
    }

    private static void WritePoint(ECPoint point, Span<byte> publicKey) => point.Normalize().GetEncoded(compressed: false).AsSpan(1).CopyTo(publicKey);

    private static BigInteger Unsigned(ReadOnlySpan<byte> bytes)
    {
        var copy = bytes.ToArray();
        var value = new BigInteger(1, copy);
        System.Security.Cryptography.CryptographicOperations.ZeroMemory(copy);
        return value;
    }

    private static BigInteger ToInteger(UInt256 word)
    {
        Span<byte> bytes = stackalloc byte[32];
        word.WriteBigEndian(bytes);
        return Unsigned(bytes);
    }

    private static UInt256 ToWord(BigInteger value)
    {
        Span<byte> word = stackalloc byte[32];
        word.Clear();
        var bytes = value.ToByteArrayUnsigned();
        bytes.CopyTo(word[(32 - bytes.Length)..]);
        return UInt256.ReadBigEndian(word);
    }
}
