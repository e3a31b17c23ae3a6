using System.Diagnostics;
using System.Diagnostics.Metrics;
using Keeper.Host.Metrics;
using Keeper.Tests.Support;

namespace Keeper.Tests.Metrics;

public sealed class PrometheusTextExporterTests : IDisposable
{
    private readonly Meter _meter;
    private readonly PrometheusTextExporter _exporter;

    public PrometheusTextExporterTests()
    {
        // A meter of its own a test: the listener hears every meter of that name in the process.
        var name = "Keeper.Tests." + Interlocked.Increment(ref _meters);
        _exporter = new PrometheusTextExporter(name, maxSeries: 10);
        _meter = new Meter(name);
    }

    private static int _meters;

    public void Dispose()
    {
        _exporter.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public void A_counter_adds_and_stands_under_its_own_name()
    {
        var counter = _meter.CreateCounter<long>("keeper_tx_bumps_total", null, "Fee bumps.");
        counter.Add(2);
        counter.Add(3);
        Expect("""
            # HELP keeper_tx_bumps_total Fee bumps.
            # TYPE keeper_tx_bumps_total counter
            keeper_tx_bumps_total 5

            """);
    }

    [Fact]
    public void A_label_set_is_initialised_by_adding_nothing()
    {
        var counter = _meter.CreateCounter<long>("keeper_skipped_total", null, "Skipped.");
        counter.Add(0, new KeyValuePair<string, object?>("reason", "dust"));
        Expect("""
            # HELP keeper_skipped_total Skipped.
            # TYPE keeper_skipped_total counter
            keeper_skipped_total{reason="dust"} 0

            """);
    }

    [Fact]
    public void Up_down_counters_and_gauges_are_gauges()
    {
        var pending = _meter.CreateUpDownCounter<int>("keeper_tx_pending", null, "Pending.");
        pending.Add(5);
        pending.Add(-7);
        var head = _meter.CreateGauge<double>("keeper_head", null, "Head.");
        head.Record(1.5);
        head.Record(double.NegativeInfinity);
        Expect("""
            # HELP keeper_head Head.
            # TYPE keeper_head gauge
            keeper_head -Inf
            # HELP keeper_tx_pending Pending.
            # TYPE keeper_tx_pending gauge
            keeper_tx_pending -2

            """);
    }

    [Fact]
    public void Observable_instruments_are_read_at_each_scrape_and_gone_when_no_longer_observed()
    {
        var healthy = new Dictionary<string, int> { ["a"] = 1, ["b"] = 0 };
        _meter.CreateObservableGauge("keeper_up", () => healthy.Select(pair => new Measurement<int>(pair.Value, new KeyValuePair<string, object?>("rpc", pair.Key))), null, "Up.");
        var total = 7L;
        _meter.CreateObservableCounter("keeper_read_total", () => total, null, "Read.");
        Assert.Contains("keeper_up{rpc=\"b\"} 0\n", _exporter.Render());
        healthy.Remove("b");
        total = 9;
        Expect("""
            # HELP keeper_read_total Read.
            # TYPE keeper_read_total counter
            keeper_read_total 9
            # HELP keeper_up Up.
            # TYPE keeper_up gauge
            keeper_up{rpc="a"} 1

            """);
    }

    [Fact]
    public void A_histogram_counts_by_the_bounds_it_advises_each_inclusive()
    {
        var histogram = _meter.CreateHistogram("keeper_signer_seconds", null, "Signing.", null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] });
        foreach (var value in new[] { 0.05, 0.1, 0.10001, 1, 2 }) histogram.Record(value, new KeyValuePair<string, object?>("key", "hot"));
        Expect("""
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
    public void A_histogram_without_advice_has_default_bounds()
    {
        _meter.CreateHistogram<double>("keeper_x_seconds", null, "X.").Record(1000);
        var text = _exporter.Render();
        Assert.Contains("keeper_x_seconds_bucket{le=\"0.0001\"} 0\n", text);
        Assert.Contains("keeper_x_seconds_bucket{le=\"60\"} 0\n", text);
        Assert.Contains("keeper_x_seconds_bucket{le=\"+Inf\"} 1\n", text);
    }

    [Fact]
    public void Labels_are_escaped_sorted_and_one_series_in_any_order()
    {
        var counter = _meter.CreateCounter<long>("keeper_odd_total", null, "Back\\slash\nand line.");
        counter.Add(1, new("b", "q\"\\\n"), new("a.b", true));
        counter.Add(1, new("a.b", true), new("b", "q\"\\\n"));
        counter.Add(1, new("b", null), new("a.b", 3));
        Expect("""
            # HELP keeper_odd_total Back\\slash\nand line.
            # TYPE keeper_odd_total counter
            keeper_odd_total{a_b="3",b=""} 1
            keeper_odd_total{a_b="true",b="q\"\\\n"} 2

            """);
    }

    [Fact]
    public void Beyond_the_bound_series_are_dropped_and_counted()
    {
        var counter = _meter.CreateCounter<long>("keeper_many_total", null, "Many.");
        for (var i = 0; i < 13; i++) counter.Add(1, new KeyValuePair<string, object?>("i", i));
        counter.Add(1, new KeyValuePair<string, object?>("i", 0));
        var text = _exporter.Render();
        Assert.Equal(10, text.Split('\n').Count(line => line.StartsWith("keeper_many_total{", StringComparison.Ordinal)));
        Assert.Contains("keeper_many_total{i=\"0\"} 2\n", text);
        Assert.Contains("keeper_metrics_series_dropped_total 3\n", text);
    }

    [Fact]
    public void An_observable_that_throws_leaves_the_others_readable_and_is_counted()
    {
        _meter.CreateObservableGauge("keeper_bad", new Func<int>(() => throw new InvalidOperationException("no")), null, "Bad.");
        _meter.CreateObservableGauge("keeper_good", () => 1, null, "Good.");
        var text = _exporter.Render();
        Assert.Contains("keeper_good 1\n", text);
        Assert.Contains("keeper_metrics_observe_failures_total 1\n", text);
    }

    [Fact]
    public void Another_meter_is_not_heard()
    {
        using var other = new Meter("Other");
        other.CreateCounter<long>("keeper_other_total").Add(1);
        Assert.DoesNotContain("keeper_other_total", _exporter.Render());
    }

    [Fact]
    public void A_name_twice_is_one_metric_and_never_of_two_types()
    {
        _meter.CreateCounter<long>("keeper_twice_total", null, "Twice.").Add(1);
        _meter.CreateCounter<int>("keeper_twice_total", null, "Twice.").Add(2);
        _meter.CreateGauge<int>("keeper_twice_total", null, "Twice.").Record(9);
        Expect("""
            # HELP keeper_twice_total Twice.
            # TYPE keeper_twice_total counter
            keeper_twice_total 3

            """);
    }

    [Fact]
    public async Task Measurements_from_many_threads_are_all_counted()
    {
        var counter = _meter.CreateCounter<long>("keeper_busy_total", null, "Busy.");
        var histogram = _meter.CreateHistogram<double>("keeper_busy_seconds", null, "Busy.");
        await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Run(() =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                counter.Add(1, new KeyValuePair<string, object?>("i", i % 5));
                histogram.Record(0.5);
                if (i % 5000 == 0) _exporter.Render();
            }
        })));
        var text = _exporter.Render();
        for (var i = 0; i < 5; i++) Assert.Contains($"keeper_busy_total{{i=\"{i}\"}} 16000\n", text);
        Assert.Contains("keeper_busy_seconds_sum 40000\n", text);
        Assert.Contains("keeper_busy_seconds_count 80000\n", text);
    }

    [Fact]
    public void A_measurement_of_a_known_label_set_allocates_nothing()
    {
        var counter = _meter.CreateCounter<long>("keeper_hot_total", null, "Hot.");
        var tag = new KeyValuePair<string, object?>("outcome", "won");
        for (var i = 0; i < 1000; i++) counter.Add(1, tag);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) counter.Add(1, tag);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [RequiresToolFact("promtool", "apt-get install prometheus")]
    public async Task Promtool_accepts_every_kind_of_metric()
    {
        _meter.CreateCounter<long>("keeper_liquidations_total", null, "Liquidations by outcome.").Add(0, new("market", "a\"b\\c\nd"), new("outcome", "won"));
        _meter.CreateUpDownCounter<long>("keeper_tx_in_flight", null, "Transactions in flight.").Add(-1);
        _meter.CreateGauge<double>("keeper_chain_head_timestamp_seconds", null, "Time of the head.").Record(1.7e9);
        _meter.CreateObservableCounter("keeper_logs_applied_total", () => 1e21, null, "Logs.");
        _meter.CreateHistogram<double>("keeper_signer_seconds", null, "Signing \\ and\nmore.").Record(0.01, new KeyValuePair<string, object?>("key", "hot"));
        var (code, output) = await CheckAsync(_exporter.Render());
        Assert.True(code == 0, output);
        Assert.Equal("", output.Trim());

        // The control: promtool does refuse what is not the format.
        Assert.NotEqual(0, (await CheckAsync("keeper_broken{a=\"b} 1\n")).Code);
    }

    private static async Task<(int Code, string Output)> CheckAsync(string text)
    {
        using var promtool = Process.Start(new ProcessStartInfo(RequiresToolFactAttribute.Locate("promtool"), ["check", "metrics"])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        await promtool.StandardInput.WriteAsync(text);
        promtool.StandardInput.Close();
        var output = await promtool.StandardOutput.ReadToEndAsync() + await promtool.StandardError.ReadToEndAsync();
        await promtool.WaitForExitAsync();
        return (promtool.ExitCode, output);
    }

    private void Expect(string metrics)
    {
        var text = _exporter.Render();
        Assert.EndsWith("keeper_metrics_series_dropped_total 0\n", text);
        Assert.Equal(metrics, text[..text.IndexOf("# HELP keeper_metrics_observe_failures_total", StringComparison.Ordinal)]);
    }
}
