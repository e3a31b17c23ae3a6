using Keeper.Core.Chain;
using Keeper.Core.Chain.Nodes.Limits;
using Keeper.Tests.Support;

namespace Keeper.Tests.Chain.Nodes;

public sealed class EndpointMeterTests
{
    private readonly SettableTime _time = new() { Now = new(2026, 1, 2, 0, 0, 0, TimeSpan.Zero) };

    [Fact]
    public void Without_limits_nobody_waits()
    {
        var meter = Meter(EndpointLimits.None);
        for (var i = 0; i < 1_000; i++) meter.Asked("eth_call");
        Assert.All(Enum.GetValues<RequestPurpose>(), purpose => Assert.Equal(TimeSpan.Zero, meter.WaitFor(purpose)));
    }

    [Fact]
    public void As_the_rate_is_used_up_audits_wait_first_and_transactions_never()
    {
        var meter = Meter(new EndpointLimits { RequestsPerSecond = 10 });
        Ask(meter, 5);
        Assert.True(meter.WaitFor(RequestPurpose.Audit) > TimeSpan.Zero);
        Assert.Equal(TimeSpan.Zero, meter.WaitFor(RequestPurpose.Follow));
        Ask(meter, 3);
        Assert.True(meter.WaitFor(RequestPurpose.Follow) > TimeSpan.Zero);
        Assert.Equal(TimeSpan.Zero, meter.WaitFor(RequestPurpose.Decide));
        Ask(meter, 2);
        Assert.Equal(TimeSpan.FromMilliseconds(100), meter.WaitFor(RequestPurpose.Decide));
        Assert.Equal(TimeSpan.Zero, meter.WaitFor(RequestPurpose.Send));
        _time.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Equal(TimeSpan.Zero, meter.WaitFor(RequestPurpose.Decide));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.Zero, meter.WaitFor(RequestPurpose.Audit));
    }

    [Fact]
    public void A_rate_of_one_lets_every_purpose_have_its_turn()
    {
        var meter = Meter(new EndpointLimits { RequestsPerSecond = 1 });
        Assert.Equal(TimeSpan.Zero, meter.WaitFor(RequestPurpose.Audit));
        Ask(meter, 1);
        Assert.Equal(TimeSpan.FromSeconds(1), meter.WaitFor(RequestPurpose.Audit));
    }

    [Theory]
    [InlineData(0, 499, false, false)]
    [InlineData(0, 500, true, false)]
    [InlineData(0, 900, true, true)]
    [InlineData(12, 749, false, false)]
    [InlineData(12, 750, true, false)]
    [InlineData(12, 950, true, true)]
    [InlineData(23, 970, false, false)]
    public void As_the_days_budget_runs_short_audits_end_first_then_following_and_decisions_never(int hour, int spent, bool auditsEnd, bool followingEnds)
    {
        var meter = Meter(new EndpointLimits { DailyCostUnits = 1_000 });
        _time.Now = _time.Now.AddHours(hour);
        Ask(meter, spent);
        Assert.Equal(auditsEnd, meter.WaitFor(RequestPurpose.Audit) is null);
        Assert.Equal(followingEnds, meter.WaitFor(RequestPurpose.Follow) is null);
        Ask(meter, 1_000);
        Assert.Equal(TimeSpan.Zero, meter.WaitFor(RequestPurpose.Decide));
        Assert.Equal(TimeSpan.Zero, meter.WaitFor(RequestPurpose.Send));
        _time.Now = _time.Now.AddDays(1);
        Assert.Equal(TimeSpan.Zero, meter.WaitFor(RequestPurpose.Audit));
    }

    /// <summary>Between the audit, which ends before it, and following, which has a share that it leaves.</summary>
    [Theory]
    [InlineData(0, 699, false)]
    [InlineData(0, 700, true)]
    [InlineData(12, 849, false)]
    [InlineData(12, 850, true)]
    public void A_long_history_leaves_following_its_share_of_the_day(int hour, int spent, bool waits)
    {
        var meter = Meter(new EndpointLimits { DailyCostUnits = 1_000 });
        _time.Now = _time.Now.AddHours(hour);
        Ask(meter, spent);
        Assert.Equal(waits, meter.WaitFor(RequestPurpose.History) is null);
        Assert.Null(meter.WaitFor(RequestPurpose.Audit));
        Assert.Equal(TimeSpan.Zero, meter.WaitFor(RequestPurpose.Follow));
    }

    [Fact]
    public void Methods_cost_what_is_configured()
    {
        var meter = Meter(new EndpointLimits { DailyCostUnits = 1_000, CostUnits = new Dictionary<string, int> { ["eth_getLogs"] = 75 } });
        for (var i = 0; i < 6; i++) meter.Asked("eth_getLogs");
        Assert.NotNull(meter.WaitFor(RequestPurpose.Audit));
        meter.Asked("eth_getLogs");
        Assert.Null(meter.WaitFor(RequestPurpose.Audit));
    }

    [Theory]
    [InlineData(7, 7)]
    [InlineData(3_600, 30)]
    public void A_pause_that_an_endpoint_asks_for_is_kept_within_a_bound(int asked, int kept)
    {
        var meter = Meter(EndpointLimits.None);
        meter.Limited(TimeSpan.FromSeconds(asked));
        Assert.Equal(TimeSpan.FromSeconds(kept), meter.WaitFor(RequestPurpose.Follow));
        Assert.Null(meter.WaitFor(RequestPurpose.Audit));
        Assert.Equal(TimeSpan.Zero, meter.WaitFor(RequestPurpose.Send));
        _time.Advance(TimeSpan.FromSeconds(kept));
        Assert.Equal(TimeSpan.Zero, meter.WaitFor(RequestPurpose.Follow));
    }

    [Fact]
    public void Without_a_word_from_the_endpoint_pauses_grow_until_it_answers()
    {
        var meter = Meter(EndpointLimits.None);
        meter.Limited(null);
        Assert.Equal(TimeSpan.FromMilliseconds(250), meter.WaitFor(RequestPurpose.Decide));
        meter.Limited(null);
        Assert.Equal(TimeSpan.FromMilliseconds(500), meter.WaitFor(RequestPurpose.Decide));
        _time.Advance(TimeSpan.FromSeconds(1));
        meter.Answered(TimeSpan.FromMilliseconds(1));
        meter.Limited(null);
        Assert.Equal(TimeSpan.FromMilliseconds(250), meter.WaitFor(RequestPurpose.Decide));
    }

    [Fact]
    public void A_second_endpoint_is_asked_after_what_most_answers_took_lately()
    {
        var meter = Meter(EndpointLimits.None);
        Assert.Equal(TimeSpan.FromMilliseconds(500), meter.HedgeAfter);
        for (var i = 1; i <= 64; i++) meter.Answered(TimeSpan.FromMilliseconds(i <= 62 ? 100 : 900));
        Assert.Equal(TimeSpan.FromMilliseconds(100), meter.HedgeAfter);
        for (var i = 1; i <= 64; i++) meter.Answered(TimeSpan.FromMilliseconds(1));
        Assert.Equal(TimeSpan.FromMilliseconds(50), meter.HedgeAfter);
        for (var i = 1; i <= 64; i++) meter.Answered(TimeSpan.FromSeconds(9));
        Assert.Equal(TimeSpan.FromSeconds(2), meter.HedgeAfter);
    }

    private static void Ask(EndpointMeter meter, int times)
    {
        for (var i = 0; i < times; i++) meter.Asked("eth_call");
    }

    private EndpointMeter Meter(EndpointLimits limits) => new("metered", limits, _time);
}
