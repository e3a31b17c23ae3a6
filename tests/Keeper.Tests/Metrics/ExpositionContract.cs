using System.Diagnostics.Metrics;
using Keeper.Host.Metrics;
using Keeper.Tests.Support;

namespace Keeper.Tests.Metrics;

/// <summary>What every exposition does with the same measurements.</summary>
public abstract class ExpositionContract : IDisposable
{
    private static int _meters;
    private readonly MeterBridge _bridge;

    protected ExpositionContract()
    {
        // A meter of its own a test: the listener hears every meter of that name in the process.
        var name = "Keeper.Tests." + Interlocked.Increment(ref _meters);
        _bridge = new MeterBridge(Create(), name, maxSeries: 10);
        Meter = new Meter(name);
    }

    protected Meter Meter { get; }

    private protected abstract IExposition Create();

    protected Task<string> RenderAsync() => _bridge.RenderAsync();

    public void Dispose()
    {
        _bridge.Dispose();
        Meter.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_counter_adds_and_stands_under_its_own_name()
    {
        var counter = Meter.CreateCounter<long>("keeper_tx_bumps_total", null, "Fee bumps.");
        counter.Add(2);
        counter.Add(3);
        await ExpectAsync("""
            # HELP keeper_tx_bumps_total Fee bumps.
            # TYPE keeper_tx_bumps_total counter
            keeper_tx_bumps_total 5

            """);
    }

    [Fact]
    public async Task A_label_set_is_initialised_by_adding_nothing()
    {
        var counter = Meter.CreateCounter<long>("keeper_skipped_total", null, "Skipped.");
        counter.Add(0, new KeyValuePair<string, object?>("reason", "dust"));
        await ExpectAsync("""
            # HELP keeper_skipped_total Skipped.
            # TYPE keeper_skipped_total counter
            keeper_skipped_total{reason="dust"} 0

            """);
    }

    [Fact]
    public async Task Up_down_counters_and_gauges_are_gauges()
    {
        var pending = Meter.CreateUpDownCounter<int>("keeper_tx_pending", null, "Pending.");
        pending.Add(5);
        pending.Add(-7);
        var head = Meter.CreateGauge<double>("keeper_head", null, "Head.");
        head.Record(1.5);
        head.Record(double.NegativeInfinity);
        await ExpectAsync("""
            # HELP keeper_head Head.
            # TYPE keeper_head gauge
            keeper_head -Inf
            # HELP keeper_tx_pending Pending.
            # TYPE keeper_tx_pending gauge
            keeper_tx_pending -2

            """);
    }

    [Fact]
    public async Task Observable_instruments_are_read_at_each_scrape_and_gone_when_no_longer_observed()
    {
        var healthy = new Dictionary<string, int> { ["a"] = 1, ["b"] = 0 };
        Meter.CreateObservableGauge("keeper_up", () => healthy.Select(pair => new Measurement<int>(pair.Value, new KeyValuePair<string, object?>("rpc", pair.Key))), null, "Up.");
        var total = 7L;
        Meter.CreateObservableCounter("keeper_read_total", () => total, null, "Read.");
        Assert.Contains("keeper_up{rpc=\"b\"} 0\n", await RenderAsync());
        healthy.Remove("b");
        total = 9;
        await ExpectAsync("""
            # HELP keeper_read_total Read.
            # TYPE keeper_read_total counter
            keeper_read_total 9
            # HELP keeper_up Up.
            # TYPE keeper_up gauge
            keeper_up{rpc="a"} 1

            """);
    }

    [Fact]
    public async Task A_histogram_counts_by_the_bounds_it_advises_each_inclusive()
    {
        var histogram = Meter.CreateHistogram("keeper_signer_seconds", null, "Signing.", null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] });
        foreach (var value in new[] { 0.05, 0.1, 0.10001, 1, 2 }) histogram.Record(value, new KeyValuePair<string, object?>("key", "hot"));
        await ExpectAsync("""
            # HELP keeper_signer_seconds Signing.
            # TYPE keeper_signer_seconds histogram
            keeper_signer_seconds_bucket{key="hot",le="0.1"} 2
            keeper_signer_seconds_bucket{key="hot",le="1"} 4
            keeper_signer_seconds_bucket{key="hot",le="+Inf"} 5
            keeper_signer_seconds_sum{key="hot"} 3.25001
            keeper_signer_seconds_count{key="hot"} 5

            """);
    }

    [Fact]
    public async Task A_histogram_without_advice_has_default_bounds()
    {
        Meter.CreateHistogram<double>("keeper_x_seconds", null, "X.").Record(1000);
        var text = await RenderAsync();
        Assert.Contains("keeper_x_seconds_bucket{le=\"0.0001\"} 0\n", text);
        Assert.Contains("keeper_x_seconds_bucket{le=\"60\"} 0\n", text);
        Assert.Contains("keeper_x_seconds_bucket{le=\"+Inf\"} 1\n", text);
    }

    [Fact]
    public async Task Labels_are_escaped_sorted_and_one_series_in_any_order()
    {
        var counter = Meter.CreateCounter<long>("keeper_odd_total", null, "Back\\slash\nand line.");
        counter.Add(1, new("b", "q\"\\\n"), new("a.b", true));
        counter.Add(1, new("a.b", true), new("b", "q\"\\\n"));
        counter.Add(1, new("b", null), new("a.b", 3));
        await ExpectAsync("""
            # HELP keeper_odd_total Back\\slash\nand line.
            # TYPE keeper_odd_total counter
            keeper_odd_total{a_b="3",b=""} 1
            keeper_odd_total{a_b="true",b="q\"\\\n"} 2

            """);
    }

    [Fact]
    public async Task Beyond_the_bound_series_are_dropped_and_counted()
    {
        var counter = Meter.CreateCounter<long>("keeper_many_total", null, "Many.");
        for (var i = 0; i < 13; i++) counter.Add(1, new KeyValuePair<string, object?>("i", i));
        counter.Add(1, new KeyValuePair<string, object?>("i", 0));
        var text = await RenderAsync();
        Assert.Equal(10, text.Split('\n').Count(line => line.StartsWith("keeper_many_total{", StringComparison.Ordinal)));
        Assert.Contains("keeper_many_total{i=\"0\"} 2\n", text);
        Assert.Contains("keeper_metrics_series_dropped_total 3\n", text);
    }

    [Fact]
    public async Task An_observable_that_throws_leaves_the_others_readable_and_is_counted()
    {
        Meter.CreateObservableGauge("keeper_bad", new Func<int>(() => throw new InvalidOperationException("no")), null, "Bad.");
        Meter.CreateObservableGauge("keeper_good", () => 1, null, "Good.");
        var text = await RenderAsync();
        Assert.Contains("keeper_good 1\n", text);
        Assert.Contains("keeper_metrics_observe_failures_total 1\n", text);
    }

    [Fact]
    public async Task Another_meter_is_not_heard()
    {
        using var other = new Meter("Other");
        other.CreateCounter<long>("keeper_other_total").Add(1);
        Assert.DoesNotContain("keeper_other_total", await RenderAsync());
    }

    [Fact]
    public async Task A_name_twice_is_one_metric_and_never_of_two_types()
    {
        Meter.CreateCounter<long>("keeper_twice_total", null, "Twice.").Add(1);
        Meter.CreateCounter<int>("keeper_twice_total", null, "Twice.").Add(2);
        Meter.CreateGauge<int>("keeper_twice_total", null, "Twice.").Record(9);
        await ExpectAsync("""
            # HELP keeper_twice_total Twice.
            # TYPE keeper_twice_total counter
            keeper_twice_total 3

            """);
    }

    [Fact]
    public async Task Measurements_of_one_instrument_may_have_labels_of_different_names()
    {
        var counter = Meter.CreateCounter<long>("keeper_mixed_total", null, "Mixed.");
        counter.Add(1);
        counter.Add(2, new KeyValuePair<string, object?>("rpc", "a"));
        counter.Add(3, new("rpc", "a"), new("method", "b"));
        counter.Add(4, new KeyValuePair<string, object?>("rpc", "a"));
        await ExpectAsync("""
            # HELP keeper_mixed_total Mixed.
            # TYPE keeper_mixed_total counter
            keeper_mixed_total 1
            keeper_mixed_total{rpc="a"} 6
            keeper_mixed_total{method="b",rpc="a"} 3

            """);
    }

    [Fact]
    public async Task What_no_counter_or_histogram_can_take_is_left_out_and_counted()
    {
        var counter = Meter.CreateCounter<double>("keeper_up_total", null, "Up.");
        foreach (var value in new[] { 2, -1, double.NaN }) counter.Add(value);
        var histogram = Meter.CreateHistogram("keeper_h", null, "H.", null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [1] });
        foreach (var value in new[] { double.NaN, double.PositiveInfinity, -1 }) histogram.Record(value);
        var total = 5L;
        Meter.CreateObservableCounter("keeper_read_total", () => total, null, "Read.");
        _ = await RenderAsync();
        total = 4;
        var text = await RenderAsync();
        Assert.Contains("\nkeeper_metrics_refused_total 4\n", text);
        Assert.Equal(
            Exposition.Canonical("""
                # HELP keeper_h H.
                # TYPE keeper_h histogram
                keeper_h_bucket{le="1"} 1
                keeper_h_bucket{le="+Inf"} 2
                keeper_h_sum +Inf
                keeper_h_count 2
                # HELP keeper_read_total Read.
                # TYPE keeper_read_total counter
                keeper_read_total 5
                # HELP keeper_up_total Up.
                # TYPE keeper_up_total counter
                keeper_up_total 2
                """),
            Exposition.CanonicalWithoutOwn(text));
    }

    [Fact]
    public async Task A_gauge_may_be_anything_that_a_number_may_be()
    {
        var gauge = Meter.CreateGauge<double>("keeper_g", null, "");
        foreach (var value in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity, -0.5, 1e300 }) gauge.Record(value, new KeyValuePair<string, object?>("v", value));
        await ExpectAsync("""
            # HELP keeper_g
            # TYPE keeper_g gauge
            keeper_g{v="NaN"} NaN
            keeper_g{v="Infinity"} +Inf
            keeper_g{v="-Infinity"} -Inf
            keeper_g{v="-0.5"} -0.5
            keeper_g{v="1E+300"} 1E+300

            """);
    }

    [Fact]
    public async Task An_observable_counter_goes_with_its_label_set_and_comes_back_with_its_total()
    {
        var totals = new Dictionary<string, long> { ["a"] = 3 };
        Meter.CreateObservableCounter("keeper_seen_total", () => totals.Select(pair => new Measurement<long>(pair.Value, new KeyValuePair<string, object?>("key", pair.Key))), null, "Seen.");
        Assert.Contains("keeper_seen_total{key=\"a\"} 3\n", await RenderAsync());
        totals.Remove("a");
        Assert.DoesNotContain("keeper_seen_total{", await RenderAsync());
        totals["a"] = 4;
        Assert.Contains("keeper_seen_total{key=\"a\"} 4\n", await RenderAsync());
    }

    [Fact]
    public async Task Names_that_Prometheus_reserves_or_refuses_are_rewritten()
    {
        Meter.CreateCounter<int>("9:keeper.odd-total", null, "Odd.").Add(1, new("__name__", "x"), new("1st", "y"), new("schön", "z"));
        Meter.CreateHistogram("keeper_h", null, "H.", null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [] }).Record(1, new KeyValuePair<string, object?>("le", "mine"));
        Meter.CreateCounter<int>("keeper_metrics_refused_total").Add(7);
        await ExpectAsync("""
            # HELP _9_keeper_odd_total Odd.
            # TYPE _9_keeper_odd_total counter
            _9_keeper_odd_total{_1st="y",_name__="x",sch_n="z"} 1
            # HELP keeper_h H.
            # TYPE keeper_h histogram
            keeper_h_bucket{_le="mine",le="+Inf"} 1
            keeper_h_sum{_le="mine"} 1
            keeper_h_count{_le="mine"} 1

            """);
    }

    [Fact]
    public async Task Measurements_from_many_threads_are_all_counted()
    {
        var counter = Meter.CreateCounter<long>("keeper_busy_total", null, "Busy.");
        var histogram = Meter.CreateHistogram<double>("keeper_busy_seconds", null, "Busy.");
        await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Run(async () =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                counter.Add(1, new KeyValuePair<string, object?>("i", i % 5));
                histogram.Record(0.5);
                if (i % 5000 == 0) _ = await RenderAsync();
            }
        })));
        var text = await RenderAsync();
        for (var i = 0; i < 5; i++) Assert.Contains($"keeper_busy_total{{i=\"{i}\"}} 16000\n", text);
        Assert.Contains("keeper_busy_seconds_sum 40000\n", text);
        Assert.Contains("keeper_busy_seconds_count 80000\n", text);
    }

    [Fact]
    public void A_measurement_of_a_known_label_set_allocates_nothing()
    {
        var counter = Meter.CreateCounter<long>("keeper_hot_total", null, "Hot.");
        var tag = new KeyValuePair<string, object?>("outcome", "won");
        Assert.Equal(0, Allocated.InEachRoundOf(() =>
        {
            for (var i = 0; i < 1000; i++) counter.Add(1, tag);
        }));
    }

    [RequiresToolFact("promtool", "apt-get install prometheus")]
    public async Task Promtool_accepts_every_kind_of_metric()
    {
        Meter.CreateCounter<long>("keeper_liquidations_total", null, "Liquidations by outcome.").Add(0, new("market", "a\"b\\c\nd"), new("outcome", "won"));
        Meter.CreateUpDownCounter<long>("keeper_tx_in_flight", null, "Transactions in flight.").Add(-1);
        Meter.CreateGauge<double>("keeper_chain_head_timestamp_seconds", null, "Time of the head.").Record(1.7e9);
        Meter.CreateObservableCounter("keeper_logs_applied_total", () => 1e21, null, "Logs.");
        Meter.CreateHistogram<double>("keeper_signer_seconds", null, "Signing \\ and\nmore.").Record(0.01, new KeyValuePair<string, object?>("key", "hot"));
        var (code, output) = await Promtool.CheckAsync(await RenderAsync());
        Assert.True(code == 0, output);
        Assert.Equal("", output.Trim());

        // The control: promtool does refuse what is not the format.
        Assert.NotEqual(0, (await Promtool.CheckAsync("keeper_broken{a=\"b} 1\n")).Code);
    }

    private async Task ExpectAsync(string metrics)
    {
        var text = await RenderAsync();
        foreach (var own in new[] { "observe_failures", "series_dropped", "refused" }) Assert.Contains($"\nkeeper_metrics_{own}_total 0\n", text);
        Assert.Equal(Exposition.Canonical(metrics), Exposition.CanonicalWithoutOwn(text));
    }
}
