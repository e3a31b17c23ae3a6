namespace Keeper.Host.Metrics;

/// <summary>What a measurement does to its series.</summary>
internal enum InstrumentKind
{
    /// <summary>Adds to a counter.</summary>
    Counter,

    /// <summary>Adds to a gauge, up or down.</summary>
    UpDownCounter,

    /// <summary>Sets a gauge.</summary>
    Gauge,

    Histogram,

    /// <summary>Sets a counter to the total that was observed.</summary>
    ObservableCounter,

    /// <summary>Sets a gauge that exists only as long as it is observed.</summary>
    ObservableGauge,
}
