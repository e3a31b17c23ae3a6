using System.Globalization;
using System.Numerics;
using Keeper.Core.Primitives;
using static Keeper.Tests.Primitives.Words;

namespace Keeper.Tests.Primitives;

/// <summary>Every operation against <see cref="BigInteger"/>, which has no limits of its own.</summary>
public sealed class UInt256PropertyTests
{
    [Fact]
    public void Addition_is_exact_or_overflows() => Hold((a, b) => Agrees(() => a + b, () => (BigInteger)a + b, Checked));

    [Fact]
    public void Subtraction_is_exact_or_overflows() => Hold((a, b) => Agrees(() => a - b, () => (BigInteger)a - b, Checked));

    [Fact]
    public void Multiplication_is_exact_or_overflows() => Hold((a, b) => Agrees(() => a * b, () => (BigInteger)a * b, Checked));

    [Fact]
    public void Multiplication_of_words_that_fit_is_exact() =>
        Hold((a, b) => Agrees(() => (a >> 128) * (b >> 128), () => (BigInteger)(a >> 128) * (b >> 128), Checked));

    [Fact]
    public void Division_rounds_down_and_refuses_zero() => Hold((a, b) => Agrees(() => a / b, () => (BigInteger)a / b, Checked), 60_000);

    [Fact]
    public void Remainder_is_what_division_leaves() => Hold((a, b) => Agrees(() => a % b, () => (BigInteger)a % b, Checked), 60_000);

    [Fact]
    public void Division_rounded_up_is_the_least_that_suffices() =>
        Hold((a, b) => Agrees(() => UInt256.DivUp(a, b), () => Ceiling(a, b), Checked));

    [Fact]
    public void Wrapping_addition_and_subtraction_are_modulo_2_to_the_256() => Hold((a, b) =>
        UInt256.WrappingAdd(a, b) == (UInt256)(((BigInteger)a + b) % Modulus)
        && UInt256.WrappingSubtract(a, b) == (UInt256)(((BigInteger)a - b + Modulus) % Modulus));

    [Fact]
    public void The_double_width_product_is_exact() => Hold((a, b) =>
    {
        var (low, high) = UInt256.Multiply512(a, b);
        return ((BigInteger)high << 256) + low == (BigInteger)a * b;
    });

    [Fact]
    public void MulDiv_rounds_down_over_512_bits_or_overflows() =>
        Hold((a, b, c) => Agrees(() => UInt256.MulDivDown(a, b, c), () => (BigInteger)a * b / c, Checked), 60_000);

    [Fact]
    public void MulDiv_rounds_up_over_512_bits_or_overflows() =>
        Hold((a, b, c) => Agrees(() => UInt256.MulDivUp(a, b, c), () => Ceiling((BigInteger)a * b, c), Checked), 60_000);

    [Fact]
    public void MulDiv_of_quotients_that_fit_is_exact() => Hold((a, b, c) =>
    {
        // Without this most random triples overflow and say nothing.
        var divisor = c | a;
        return Agrees(() => UInt256.MulDivDown(a, b, divisor), () => (BigInteger)a * b / divisor, Checked)
            && Agrees(() => UInt256.MulDivUp(a, b, divisor), () => Ceiling((BigInteger)a * b, divisor), Checked);
    }, 60_000);

    [Theory]
    // After the tests of divmnu in Hacker's Delight, widened to 64-bit digits. The two dividends that end in 3 need the step itself; in
    // the others the estimate is corrected before it, or is at its limit of 2^64 - 1.
    [InlineData("0x7fffffffffffffff80000000000000000000000000000000", "0x800000000000000000000000000000000000000000000001")]
    [InlineData("0x8000000000000000fffffffffffffffe0000000000000000", "0x8000000000000000ffffffffffffffff")]
    [InlineData("0x800000000000000000000000000000000000000000000003", "0x200000000000000000000000000000000000000000000001")]
    [InlineData("0x8000000000000000000000000000000000000000000000000000000000000003", "0x2000000000000000000000000000000000000000000000000000000000000001")]
    [InlineData("0x7fffffffffffffff8000000000000000000000000000000000000000000000", "0x800000000000000000000000000000000000000000000001")]
    public void Division_corrects_an_estimate_that_was_too_large(string dividend, string divisor)
    {
        var (a, b) = (UInt256.Parse(dividend), UInt256.Parse(divisor));
        var (quotient, remainder) = UInt256.DivRem(a, b);
        Assert.Equal((UInt256)((BigInteger)a / b), quotient);
        Assert.Equal((UInt256)((BigInteger)a % b), remainder);
        Assert.Equal((UInt256)((BigInteger)(b - UInt256.One) * a / b), UInt256.MulDivDown(b - UInt256.One, a, b));
    }

    [Fact]
    public void The_square_root_rounds_down() => Hold(a =>
    {
        BigInteger root = UInt256.SqrtDown(a);
        return root * root <= a && (root + 1) * (root + 1) > a;
    });

    [Fact]
    public void Shifts_drop_what_leaves_the_word() => Hold((a, b) =>
    {
        var bits = (int)(b.Limb(0) % 300);
        return a << bits == (UInt256)(((BigInteger)a << bits) % Modulus) && a >> bits == (UInt256)((BigInteger)a >> bits);
    });

