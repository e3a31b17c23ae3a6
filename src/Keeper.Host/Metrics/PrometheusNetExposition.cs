using System.Text;
using Prometheus;

namespace Keeper.Host.Metrics;

/// <summary>
/// Series as prometheus-net's counters, gauges and histograms, in a registry of their own: neither its own metrics nor its meter
/// adapter, which begins to listen at the first scrape and exports counters as gauges.
/// </summary>
internal sealed class PrometheusNetExposition : IExposition
{
    private readonly CollectorRegistry _registry = Prometheus.Metrics.NewCustomRegistry();
    private readonly IMetricFactory _factory;

    public PrometheusNetExposition()
    {
        var factory = Prometheus.Metrics.WithCustomRegistry(_registry);
        factory.ExemplarBehavior = ExemplarBehavior.NoExemplars();
        _factory = factory;
    }

    public string Name => "prometheus-net";

    /// <summary>Label sets of other names are another collector of the same family: the library writes them under one header.</summary>
    public ISeries Add(MetricFamily family, LabelSet labels)
    {
        // The library writes the text as it is, so that it comes escaped.
        var help = PrometheusText.EscapeHelp(family.Help);
        switch (family.Kind)
        {
            case InstrumentKind.Counter or InstrumentKind.ObservableCounter:
                var counter = _factory.CreateCounter(family.Name, help, labels.Names, new CounterConfiguration { SuppressInitialValue = true }).WithLabels(labels.Values);
                return new Series(counter, family.Kind == InstrumentKind.Counter ? value => counter.Inc(value) : counter.IncTo);
            case InstrumentKind.Histogram:
                // With the infinite bound in it: without any the library would take bounds of its own.
                var configuration = new HistogramConfiguration { SuppressInitialValue = true, Buckets = [.. family.Bounds, double.PositiveInfinity] };
                var histogram = _factory.CreateHistogram(family.Name, help, labels.Names, configuration).WithLabels(labels.Values);
                return new Series(histogram, histogram.Observe);
            default:
                var gauge = _factory.CreateGauge(family.Name, help, labels.Names, new GaugeConfiguration { SuppressInitialValue = true }).WithLabels(labels.Values);
                return new Series(gauge, family.Kind == InstrumentKind.UpDownCounter ? gauge.Inc : gauge.Set);
        }
    }

    public async Task<string> WriteAsync(CancellationToken cancellation)
    {
        using var stream = new MemoryStream(16 * 1024);
        await _registry.CollectAndExportAsTextAsync(stream, cancellation);
        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private sealed class Series(ChildBase child, Action<double> record) : ISeries
    {
        public void Record(double value) => record(value);

        public void Hide() => child.Unpublish();
    }
}
