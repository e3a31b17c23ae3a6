using System.Globalization;
using System.Numerics;
using Keeper.Core.Primitives;

namespace Keeper.Host.Configuration;

/// <summary>Decimal text as a scaled integer, without a float between: <c>"0.1"</c> is exactly a tenth.</summary>
internal static class ExactDecimal
{
    /// <summary>False for anything but digits with at most one point, for more than <paramref name="decimals"/> places, and beyond 255 bits.</summary>
    public static bool TryParse(string text, int decimals, out UInt256 scaled)
    {
        scaled = default;
        var point = text.IndexOf('.', StringComparison.Ordinal);
        var whole = point < 0 ? text : text[..point];
        var fraction = point < 0 ? "" : text[(point + 1)..];
        if (whole.Length is 0 or > 60 || (point >= 0 && fraction.Length == 0) || fraction.Length > decimals) return false;
        if (!BigInteger.TryParse(whole + fraction.PadRight(decimals, '0'), NumberStyles.None, CultureInfo.InvariantCulture, out var value) || value.GetBitLength() > 255) return false;
        scaled = (UInt256)value;
        return true;
    }
}
