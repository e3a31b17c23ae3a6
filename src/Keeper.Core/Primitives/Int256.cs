using System.Numerics;

namespace Keeper.Core.Primitives;

/// <summary>
/// A signed 256-bit integer in two's complement, with the checked arithmetic of Solidity 0.8. Division truncates toward
/// zero, as the EVM's SDIV.
/// </summary>
public readonly struct Int256 : IEquatable<Int256>, IComparable<Int256>, IFormattable
{
    private Int256(UInt256 bits) => Bits = bits;

    /// <summary>The two's complement, as it stands in an EVM word.</summary>
    public UInt256 Bits { get; }

    public static Int256 Zero => default;
    public static Int256 One => new(UInt256.One);
    public static Int256 MinusOne => new(UInt256.MaxValue);
    public static Int256 MaxValue => new(UInt256.MaxValue >> 1);
    public static Int256 MinValue => new(UInt256.One << 255);

    public bool IsNegative => Bits.Limb(3) >> 63 != 0;
    public bool IsZero => Bits.IsZero;
    public int Sign => IsNegative ? -1 : IsZero ? 0 : 1;

    /// <summary>The magnitude, which for the least value is 2^255.</summary>
    public UInt256 Abs => IsNegative ? UInt256.WrappingSubtract(UInt256.Zero, Bits) : Bits;

    /// <summary>Takes a word as the EVM holds it.</summary>
    public static Int256 FromBits(UInt256 bits) => new(bits);

    public static implicit operator Int256(long value) =>
        value >= 0 ? new((ulong)value) : new(new UInt256((ulong)value, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue));

    /// <exception cref="OverflowException">The value is 2^255 or more.</exception>
    public static explicit operator Int256(UInt256 value) => value.Limb(3) >> 63 == 0 ? new(value) : throw new OverflowException("The value exceeds 2^255 - 1.");

    /// <exception cref="OverflowException">The value does not fit.</exception>
    public static explicit operator long(Int256 value)
    {
        var low = (long)value.Bits.Limb(0);
        return (Int256)low == value ? low : throw new OverflowException("The value exceeds 64 bits.");
    }

    public static explicit operator Int256(BigInteger value)
    {
        var magnitude = (UInt256)BigInteger.Abs(value);
        return value.Sign < 0 ? Negative(magnitude) : (Int256)magnitude;
    }

    public static implicit operator BigInteger(Int256 value) => value.IsNegative ? -(BigInteger)value.Abs : value.Bits;

    /// <summary>For display and metrics only: no amount is decided by it.</summary>
    public static explicit operator double(Int256 value) => value.IsNegative ? -(double)value.Abs : (double)value.Bits;

    public static Int256 operator +(Int256 a, Int256 b)
    {
        var sum = new Int256(UInt256.WrappingAdd(a.Bits, b.Bits));
        return a.IsNegative == b.IsNegative && sum.IsNegative != a.IsNegative ? throw new OverflowException("Addition leaves the signed range.") : sum;
    }

    public static Int256 operator -(Int256 a, Int256 b)
    {
        var difference = new Int256(UInt256.WrappingSubtract(a.Bits, b.Bits));
        return a.IsNegative != b.IsNegative && difference.IsNegative != a.IsNegative
            ? throw new OverflowException("Subtraction leaves the signed range.") : difference;
    }

    public static Int256 operator -(Int256 a) => Zero - a;
    public static Int256 operator *(Int256 a, Int256 b) => WithSign(a.Abs * b.Abs, a.IsNegative != b.IsNegative);

    /// <summary>Truncates toward zero.</summary>
    public static Int256 operator /(Int256 a, Int256 b) => WithSign(a.Abs / b.Abs, a.IsNegative != b.IsNegative);

    /// <summary><c>trunc(a * b / divisor)</c> over the full 512-bit product, toward zero.</summary>
    /// <exception cref="OverflowException">The quotient leaves the signed range.</exception>
    public static Int256 MulDivTrunc(Int256 a, Int256 b, UInt256 divisor) =>
        WithSign(UInt256.MulDivDown(a.Abs, b.Abs, divisor), a.IsNegative != b.IsNegative);

    public static Int256 Clamp(Int256 value, Int256 min, Int256 max) => value < min ? min : value > max ? max : value;
    public static Int256 Max(Int256 a, Int256 b) => a > b ? a : b;
    public static Int256 Min(Int256 a, Int256 b) => a < b ? a : b;

    public static bool operator ==(Int256 a, Int256 b) => a.Bits == b.Bits;
    public static bool operator !=(Int256 a, Int256 b) => a.Bits != b.Bits;
    public static bool operator <(Int256 a, Int256 b) => a.CompareTo(b) < 0;
    public static bool operator >(Int256 a, Int256 b) => a.CompareTo(b) > 0;
    public static bool operator <=(Int256 a, Int256 b) => a.CompareTo(b) <= 0;
    public static bool operator >=(Int256 a, Int256 b) => a.CompareTo(b) >= 0;

    public int CompareTo(Int256 other) => IsNegative != other.IsNegative ? (IsNegative ? -1 : 1) : Bits.CompareTo(other.Bits);
    public bool Equals(Int256 other) => Bits == other.Bits;
    public override bool Equals(object? obj) => obj is Int256 other && Equals(other);
    public override int GetHashCode() => Bits.GetHashCode();
    public string ToString(string? format, IFormatProvider? formatProvider) => ToString();
    public override string ToString() => IsNegative ? "-" + Abs : Bits.ToString();

    private static Int256 WithSign(UInt256 magnitude, bool negative) => negative ? Negative(magnitude) : (Int256)magnitude;

    private static Int256 Negative(UInt256 magnitude) =>
        magnitude <= MinValue.Bits ? new(UInt256.WrappingSubtract(UInt256.Zero, magnitude)) : throw new OverflowException("The value is below -2^255.");
}
