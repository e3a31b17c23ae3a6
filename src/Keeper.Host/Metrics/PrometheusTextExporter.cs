using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;

namespace Keeper.Host.Metrics;

/// <summary>
/// Listens to one meter from its construction on and gives what was measured in the Prometheus text format 0.0.4. Names are the
/// instruments' own. A counter shows up with its first measurement, of 0 too: that is how a label set is initialised.
/// Safe for concurrent use.
/// </summary>
internal sealed class PrometheusTextExporter : IDisposable
{
    /// <summary>What an HTTP answer with the text says of itself.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, InstrumentSeries> _instruments = new(StringComparer.Ordinal);
    private readonly Lock _scrape = new();
    private readonly int _maxSeries;
    private long _failedObservations;

    /// <param name="meter">The name of the meter to listen to; others are not heard.</param>
    /// <param name="maxSeries">The most label sets of one instrument; further ones are counted and left out. Default 1,000.</param>
    public PrometheusTextExporter(string meter = "Keeper", int maxSeries = 1000)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxSeries, 1);
        _maxSeries = maxSeries;
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

    /// <summary>Asks the observable instruments and writes all series, by name and then by labels.</summary>
    public string Render()
    {
        lock (_scrape)
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
            var text = new StringBuilder(16 * 1024);
            foreach (var instrument in _instruments.Values.OrderBy(instrument => instrument.Name, StringComparer.Ordinal)) instrument.Write(text);
            WriteOwn(text, "keeper_metrics_observe_failures_total", "Observable instruments that threw while they were read.", _failedObservations);
            WriteOwn(text, "keeper_metrics_series_dropped_total", "Measurements left out because their instrument had too many label sets.", _instruments.Values.Sum(instrument => instrument.Dropped));
            return text.ToString();
        }
    }

    public void Dispose() => _listener.Dispose();

    private static void Record(object? state, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) => ((InstrumentSeries)state!).Record(value, tags);

    private static void WriteOwn(StringBuilder text, string name, string help, long value)
    {
        PrometheusText.AppendHeader(text, name, help, "counter");
        PrometheusText.AppendSample(text, name, "", value);
    }

    /// <summary>Two instruments of one name share their series where they are of one kind; where not, the second is not heard.</summary>
    private InstrumentSeries? StateOf(Instrument instrument)
    {
        if (InstrumentKinds.Of(instrument) is not { } kind) return null;
        var name = PrometheusText.Name(instrument.Name);
        var state = _instruments.GetOrAdd(name, _ => new InstrumentSeries(name, instrument, kind, _maxSeries));
        return state.Kind == kind ? state : null;
    }
}
