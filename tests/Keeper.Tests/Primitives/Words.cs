using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using Keeper.Core.Primitives;

namespace Keeper.Tests.Primitives;

/// <summary>256-bit words where arithmetic goes wrong: of every length, next to powers of two, and made of extreme limbs, which bring division to its rare steps.</summary>
internal static class Words
{
    public static readonly BigInteger Modulus = BigInteger.One << 256;
    public static readonly BigInteger SignedLimit = BigInteger.One << 255;

    private static readonly ulong[] ExtremeLimbs = [0, 1, 2, 1UL << 32, (1UL << 63) - 1, 1UL << 63, (1UL << 63) + 1, ulong.MaxValue - 1, ulong.MaxValue];

    private static readonly Gen<ulong> RandomLimb =
        from high in Gen.Choose(0, int.MaxValue)
        from middle in Gen.Choose(0, int.MaxValue)
        from low in Gen.Choose(0, 3)
        select ((ulong)high << 33) | ((ulong)middle << 2) | (uint)low;

    private static readonly Gen<UInt256> OfAnyLength =
        from word in Limbs(RandomLimb)
        from length in Gen.Choose(0, 256)
        select word >> (256 - length);

    private static readonly Gen<UInt256> OfExtremeLimbs =
        from word in Limbs(Gen.OneOf(Gen.Elements(ExtremeLimbs), RandomLimb))
        from zeros in Gen.Choose(0, 3)
        select word >> (64 * zeros);

    private static readonly Gen<UInt256> NextToPowerOfTwo =
        from power in Gen.Elements(0, 1, 31, 32, 63, 64, 65, 127, 128, 129, 191, 192, 255, 256)
        from offset in Gen.Choose(-2, 2)
        select (UInt256)((((BigInteger.One << power) + offset) % Modulus + Modulus) % Modulus);

    public static readonly Gen<UInt256> Unsigned = Gen.OneOf(OfAnyLength, OfExtremeLimbs, NextToPowerOfTwo);

    public static readonly Gen<Int256> Signed = Unsigned.Select(Int256.FromBits);

    /// <summary>Checks a law on many words, and throws with the words that break it.</summary>
    public static void Hold(Func<UInt256, UInt256, UInt256, bool> law, int times = 20_000) =>
        Check.One(Thorough(times), Prop.ForAll(Triples(Unsigned), t => law(t.A, t.B, t.C)));

    public static void Hold(Func<UInt256, UInt256, bool> law, int times = 20_000) => Hold((a, b, _) => law(a, b), times);

    public static void Hold(Func<UInt256, bool> law, int times = 5_000) => Hold((a, _, _) => law(a), times);

    public static void HoldSigned(Func<Int256, Int256, Int256, bool> law, int times = 20_000) =>
        Check.One(Thorough(times), Prop.ForAll(Triples(Signed), t => law(t.A, t.B, t.C)));

    /// <summary>The value where the oracle stays in range, and the exception where it does not.</summary>
    public static bool Agrees<T>(Func<T> actual, Func<BigInteger> oracle, Func<BigInteger, T> convert) where T : struct, IEquatable<T>
    {
        var (expected, thrown) = Run(() => convert(oracle()));
        var (found, foundThrown) = Run(actual);
        return thrown == foundThrown && expected.Equals(found);
    }

    private static (T Value, Type? Thrown) Run<T>(Func<T> compute) where T : struct
    {
        try
        {
            return (compute(), null);
        }
        catch (ArithmeticException exception)
        {
            return (default, exception.GetType());
        }
    }

    private static Config Thorough(int times) => Config.QuickThrowOnFailure.WithMaxTest(times);

    private static Gen<UInt256> Limbs(Gen<ulong> limb) =>
        from a in limb
        from b in limb
        from c in limb
        from d in limb
        select new UInt256(a, b, c, d);

    private static Arbitrary<(T A, T B, T C)> Triples<T>(Gen<T> word) =>
        (from a in word
         from b in word
         from c in word
         select (a, b, c)).ToArbitrary();
}
