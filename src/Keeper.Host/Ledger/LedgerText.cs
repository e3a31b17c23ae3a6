using System.Globalization;
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
    public static string Exact(Usd usd) => (usd.Value.IsNegative ? "-" : "") + Exact(usd.Value.Abs, UsdDecimals);

    /// <summary>An amount in its whole unit; with decimals that no token has, in its smallest.</summary>
    public static string Exact(UInt256 amount, int decimals)
    {
        if (decimals is <= 0 or > 255) return amount.ToString();
        var digits = amount.ToString().PadLeft(decimals + 1, '0');
        var fraction = digits[^decimals..].TrimEnd('0');
        return $"{digits[..^decimals]}{(fraction.Length == 0 ? "" : ".")}{fraction}";
    }
}
