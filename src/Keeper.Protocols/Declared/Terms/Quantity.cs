using System.Globalization;
using System.Numerics;
using Keeper.Core.Primitives;
using Keeper.Protocols.Declared.Abi;

namespace Keeper.Protocols.Declared.Terms;

/// <summary>An integer of any type of the ABI, so that a signed one compares with an unsigned one as numbers do.</summary>
internal readonly record struct Quantity(bool IsNegative, UInt256 Magnitude) : IComparable<Quantity>
{
    private const int MaxExponent = 77;

    /// <summary>Where the value leaves 256 bits with a sign, the nearest that does not.</summary>
    public Int256 Saturated =>
        IsNegative ? (Magnitude >= Int256.MinValue.Bits ? Int256.MinValue : -(Int256)Magnitude) : Magnitude.BitLength == 256 ? Int256.MaxValue : (Int256)Magnitude;

    public static Quantity Of(AbiType.Word type, UInt256 bits)
    {
        if (type.Kind != WordKind.Signed) return new(false, bits);
        var value = Int256.FromBits(bits);
        return new(value.IsNegative, value.Abs);
    }

    /// <summary><c>-5</c>, <c>1_000</c>, <c>1e18</c>, <c>true</c>.</summary>
    public static bool TryParse(string text, out Quantity value)
    {
        value = text == "true" ? new(false, UInt256.One) : default;
        if (text is "true" or "false") return true;
        var isNegative = text.StartsWith('-');
        var digits = text[(isNegative ? 1 : 0)..].Replace("_", "", StringComparison.Ordinal);
        var at = digits.IndexOf('e', StringComparison.Ordinal);
        var exponent = 0;
        if (at >= 0 && (!int.TryParse(digits.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out exponent) || exponent > MaxExponent)) return false;
        if (at >= 0) digits = digits[..at];
        if (digits.Length is 0 or > 78 || !BigInteger.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return false;
        number *= BigInteger.Pow(10, exponent);
        if (number.GetBitLength() > 256) return false;
        value = new(isNegative && !number.IsZero, (UInt256)number);
        return true;
    }

    /// <summary>The word of this type that holds it; null where it does not fit.</summary>
    public UInt256? ToWord(AbiType.Word type) => type.Kind switch
    {
        WordKind.Unsigned => !IsNegative && Magnitude.BitLength <= type.Bits ? Magnitude : null,
        WordKind.Signed when IsNegative => Magnitude <= UInt256.One << (type.Bits - 1) ? UInt256.WrappingSubtract(UInt256.Zero, Magnitude) : null,
        WordKind.Signed => Magnitude.BitLength < type.Bits ? Magnitude : null,
        _ => null,
    };

    public int CompareTo(Quantity other) =>
        IsNegative != other.IsNegative ? (IsNegative ? -1 : 1) : IsNegative ? other.Magnitude.CompareTo(Magnitude) : Magnitude.CompareTo(other.Magnitude);

    /// <summary>How far two values are from each other, by the greater of them: it orders whom to ask first, and decides nothing.</summary>
    public static double Distance(Quantity a, Quantity b)
    {
        var (x, y) = ((double)a.Saturated, (double)b.Saturated);
        return Math.Max(Math.Abs(x), Math.Abs(y)) is > 0 and var greater ? Math.Abs(x - y) / greater : 0;
    }

    public override string ToString() => (IsNegative ? "-" : "") + Magnitude;
}
