using System.Globalization;
using System.Numerics;
using Keeper.Core.Primitives;
using static Keeper.Tests.Primitives.Words;

namespace Keeper.Tests.Primitives;

public sealed class Int256PropertyTests
{
    [Fact]
    public void Addition_is_exact_or_overflows() => HoldSigned((a, b, _) => Agrees(() => a + b, () => (BigInteger)a + b, Checked));

    [Fact]
    public void Subtraction_is_exact_or_overflows() => HoldSigned((a, b, _) => Agrees(() => a - b, () => (BigInteger)a - b, Checked));

    [Fact]
    public void Negation_is_exact_or_overflows() => HoldSigned((a, _, _) => Agrees(() => -a, () => -(BigInteger)a, Checked));

    [Fact]
    public void Multiplication_is_exact_or_overflows() => HoldSigned((a, b, _) => Agrees(() => a * b, () => (BigInteger)a * b, Checked));

    [Fact]
    public void Division_truncates_toward_zero() => HoldSigned((a, b, _) => Agrees(() => a / b, () => BigInteger.Divide(a, b), Checked));

    [Fact]
    public void MulDiv_truncates_toward_zero_over_512_bits() => HoldSigned((a, b, c) =>
        Agrees(() => Int256.MulDivTrunc(a, b, c.Bits), () => BigInteger.Divide((BigInteger)a * b, c.Bits), Checked)
        && Agrees(() => Int256.MulDivTrunc(a, b, c.Bits | a.Abs), () => BigInteger.Divide((BigInteger)a * b, c.Bits | a.Abs), Checked));

    [Fact]
    public void Comparison_is_that_of_the_numbers() => HoldSigned((a, b, _) =>
    {
        var order = ((BigInteger)a).CompareTo(b);
        return Math.Sign(a.CompareTo(b)) == order && a < b == order < 0 && a > b == order > 0 && a <= b == order <= 0 && a >= b == order >= 0
            && a == b == (order == 0) && a != b == (order != 0)
            && Int256.Min(a, b) == (Int256)BigInteger.Min(a, b) && Int256.Max(a, b) == (Int256)BigInteger.Max(a, b);
    });

    [Fact]
    public void Bits_are_the_twos_complement() => HoldSigned((a, _, _) =>
        (BigInteger)a.Bits == ((BigInteger)a + Modulus) % Modulus && Int256.FromBits(a.Bits) == a && (Int256)(BigInteger)a == a);

    [Fact]
    public void Sign_and_magnitude_make_the_number() => HoldSigned((a, _, _) =>
        a.Sign == ((BigInteger)a).Sign && a.IsNegative == a.Sign < 0 && a.IsZero == (a.Sign == 0) && (BigInteger)a.Abs == BigInteger.Abs(a));

    [Fact]
    public void Text_is_that_of_the_number() => HoldSigned((a, _, _) => a.ToString() == ((BigInteger)a).ToString(CultureInfo.InvariantCulture));

    [Fact]
    public void Conversions_are_exact_or_overflow() => HoldSigned((a, _, _) =>
        Agrees(() => (long)a, () => a, big => (long)big)
        && Agrees(() => (UInt256)a, () => a, big => big.Sign < 0 ? throw new OverflowException() : (UInt256)big)
        && Agrees(() => (Int256)a.Bits, () => a.Bits, Checked)
        && (long)(Int256)(long)a.Bits.Limb(0) == (long)a.Bits.Limb(0));

    [Fact]
    public void Clamping_stays_between_its_bounds() => HoldSigned((a, b, c) =>
        Int256.Clamp(a, Int256.Min(b, c), Int256.Max(b, c)) == (Int256)BigInteger.Max(BigInteger.Min(b, c), BigInteger.Min(BigInteger.Max(b, c), a)));

    [Fact]
    public void The_least_value_has_no_opposite()
    {
        Assert.Throws<OverflowException>(() => -Int256.MinValue);
        Assert.Throws<OverflowException>(() => Int256.MinValue / Int256.MinusOne);
        Assert.Throws<OverflowException>(() => Int256.MinValue * Int256.MinusOne);
        Assert.Equal(Int256.MinValue, Int256.MinValue * Int256.One);
        Assert.Equal(UInt256.One << 255, Int256.MinValue.Abs);
        Assert.Throws<DivideByZeroException>(() => Int256.One / Int256.Zero);
    }

    private static Int256 Checked(BigInteger value) =>
        value < -SignedLimit || value >= SignedLimit ? throw new OverflowException() : (Int256)value;
}
