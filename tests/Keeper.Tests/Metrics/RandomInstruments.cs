using System.Diagnostics.Metrics;

namespace Keeper.Tests.Metrics;

/// <summary>Instruments of every kind under one meter, measured at random: odd values, odd names, label sets that come and go.</summary>
internal sealed class RandomInstruments
{
    private static readonly double[] OddValues = [0, -0.0, 1, -1, 0.1, 1e-7, 12345678.9, 1e21, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon];
    private static readonly string[] LabelNames = ["a", "b.c", "B", "__x", "le", "1"];
    private static readonly object?[] LabelValues = ["", "x", "q\"\\\n", null, true, 7, 2.5, "é€"];
    private readonly Random _random;
    private readonly List<Action> _measure = [];

    public RandomInstruments(Meter meter, Random random)
    {
        _random = random;
        var counter = meter.CreateCounter<double>("keeper_counter_total", null, "A\\b\nc.");
        var whole = meter.CreateCounter<long>("keeper:whole.total");
        var upDown = meter.CreateUpDownCounter<int>("keeper_up_down", null, "Up and down.");
        var gauge = meter.CreateGauge<double>("keeper_gauge", null, "  ");
        var plain = meter.CreateHistogram<double>("keeper_plain_seconds", "s", "Bounds by default.");
        var advised = meter.CreateHistogram("keeper_advised", null, "Bounds by advice.", null, new InstrumentAdvice<long> { HistogramBucketBoundaries = [1, 2, 3, 5, 8] });
        var fine = meter.CreateHistogram("keeper_fine_seconds", null, "Small bounds.", null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.000_000_1, 0.00005, 0.005, 1e9, 1e21] });
        _measure.Add(() => counter.Add(Value(), Labels()));
        _measure.Add(() => whole.Add(random.Next(-1, 1000), Labels()));
        _measure.Add(() => upDown.Add(random.Next(-5, 6), Labels()));
        _measure.Add(() => gauge.Record(Value(), Labels()));
        _measure.Add(() => plain.Record(Math.Abs(Value()), Labels()));
        _measure.Add(() => plain.Record(random.NextDouble()));
        _measure.Add(() => advised.Record(random.Next(-1, 12), Labels()));
        _measure.Add(() => fine.Record(Value(), Labels()));
        meter.CreateObservableGauge("keeper_observed", () => Enumerable.Range(0, 3).Where(_ => Next(2) == 0).Select(i => new Measurement<double>(i + Round, new KeyValuePair<string, object?>("i", i))).ToArray());
        meter.CreateObservableCounter("keeper_observed_total", () => Enumerable.Range(0, 3).Where(i => (Round + i) % 2 == 0).Select(i => new Measurement<long>(10 * Round - i * Round * Round, new KeyValuePair<string, object?>("i", i))).ToArray());
    }

    /// <summary>What observable instruments read: the same for every listener within a round.</summary>
    public int Round { get; set; }

    public void Measure(int times)
    {
        for (var i = 0; i < times; i++) _measure[_random.Next(_measure.Count)]();
    }

    private int Next(int below) => (Round * 7919 >> 3) % below;

    private double Value() => _random.Next(3) == 0 ? OddValues[_random.Next(OddValues.Length)] : Math.Exp(_random.NextDouble() * 20 - 10);

    private KeyValuePair<string, object?>[] Labels() =>
        Enumerable.Range(0, _random.Next(4)).Select(_ => new KeyValuePair<string, object?>(LabelNames[_random.Next(LabelNames.Length)], LabelValues[_random.Next(LabelValues.Length)])).ToArray();
}