    [Fact]
    public void Shifts_by_whole_limbs_and_next_to_them_are_right()
    {
        var word = new UInt256(0x0123456789abcdef, 0xfedcba9876543210, 0x8000000000000001, 0xdeadbeefdeadbeef);
        for (var bits = 0; bits <= 257; bits++)
        {
            Assert.Equal((UInt256)(((BigInteger)word << bits) % Modulus), word << bits);
            Assert.Equal((UInt256)((BigInteger)word >> bits), word >> bits);
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => word << -1);
        Assert.Throws<ArgumentOutOfRangeException>(() => word >> -1);
    }

    [Fact]
    public void Bitwise_operators_work_on_each_bit() => Hold((a, b) =>
        (BigInteger)(a & b) == ((BigInteger)a & b) && (BigInteger)(a | b) == ((BigInteger)a | b)
        && (BigInteger)(a ^ b) == ((BigInteger)a ^ b) && ~a == UInt256.MaxValue - a);

    [Fact]
    public void Comparison_is_that_of_the_numbers() => Hold((a, b) =>
    {
        var order = ((BigInteger)a).CompareTo(b);
        return Math.Sign(a.CompareTo(b)) == order && a < b == order < 0 && a > b == order > 0 && a <= b == order <= 0 && a >= b == order >= 0
            && a == b == (order == 0) && a != b == (order != 0) && a.Equals(b) == (order == 0)
            && UInt256.Min(a, b) == (UInt256)BigInteger.Min(a, b) && UInt256.Max(a, b) == (UInt256)BigInteger.Max(a, b);
    });

    [Fact]
    public void Equal_words_have_equal_hash_codes() => Hold(a => a.GetHashCode() == UInt256.Parse(a.ToString()).GetHashCode());

    [Fact]
    public void The_bit_length_is_that_of_the_number() => Hold(a => a.BitLength == ((BigInteger)a).GetBitLength());

    [Fact]
    public void Decimal_and_hex_text_is_read_back() => Hold(a =>
        a.ToString() == ((BigInteger)a).ToString(CultureInfo.InvariantCulture)
        && UInt256.Parse(a.ToString()) == a && UInt256.Parse(a.ToString("x", null)) == a
        && $"{a}" == a.ToString() && (a.IsZero ? a.ToString("x", null) == "0x0" : a.ToString("x", null)[2] != '0'));

    [Fact]
    public void Big_endian_bytes_are_read_back() => Hold(a =>
    {
        Span<byte> bytes = stackalloc byte[32];
        a.WriteBigEndian(bytes);
        return new BigInteger(bytes, isUnsigned: true, isBigEndian: true) == a && UInt256.ReadBigEndian(bytes) == a;
    });

    [Fact]
    public void Conversions_to_narrower_types_are_exact_or_overflow() => Hold(a =>
        Agrees(() => (ulong)a, () => a, big => (ulong)big) && Agrees(() => (UInt128)a, () => a, big => (UInt128)big)
        && a.FitsUInt64 == (BigInteger)a <= ulong.MaxValue);

    [Fact]
    public void A_double_is_within_two_units_in_the_last_place() => Hold(a =>
    {
        // Each of the four terms and three additions rounds once; all are positive, so the errors stay relative.
        var (exact, found) = ((double)(BigInteger)a, (double)a);
        return Math.Abs(exact - found) <= 2 * (Math.BitIncrement(exact) - exact);
    });

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData(" 1")]
    [InlineData("1.0")]
    [InlineData("1e3")]
    [InlineData("1_000")]
    [InlineData("0x")]
    [InlineData("0xg")]
    [InlineData("0x-1")]
    [InlineData("ff")]
    [InlineData("115792089237316195423570985008687907853269984665640564039457584007913129639936")]
    [InlineData("0x10000000000000000000000000000000000000000000000000000000000000000")]
    public void Text_that_is_no_word_is_refused(string? text)
    {
        Assert.False(UInt256.TryParse(text, out var value));
        Assert.Equal(UInt256.Zero, value);
        if (text is not null) Assert.Throws<FormatException>(() => UInt256.Parse(text));
    }

    [Fact]
    public void A_span_too_short_for_the_digits_is_left_alone()
    {
        Assert.False(((UInt256)12345UL).TryFormat(new char[4], out var written, default, null));
        Assert.Equal(0, written);
        Assert.True(((UInt256)12345UL).TryFormat(new char[5], out written, default, null));
        Assert.Equal(5, written);
    }

    [Fact]
    public void Numbers_outside_the_range_are_not_converted()
    {
        Assert.Throws<OverflowException>(() => (UInt256)BigInteger.MinusOne);
        Assert.Throws<OverflowException>(() => (UInt256)Modulus);
        Assert.Equal(UInt256.MaxValue, (UInt256)(Modulus - 1));
    }

    private static UInt256 Checked(BigInteger value) =>
        value.Sign < 0 || value >= Modulus ? throw new OverflowException() : (UInt256)value;

    private static BigInteger Ceiling(BigInteger a, BigInteger b) => (a + b - 1) / b;
}
