using Keeper.Host.Metrics;

namespace Keeper.Tests.Metrics;

public sealed class TextExpositionTests : ExpositionContract
{
    private protected override IExposition Create() => new TextExposition();

    [Fact]
    public async Task Metrics_come_by_name_series_by_labels_and_buckets_upwards()
    {
        Meter.CreateGauge<int>("keeper_z", null, "Z.").Record(1);
        var counter = Meter.CreateCounter<long>("keeper_b_total", null, "B.");
        foreach (var reason in new[] { "y", "x" }) counter.Add(1, new KeyValuePair<string, object?>("reason", reason));
        Meter.CreateHistogram("keeper_a_seconds", null, "A.", null, new System.Diagnostics.Metrics.InstrumentAdvice<double> { HistogramBucketBoundaries = [0.00005, 1] }).Record(1);
        var text = await RenderAsync();
        Assert.Equal("""
            # HELP keeper_a_seconds A.
            # TYPE keeper_a_seconds histogram
            keeper_a_seconds_bucket{le="5e-05"} 0
            keeper_a_seconds_bucket{le="1"} 1
            keeper_a_seconds_bucket{le="+Inf"} 1
            keeper_a_seconds_sum 1
            keeper_a_seconds_count 1
            # HELP keeper_b_total B.
            # TYPE keeper_b_total counter
            keeper_b_total{reason="x"} 1
            keeper_b_total{reason="y"} 1

            """, text[..text.IndexOf("# HELP keeper_metrics_", StringComparison.Ordinal)]);
        Assert.EndsWith("keeper_z 1\n", text);
    }
}
