using System.Diagnostics.Metrics;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Core.Telemetry;
using Keeper.Tests.Journal;

namespace Keeper.Tests.Metrics;

public sealed class OracleWatchTests : IDisposable
{
    private const ulong Now = 2_000_000;
    private readonly ListLogger _log = new();
    private readonly Dictionary<string, long> _measured = [];
    private readonly MeterListener _listener = new();
    private readonly OracleWatch _watch;

    public OracleWatchTests()
    {
        _watch = new(_log);
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == KeeperMeter.Name && instrument.Name.StartsWith("keeper_oracle_", StringComparison.Ordinal)) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            // Loops of other tests observe no feed of this name; their counters are told by none.
            var key = instrument.Name + string.Concat(tags.ToArray().Select(tag => $",{tag.Value}"));
            lock (_measured) _measured[key] = instrument is Counter<long> ? _measured.GetValueOrDefault(key) + value : value;
        });
        _listener.Start();
    }

    public void Dispose() => _listener.Dispose();

    [Fact]
    public void A_feed_is_told_by_its_age_and_its_limit()
    {
        Observe(new("market_1", 100, Now - 5, 60, PriceFault.None));
        Assert.Equal(((long)Now - 5, 60L), (Value("keeper_oracle_updated_timestamp_seconds,watched:market_1"), Value("keeper_oracle_max_age_seconds,watched:market_1")));
    }

    [Fact]
    public void A_refused_price_is_counted_and_told_once_for_each_answer_and_reason_and_when_it_is_taken_again()
    {
        var before = Value("keeper_oracle_rejected_total,uncertain");
        Observe(new("a", 100, Now, 60, PriceFault.None));
        for (var i = 0; i < 3; i++) Observe(new("a", 0, Now, 60, PriceFault.Uncertain));
        Observe(new("a", -1, Now, 60, PriceFault.Uncertain));
        Assert.Equal(before + 2, Value("keeper_oracle_rejected_total,uncertain"));
        Assert.Equal(2, Lines("watched:a is refused as uncertain"));
        Observe(new("a", 101, Now, 60, PriceFault.None));
        Assert.Equal(1, Lines("watched:a is taken again"));
        Assert.Equal(0, Lines("jumped"));
    }

    /// <summary>Both sides of 10 %, and from what was last taken: an answer that was refused between does not hide the step.</summary>
    [Theory]
    [InlineData(1_000, 1_100, false)]
    [InlineData(1_000, 1_101, true)]
    [InlineData(1_000, 900, false)]
    [InlineData(1_000, 899, true)]
    public void A_jump_is_told(long from, long to, bool isTold)
    {
        Observe(new("a", from, Now, 60, PriceFault.None));
        Observe(new("a", 0, Now, 60, PriceFault.Zero));
        Observe(new("a", to, Now, 60, PriceFault.None));
        Observe(new("a", to, Now, 60, PriceFault.None));
        Assert.Equal(isTold ? 1 : 0, Lines("jumped"));
    }

    [Fact]
    public void A_price_beyond_any_scale_breaks_nothing()
    {
        foreach (var answer in (Int256[])[Int256.MaxValue, 1, Int256.MinValue, Int256.MaxValue]) Observe(new("a", answer, ulong.MaxValue, 60, PriceFault.None));
        Assert.True(Lines("jumped") > 0);
    }

    [Fact]
    public void An_old_price_is_told_once_where_its_protocol_has_no_rule()
    {
        Observe(new("a", 5, Now - 25 * 3600, null, PriceFault.None));
        Assert.Equal(0, Lines("last updated"));
        for (var i = 0; i < 3; i++)
        {
            Observe(new("a", 5, Now - 25 * 3600 - 1, null, PriceFault.None));
            Observe(new("b", 5, Now - 900_000, 1_000_000, PriceFault.None));
            Observe(new("status", 0, null, null, PriceFault.None));
        }
        Assert.Equal(1, Lines("last updated"));
    }

    [Fact]
    public void What_was_not_read_is_not_told_of()
    {
        Observe(new("a", 5, Now, 60, PriceFault.Unread));
        Assert.Empty(_log.Lines);
        Assert.Equal(0, Value("keeper_oracle_max_age_seconds,watched:a"));
    }

    private void Observe(FeedStatus feed) => _watch.Observe("watched", [feed], Now);

    private int Lines(string words) => _log.Lines.Count(line => line.Contains(words, StringComparison.Ordinal));

    private long Value(string key)
    {
        lock (_measured) return _measured.GetValueOrDefault(key);
    }
}
