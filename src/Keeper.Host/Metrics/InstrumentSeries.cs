using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;

namespace Keeper.Host.Metrics;

/// <summary>All series of one instrument. A measurement of a known label set finds its series without allocating.</summary>
internal sealed class InstrumentSeries(string name, Instrument instrument, InstrumentKind kind, int maxSeries)
{
    private readonly ConcurrentDictionary<KeyValuePair<string, object?>[], Series> _byTags = new(TagComparer.Instance);
    private readonly ConcurrentDictionary<string, Series> _byLabels = new(StringComparer.Ordinal);
    private readonly Lock _growth = new();
    private readonly string _help = instrument.Description ?? "";
    private readonly double[] _bounds = kind == InstrumentKind.Histogram ? InstrumentKinds.Bounds(instrument) : [];
    private long _dropped;
    private int _observation;

    public string Name => name;
    public InstrumentKind Kind => kind;
    public long Dropped => Interlocked.Read(ref _dropped);

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var lookup = _byTags.GetAlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>>();
        if (!lookup.TryGetValue(tags, out var series)) series = Add(tags);
        if (series is null) Interlocked.Increment(ref _dropped);
        else series.Record(value, Volatile.Read(ref _observation));
    }

    /// <summary>From here on, what is not observed again is no longer there.</summary>
    public void BeginObservation() => Interlocked.Increment(ref _observation);

    public void Write(StringBuilder text)
    {
        var current = Volatile.Read(ref _observation);
        var present = _byLabels.Where(pair => !kind.IsObservable() || pair.Value.LastObservation == current)
            .OrderBy(pair => pair.Key, StringComparer.Ordinal).ToArray();
        if (present.Length == 0) return;
        PrometheusText.AppendHeader(text, name, _help, kind.TypeName());
        foreach (var (labels, series) in present) series.Write(text, name, labels);
    }

    /// <summary>Null when the instrument has as many series as it may.</summary>
    private Series? Add(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = PrometheusText.Labels(tags);
        lock (_growth)
        {
            if (!_byLabels.TryGetValue(labels, out var series))
            {
                if (_byLabels.Count >= maxSeries) return null;
                series = kind == InstrumentKind.Histogram ? new HistogramSeries(_bounds) : new ValueSeries(adds: kind is InstrumentKind.Counter or InstrumentKind.UpDownCounter);
                _byLabels[labels] = series;
            }
            // The same labels in another order are another key of the same series; only so many of them are remembered.
            if (_byTags.Count < 4 * maxSeries) _byTags.TryAdd(tags.ToArray(), series);
            return series;
        }
    }
}
