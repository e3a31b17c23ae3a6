using System.Diagnostics.Metrics;
using System.Globalization;

namespace Keeper.Host.Metrics;

/// <summary>What an instrument's type and advice say.</summary>
internal static class InstrumentKinds
{
    /// <summary>Upper bounds where an instrument advises none: 0.1 ms to a minute, for durations in seconds.</summary>
    private static readonly double[] DefaultBounds =
        [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

    /// <summary>Null for a type that the text format has no form for.</summary>
    public static InstrumentKind? Of(Instrument instrument)
    {
        var type = instrument.GetType();
        if (!type.IsGenericType) return null;
        var definition = type.GetGenericTypeDefinition();
        return definition == typeof(Counter<>) ? InstrumentKind.Counter
            : definition == typeof(UpDownCounter<>) ? InstrumentKind.UpDownCounter
            : definition == typeof(Gauge<>) ? InstrumentKind.Gauge
            : definition == typeof(Histogram<>) ? InstrumentKind.Histogram
            : definition == typeof(ObservableCounter<>) ? InstrumentKind.ObservableCounter
            : definition == typeof(ObservableUpDownCounter<>) || definition == typeof(ObservableGauge<>) ? InstrumentKind.ObservableGauge
            : null;
    }

    /// <summary>The word of the TYPE line.</summary>
    public static string TypeName(this InstrumentKind kind) => kind switch
    {
        InstrumentKind.Counter or InstrumentKind.ObservableCounter => "counter",
        InstrumentKind.Histogram => "histogram",
        _ => "gauge",
    };

    public static bool IsObservable(this InstrumentKind kind) => kind is InstrumentKind.ObservableCounter or InstrumentKind.ObservableGauge;

    /// <summary>Upper bounds, ascending, without the infinite one.</summary>
    public static double[] Bounds(Instrument instrument)
    {
        var advised = instrument switch
        {
            Instrument<double> typed => Convert(typed.Advice),
            Instrument<long> typed => Convert(typed.Advice),
            Instrument<int> typed => Convert(typed.Advice),
            Instrument<float> typed => Convert(typed.Advice),
            Instrument<decimal> typed => Convert(typed.Advice),
            Instrument<short> typed => Convert(typed.Advice),
            Instrument<byte> typed => Convert(typed.Advice),
            _ => null,
        };
        return advised is null ? DefaultBounds : advised.Where(double.IsFinite).Distinct().Order().ToArray();
    }

    private static IEnumerable<double>? Convert<T>(InstrumentAdvice<T>? advice) where T : struct =>
        advice?.HistogramBucketBoundaries?.Select(bound => System.Convert.ToDouble(bound, CultureInfo.InvariantCulture));
}
