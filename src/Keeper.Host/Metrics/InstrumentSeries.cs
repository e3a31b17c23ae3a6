using System.Collections.Concurrent;

namespace Keeper.Host.Metrics;

/// <summary>All series of one instrument. A measurement of a known label set finds its series without allocating.</summary>
internal sealed class InstrumentSeries(MetricFamily family, IExposition exposition, int maxSeries)
{
    private readonly ConcurrentDictionary<KeyValuePair<string, object?>[], ObservedSeries> _byTags = new(TagComparer.Instance);
    private readonly ConcurrentDictionary<string, ObservedSeries> _byLabels = new(StringComparer.Ordinal);
    private readonly Lock _growth = new();
    private long _dropped, _refused;
    private int _observation;

    public InstrumentKind Kind => family.Kind;

    /// <summary>Measurements beyond the most label sets.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Measurements that the kind does not allow.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var lookup = _byTags.GetAlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>>();
        if (!lookup.TryGetValue(tags, out var series)) series = Add(tags);
        if (series is null) Interlocked.Increment(ref _dropped);
        else if (!series.TryRecord(value, Volatile.Read(ref _observation))) Interlocked.Increment(ref _refused);
    }

    public void BeginObservation() => Interlocked.Increment(ref _observation);

    /// <summary>What was not observed since it began is no longer there.</summary>
    public void EndObservation()
    {
        if (!Kind.IsObservable()) return;
        var current = Volatile.Read(ref _observation);
        foreach (var series in _byLabels.Values) series.HideUnlessSeenIn(current);
    }

    /// <summary>Null when the instrument has as many series as it may.</summary>
    private ObservedSeries? Add(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = LabelSet.Of(tags);
        lock (_growth)
        {
            if (!_byLabels.TryGetValue(labels.Text, out var series))
            {
                if (_byLabels.Count >= maxSeries) return null;
                series = new(exposition.Add(family, labels), Kind);
                _byLabels[labels.Text] = series;
            }
            // The same labels in another order are another key of the same series; only so many of them are remembered.
            if (_byTags.Count < 4 * maxSeries) _byTags.TryAdd(tags.ToArray(), series);
            return series;
        }
    }
}
