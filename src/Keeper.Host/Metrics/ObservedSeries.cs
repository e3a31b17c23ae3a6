namespace Keeper.Host.Metrics;

/// <summary>A series and what the bridge knows of it.</summary>
internal sealed class ObservedSeries(ISeries series, InstrumentKind kind)
{
    private int _lastObservation;
    private double _total;

    /// <summary>False for a value that no counter or histogram can take: nothing has happened then.</summary>
    /// <param name="observation">The scrape in which it was measured.</param>
    public bool TryRecord(double value, int observation)
    {
        Volatile.Write(ref _lastObservation, observation);
        if (!IsAllowed(value)) return false;
        _total = value;
        series.Record(value);
        return true;
    }

    public void HideUnlessSeenIn(int observation)
    {
        if (Volatile.Read(ref _lastObservation) != observation) series.Hide();
    }

    /// <summary>A counter never falls, and what is no number has no bucket. A total that falls keeps the one before: the library could not show it.</summary>
    private bool IsAllowed(double value) => kind switch
    {
        InstrumentKind.Counter => value >= 0,
        InstrumentKind.ObservableCounter => value >= _total,
        InstrumentKind.Histogram => !double.IsNaN(value),
        _ => true,
    };
}
