namespace Keeper.Host.Metrics;

/// <summary>Names as both expositions take them. Where a name is valid it stays; each character that is not becomes an underscore.</summary>
internal static class MetricName
{
    /// <summary>Without colons, which belong to recording rules; prometheus-net refuses them.</summary>
    public static string Of(string name)
    {
        var valid = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c == '_' ? c : '_'));
        return valid.Length == 0 || char.IsAsciiDigit(valid[0]) ? "_" + valid : valid;
    }

    /// <summary>Two underscores at the beginning are Prometheus' own, and "le" is the bound of a bucket.</summary>
    public static string OfLabel(string name)
    {
        var valid = Of(name);
        if (valid.StartsWith("__", StringComparison.Ordinal)) valid = "_" + valid.TrimStart('_');
        return valid == "le" ? "_le" : valid;
    }
}
