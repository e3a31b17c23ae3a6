using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;

namespace Keeper.Core.Primitives;

/// <summary>
/// An unsigned 256-bit integer in four 64-bit limbs, with the checked arithmetic of Solidity 0.8: an operator that
/// leaves the range throws <see cref="OverflowException"/>, a division by zero <see cref="DivideByZeroException"/>.
/// </summary>
public readonly partial struct UInt256 : IEquatable<UInt256>, IComparable<UInt256>, ISpanFormattable
{
    /// <summary>Limbs, least significant first.</summary>
    private readonly ulong _0, _1, _2, _3;

    public UInt256(ulong limb0, ulong limb1 = 0, ulong limb2 = 0, ulong limb3 = 0) =>
        (_0, _1, _2, _3) = (limb0, limb1, limb2, limb3);

    public static UInt256 Zero => default;
    public static UInt256 One => new(1);
    public static UInt256 MaxValue => new(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue);

    /// <summary>Limb <paramref name="index"/>, 0 the least significant, 3 the most.</summary>
    public ulong Limb(int index) => index switch { 0 => _0, 1 => _1, 2 => _2, 3 => _3, _ => throw new ArgumentOutOfRangeException(nameof(index)) };

    public bool IsZero => (_0 | _1 | _2 | _3) == 0;
    public bool FitsUInt64 => (_1 | _2 | _3) == 0;

    /// <summary>The number of bits up to and including the highest one that is set; 0 for zero.</summary>
    public int BitLength =>
        _3 != 0 ? 256 - BitOperations.LeadingZeroCount(_3)
        : _2 != 0 ? 192 - BitOperations.LeadingZeroCount(_2)
        : _1 != 0 ? 128 - BitOperations.LeadingZeroCount(_1)
        : 64 - BitOperations.LeadingZeroCount(_0);

    public static implicit operator UInt256(ulong value) => new(value);
    public static implicit operator UInt256(uint value) => new(value);
    public static implicit operator UInt256(UInt128 value) => new((ulong)value, (ulong)(value >> 64));

    /// <exception cref="OverflowException">The value does not fit.</exception>
    public static explicit operator ulong(UInt256 value) => value.FitsUInt64 ? value._0 : throw new OverflowException("The value exceeds 64 bits.");

    /// <exception cref="OverflowException">The value does not fit.</exception>
    public static explicit operator UInt128(UInt256 value) =>
        (value._2 | value._3) == 0 ? new UInt128(value._1, value._0) : throw new OverflowException("The value exceeds 128 bits.");

    /// <exception cref="OverflowException">The value is negative.</exception>
    public static explicit operator UInt256(Int256 value) => value.IsNegative ? throw new OverflowException("The value is negative.") : value.Bits;

    public static explicit operator UInt256(BigInteger value)
    {
        if (value.Sign < 0 || value.GetBitLength() > 256) throw new OverflowException("The value is outside 0 .. 2^256 - 1.");
        Span<byte> bytes = stackalloc byte[32];
        bytes.Clear();
        value.TryWriteBytes(bytes, out _, isUnsigned: true);
        return new(
            BinaryPrimitives.ReadUInt64LittleEndian(bytes), BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]), BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]));
    }

    public static implicit operator BigInteger(UInt256 value)
    {
        Span<byte> bytes = stackalloc byte[32];
        value.WriteBigEndian(bytes);
        return new BigInteger(bytes, isUnsigned: true, isBigEndian: true);
    }

    /// <summary>The nearest double, for display and metrics only: no amount is decided by it.</summary>
    public static explicit operator double(UInt256 value) =>
        value._0 + value._1 * 18446744073709551616.0 + value._2 * 3.402823669209385e38 + value._3 * 6.277101735386681e57;

    /// <summary>Reads 32 bytes, most significant first, as the EVM lays out a word.</summary>
    public static UInt256 ReadBigEndian(ReadOnlySpan<byte> word) => new(
        BinaryPrimitives.ReadUInt64BigEndian(word[24..32]), BinaryPrimitives.ReadUInt64BigEndian(word[16..24]),
        BinaryPrimitives.ReadUInt64BigEndian(word[8..16]), BinaryPrimitives.ReadUInt64BigEndian(word[..8]));

    /// <summary>Writes 32 bytes, most significant first.</summary>
    public void WriteBigEndian(Span<byte> word)
    {
        BinaryPrimitives.WriteUInt64BigEndian(word[..8], _3);
        BinaryPrimitives.WriteUInt64BigEndian(word[8..16], _2);
        BinaryPrimitives.WriteUInt64BigEndian(word[16..24], _1);
        BinaryPrimitives.WriteUInt64BigEndian(word[24..32], _0);
    }

    /// <summary>Reads decimal digits, or hex digits after <c>0x</c>.</summary>
    /// <exception cref="FormatException">Not a number, negative, or above 2^256 - 1.</exception>
    public static UInt256 Parse(string text) =>
        TryParse(text, out var value) ? value : throw new FormatException($"'{text}' is not an unsigned 256-bit integer.");

    public static bool TryParse(string? text, out UInt256 value)
    {
        value = default;
        if (string.IsNullOrEmpty(text)) return false;
        BigInteger parsed;
        if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            if (text.Length is 2 or > 66) return false;
            if (!BigInteger.TryParse("0" + text[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out parsed)) return false;
        }
        else if (text.Length > 78 || !BigInteger.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out parsed)) return false;
        if (parsed.GetBitLength() > 256) return false;
        value = (UInt256)parsed;
        return true;
    }

    public static bool operator ==(UInt256 a, UInt256 b) => a._0 == b._0 && a._1 == b._1 && a._2 == b._2 && a._3 == b._3;
    public static bool operator !=(UInt256 a, UInt256 b) => !(a == b);
    public static bool operator <(UInt256 a, UInt256 b) => a.CompareTo(b) < 0;
    public static bool operator >(UInt256 a, UInt256 b) => a.CompareTo(b) > 0;
    public static bool operator <=(UInt256 a, UInt256 b) => a.CompareTo(b) <= 0;
    public static bool operator >=(UInt256 a, UInt256 b) => a.CompareTo(b) >= 0;

    public int CompareTo(UInt256 other) =>
        _3 != other._3 ? _3.CompareTo(other._3)
        : _2 != other._2 ? _2.CompareTo(other._2)
        : _1 != other._1 ? _1.CompareTo(other._1)
        : _0.CompareTo(other._0);

    public bool Equals(UInt256 other) => this == other;
    public override bool Equals(object? obj) => obj is UInt256 other && this == other;
    public override int GetHashCode() => HashCode.Combine(_0, _1, _2, _3);
    public static UInt256 Min(UInt256 a, UInt256 b) => a < b ? a : b;
    public static UInt256 Max(UInt256 a, UInt256 b) => a > b ? a : b;

    /// <summary>Decimal digits; <c>"x"</c> gives 0x-prefixed hex without leading zeros, as JSON-RPC writes quantities.</summary>
    public string ToString(string? format, IFormatProvider? formatProvider) => format switch
    {
        "x" => "0x" + (BitLength == 0 ? "0" : ((BigInteger)this).ToString("x", CultureInfo.InvariantCulture).TrimStart('0')),
        _ => FitsUInt64 ? _0.ToString(CultureInfo.InvariantCulture) : ((BigInteger)this).ToString(CultureInfo.InvariantCulture),
    };

    public override string ToString() => ToString(null, null);

    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider)
    {
        var text = ToString(format.IsEmpty ? null : format.ToString(), provider);
        charsWritten = text.TryCopyTo(destination) ? text.Length : 0;
        return charsWritten == text.Length;
    }
}
