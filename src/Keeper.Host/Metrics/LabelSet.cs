using System.Globalization;

namespace Keeper.Host.Metrics;

/// <summary>Names and values, by name in ordinal order.</summary>
internal sealed class LabelSet
{
    public static readonly LabelSet Empty = new([], []);

    private LabelSet(string[] names, string[] values) => (Names, Values, Text) = (names, values, PrometheusText.Labels(names, values));

    public string[] Names { get; }
    public string[] Values { get; }

    /// <summary>As a sample has them, without braces: equal where the sets are equal.</summary>
    public string Text { get; }

    /// <summary>Of a name that comes twice, the last counts.</summary>
    public static LabelSet Of(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty) return Empty;
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in tags) labels[MetricName.OfLabel(key)] = TextOf(value);
        return new(labels.Keys.ToArray(), labels.Values.ToArray());
    }

    private static string TextOf(object? value) => value switch
    {
        null => "",
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };
}
