using System.Globalization;
using System.Numerics;
using Keeper.Core.Primitives;

namespace Keeper.Host.Ledger;

/// <summary>Times and amounts as text: exact, and the same on every machine.</summary>
internal static class LedgerText
{
    private const int UsdDecimals = 18;

    public static string Utc(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    /// <summary>The time of a block, which counts whole seconds; a number that is no time stays a number.</summary>
    public static string BlockTime(ulong seconds) =>
        seconds <= (ulong)DateTimeOffset.MaxValue.ToUnixTimeSeconds() ? DateTimeOffset.FromUnixTimeSeconds((long)seconds).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture) : Number(seconds);

    public static string Number(ulong number) => number.ToString(CultureInfo.InvariantCulture);

    public static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Every digit that the journal holds, without zeros behind the last.</summary>
    public static string Exact(Usd usd)
    {
        var digits = BigInteger.Abs(usd.Value).ToString(CultureInfo.InvariantCulture).PadLeft(UsdDecimals + 1, '0');
        var fraction = digits[^UsdDecimals..].TrimEnd('0');
        return $"{(usd.Value.IsNegative ? "-" : "")}{digits[..^UsdDecimals]}{(fraction.Length == 0 ? "" : ".")}{fraction}";
    }
}
