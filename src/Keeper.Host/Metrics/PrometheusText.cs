using System.Globalization;
using System.Text;

namespace Keeper.Host.Metrics;

/// <summary>Lines of the Prometheus text format 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/).</summary>
internal static class PrometheusText
{
    /// <summary>What an HTTP answer with the text says of itself.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static void AppendHeader(StringBuilder text, MetricFamily family)
    {
        text.Append("# HELP ").Append(family.Name).Append(' ').Append(EscapeHelp(family.Help)).Append('\n');
        text.Append("# TYPE ").Append(family.Name).Append(' ').Append(family.Kind.TypeName()).Append('\n');
    }

    /// <param name="labels">As <see cref="Labels"/> gives them.</param>
    public static void AppendSample(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0) text.Append('{').Append(labels).Append('}');
        text.Append(' ').Append(Number(value)).Append('\n');
    }

    /// <summary>The shortest that reads back as the same number. A bound is a label, so that its spelling counts: this is prometheus-net's.</summary>
    public static string Number(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf" : value.ToString("g", CultureInfo.InvariantCulture);

    public static string Labels(string[] names, string[] values) => string.Join(',', names.Zip(values, (name, value) => $"{name}=\"{Escape(value)}\""));

    public static string Join(string labels, string more) => labels.Length == 0 ? more : labels + "," + more;

    public static string EscapeHelp(string help) => help.Replace("\\", "\\\\").Replace("\n", "\\n");

    private static string Escape(string value) => value.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n");
}
