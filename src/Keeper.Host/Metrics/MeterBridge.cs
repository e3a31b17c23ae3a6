using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Keeper.Host.Metrics;

/// <summary>
/// Listens to one meter from its construction on and hands what was measured to an exposition. Names are the instruments' own. A
/// counter shows up with its first measurement, of 0 too: that is how a label set is initialised. Measurements of one
/// instrument may have labels of different names. Safe for concurrent use.
/// </summary>
internal sealed class MeterBridge : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, InstrumentSeries> _instruments = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _scrape = new(1);
    private readonly IExposition _exposition;
    private readonly int _maxSeries;
    private readonly OwnCounter _failures, _dropped, _refused;
    private long _failedObservations;

    /// <param name="exposition">Its series are this bridge's alone.</param>
    /// <param name="meter">The name of the meter to listen to; others are not heard.</param>
    /// <param name="maxSeries">The most label sets of one instrument; further ones are counted and left out. Default 1,000.</param>
    public MeterBridge(IExposition exposition, string meter = "Keeper", int maxSeries = 1000)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxSeries, 1);
        (_exposition, _maxSeries) = (exposition, maxSeries);
        _failures = new(exposition, "keeper_metrics_observe_failures_total", "Observable instruments that threw while they were read.");
        _dropped = new(exposition, "keeper_metrics_series_dropped_total", "Measurements left out because their instrument had too many label sets.");
        _refused = new(exposition, "keeper_metrics_refused_total", "Measurements left out because no counter falls and no histogram takes what is not a number.");
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == meter && StateOf(instrument) is { } state) listener.EnableMeasurementEvents(instrument, state);
        };
        _listener.SetMeasurementEventCallback<byte>((_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<short>((_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<int>((_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<long>((_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<float>((_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<decimal>((_, value, tags, state) => Record(state, (double)value, tags));
        _listener.Start();
    }

    /// <summary>What writes the text, by name.</summary>
    public string Exporter => _exposition.Name;

    /// <summary>Asks the observable instruments and writes all series in the Prometheus text format 0.0.4.</summary>
    public async Task<string> RenderAsync(CancellationToken cancellation = default)
    {
        await _scrape.WaitAsync(cancellation);
        try
        {
            Observe();
            _failures.Set(_failedObservations);
            _dropped.Set(_instruments.Values.Sum(instrument => instrument.Dropped));
            _refused.Set(_instruments.Values.Sum(instrument => instrument.Refused));
            return await _exposition.WriteAsync(cancellation);
        }
        finally
        {
            _scrape.Release();
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        _scrape.Dispose();
    }

    private static void Record(object? state, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) => ((InstrumentSeries)state!).Record(value, tags);

    private void Observe()
    {
        foreach (var instrument in _instruments.Values) instrument.BeginObservation();
        try
        {
            _listener.RecordObservableInstruments();
        }
        catch (AggregateException exception)
        {
            // One that throws keeps neither the others nor the counters from the reader.
            _failedObservations += exception.InnerExceptions.Count;
        }
        foreach (var instrument in _instruments.Values) instrument.EndObservation();
    }

    /// <summary>Two instruments of one name share their series where they are of one kind; where not, the second is not heard.</summary>
    private InstrumentSeries? StateOf(Instrument instrument)
    {
        if (InstrumentKinds.Of(instrument) is not { } kind) return null;
        var name = MetricName.Of(instrument.Name);
        if (name == _failures.Name || name == _dropped.Name || name == _refused.Name) return null;
        var help = string.IsNullOrWhiteSpace(instrument.Description) ? "" : instrument.Description;
        var state = _instruments.GetOrAdd(name, _ => new InstrumentSeries(
            new(name, help, kind, kind == InstrumentKind.Histogram ? InstrumentKinds.Bounds(instrument) : []), _exposition, _maxSeries));
        return state.Kind == kind ? state : null;
    }

    /// <summary>What the bridge counts of itself.</summary>
    private sealed class OwnCounter(IExposition exposition, string name, string help)
    {
        private readonly ISeries _series = exposition.Add(new(name, help, InstrumentKind.ObservableCounter, []), LabelSet.Empty);

        public string Name => name;

        public void Set(long total) => _series.Record(total);
    }
}
