namespace Keeper.Core.Telemetry;

/// <summary>The spelling of a closed set's members in labels and logs: <c>BelowMinProfit</c> is <c>below_min_profit</c>.</summary>
public static class Label
{
    public static string Of<T>(T value) where T : struct, Enum => Cache<T>.Labels[value];

    private static class Cache<T> where T : struct, Enum
    {
        public static readonly Dictionary<T, string> Labels = Enum.GetValues<T>().Distinct().ToDictionary(value => value, value => Snake(value.ToString()));
    }

    private static string Snake(string name) =>
        string.Concat(name.Select((letter, i) => char.IsUpper(letter) && i > 0 ? "_" + char.ToLowerInvariant(letter) : char.ToLowerInvariant(letter).ToString()));
}
