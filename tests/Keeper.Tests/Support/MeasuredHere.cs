using System.Diagnostics.Metrics;
using Keeper.Core.Telemetry;

namespace Keeper.Tests.Support;

/// <summary>
/// What the keeper's instruments were told by the test that made this one, and by nothing that runs beside it: a measurement is
/// taken where it is made, and the test's own flow is known by its context.
/// </summary>
internal sealed class MeasuredHere : IDisposable
{
    private static readonly AsyncLocal<MeasuredHere?> Current = new();

    private readonly Dictionary<string, List<double>> _told = [];
    private readonly MeterListener _listener;

    public MeasuredHere()
    {
        Current.Value = this;
        _listener = new() { InstrumentPublished = (instrument, listener) => { if (instrument.Meter.Name == KeeperMeter.Name) listener.EnableMeasurementEvents(instrument); } };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>Every series, as <c>name{label,label}</c>.</summary>
    public IReadOnlyCollection<string> Series
    {
        get { lock (_told) return [.. _told.Keys]; }
    }

    /// <summary>A counter's sum; null where it was never told of.</summary>
    public double? Sum(string series)
    {
        lock (_told) return _told.TryGetValue(series, out var told) ? told.Sum() : null;
    }

    /// <summary>A gauge's values, one after the other.</summary>
    public IReadOnlyList<double> Values(string series)
    {
        lock (_told) return _told.TryGetValue(series, out var told) ? [.. told] : [];
    }

    public void Dispose()
    {
        _listener.Dispose();
        Current.Value = null;
    }

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (Current.Value != this) return;
        var labels = new List<string>();
        foreach (var (_, label) in tags) labels.Add($"{label}");
        var series = labels.Count == 0 ? instrument.Name : $"{instrument.Name}{{{string.Join(",", labels)}}}";
        lock (_told)
        {
            if (!_told.TryGetValue(series, out var told)) _told[series] = told = [];
            told.Add(value);
        }
    }
}
