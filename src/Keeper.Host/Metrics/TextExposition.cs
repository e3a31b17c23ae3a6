using System.Collections.Concurrent;
using System.Text;

namespace Keeper.Host.Metrics;

/// <summary>The exposition without a package: by name, then by labels.</summary>
internal sealed class TextExposition : IExposition
{
    private readonly ConcurrentDictionary<string, Family> _families = new(StringComparer.Ordinal);

    public string Name => "text";

    public ISeries Add(MetricFamily family, LabelSet labels)
    {
        TextSeries series = family.Kind == InstrumentKind.Histogram ? new HistogramSeries(family.Bounds) : new ValueSeries(adds: family.Kind is InstrumentKind.Counter or InstrumentKind.UpDownCounter);
        _families.GetOrAdd(family.Name, _ => new(family, new(StringComparer.Ordinal))).Series[labels.Text] = series;
        return series;
    }

    public Task<string> WriteAsync(CancellationToken cancellation)
    {
        var text = new StringBuilder(16 * 1024);
        foreach (var (family, series) in _families.Values.OrderBy(family => family.Metric.Name, StringComparer.Ordinal))
        {
            PrometheusText.AppendHeader(text, family);
            foreach (var (labels, one) in series.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                if (one.IsShown) one.Write(text, family.Name, labels);
            }
        }
        return Task.FromResult(text.ToString());
    }

    private sealed record Family(MetricFamily Metric, ConcurrentDictionary<string, TextSeries> Series);
}
