#if PROMETHEUS_NET
using System.Diagnostics.Metrics;
using Keeper.Core.Chain;
using Keeper.Core.Planning;
using Keeper.Core.Primitives;
using Keeper.Core.Submission;
using Keeper.Core.Telemetry;
using Keeper.Host.Metrics;
using Keeper.Host.Running;
using Keeper.Tests.Support;

namespace Keeper.Tests.Metrics;

/// <summary>Both expositions say the same: names, types, help, labels, values, buckets.</summary>
public sealed class ExpositionComparisonTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Random_measurements_read_the_same_in_both(int seed)
    {
        var name = "Keeper.Tests.Comparison." + seed;
        using var text = new MeterBridge(new TextExposition(), name, maxSeries: 60);
        using var library = new MeterBridge(new PrometheusNetExposition(), name, maxSeries: 60);
        using var meter = new Meter(name);
        var instruments = new RandomInstruments(meter, new Random(seed));
        for (var round = 0; round < 8; round++)
        {
            instruments.Round = round;
            instruments.Measure(250);
            var (ours, theirs) = (await text.RenderAsync(), await library.RenderAsync());
            Assert.Equal(Exposition.Canonical(ours), Exposition.Canonical(theirs));
        }

        // What makes the comparison worth something: every path was taken.
        var last = await text.RenderAsync();
        Assert.DoesNotContain("keeper_metrics_series_dropped_total 0\n", last);
        Assert.DoesNotContain("keeper_metrics_refused_total 0\n", last);
        Assert.Contains("+Inf", last, StringComparison.Ordinal);
        Assert.Contains("le=\"1e-07\"", last, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_difference_would_be_seen()
    {
        var (one, other) = (new TextExposition(), new PrometheusNetExposition());
        var family = new MetricFamily("keeper_a_total", "A.", InstrumentKind.Counter, []);
        one.Add(family, LabelSet.Empty).Record(1);
        other.Add(family, LabelSet.Empty).Record(2);
        Assert.NotEqual(Exposition.Canonical(await one.WriteAsync(default)), Exposition.Canonical(await other.WriteAsync(default)));
    }

    [RequiresToolFact("promtool", "apt-get install prometheus")]
    public async Task Promtool_accepts_the_keepers_own_instruments_in_both()
    {
        var tee = new TeeExposition(new TextExposition(), new PrometheusNetExposition());
        using var bridge = new MeterBridge(tee, KeeperMeter.Name);
        using var host = new HostInstruments(new Readiness(TimeProvider.System), "native", bridge.Exporter);
        Exercise(new Random(6));
        await bridge.RenderAsync();
        foreach (var text in new[] { tee.Texts.Left, tee.Texts.Right })
        {
            var (code, output) = await Promtool.CheckAsync(text);
            Assert.True(code == 0, output);
        }
    }

    [Fact]
    public async Task The_keepers_own_instruments_read_the_same_in_both()
    {
        // Other tests measure on the same meter meanwhile: the tee gives both the same values and stops them while it writes.
        var tee = new TeeExposition(new TextExposition(), new PrometheusNetExposition());
        using var bridge = new MeterBridge(tee, KeeperMeter.Name);
        var readiness = new Readiness(TimeProvider.System);
        readiness.Expect("loop");
        using var host = new HostInstruments(readiness, "native", bridge.Exporter);
        Exercise(new Random(5));
        await bridge.RenderAsync();
        Assert.Equal(Exposition.Canonical(tee.Texts.Left), Exposition.Canonical(tee.Texts.Right));
    }

    private static void Exercise(Random random)
    {
        TimeSpan Some() => TimeSpan.FromMilliseconds(random.NextDouble() * 3000);
        SenderInstruments.Initialise();
        for (var i = 0; i < 50; i++)
        {
            ChainInstruments.Request("rpc" + random.Next(3), "eth_call", random.Next(2) == 0 ? "ok" : "error", Some());
            ChainInstruments.Reconnect("silent");
            ChainInstruments.Silence();
            ChainInstruments.Reorg(random.Next(1, 12));
            ChainInstruments.GapFilled(random.Next(9));
            ChainInstruments.UnreadableMessage("rpc" + random.Next(3));
            ChainInstruments.AskedAlone(random.Next(4));
            LoopInstruments.Applied(new BlockRef((ulong)i, default, default, 1_700_000_000 + (ulong)i));
            LoopInstruments.Processed(Some());
            MarginInstruments.Evaluated(Some());
            MarginInstruments.Liquidatable("refperps", random.Next(5), 100);
            MirrorInstruments.LogApplied("refperps");
            MirrorInstruments.LogRejected("refperps", "malformed");
            MirrorInstruments.TotalsLack("refperps", random.Next(3));
            AdapterInstruments.Failed("refperps", Core.Protocol.AdapterCall.Plan);
            SenderInstruments.Skip(SkipReason.BelowMinProfit);
            SenderInstruments.Settled(Outcome.Won);
            SenderInstruments.SendAnswered(SendError.Underpriced);
            SenderInstruments.Spent(random.NextDouble() / 1000, succeeded: i % 3 > 0);
            SenderInstruments.Rewarded(random.NextDouble() * 50, "USD");
            SenderInstruments.Slots(random.Next(16));
            SenderInstruments.Nonces((ulong)i + 1, (ulong)i);
            SenderInstruments.Wallet(1e18 * random.NextDouble());
            SenderInstruments.Simulated(Some());
            SenderInstruments.Appended(Some());
            SenderInstruments.Decided(Some());
            SenderInstruments.Sent(Some(), Some());
            SenderInstruments.Included(Some(), (ulong)random.Next(60));
        }
        LoopInstruments.Coin(new(new Usd(2_000), IsWorstCase: false));
    }
}
#endif
