using Keeper.Core.Telemetry;
using Keeper.Tests.Support;

namespace Keeper.Tests.Telemetry;

public sealed class ReadinessTests
{
    private readonly SettableTime _time = new();
    private readonly Readiness _readiness;

    public ReadinessTests() => _readiness = new(_time);

    [Fact]
    public void A_component_that_has_never_spoken_is_not_ready()
    {
        _readiness.Expect("mirror");
        Assert.False(_readiness.IsReady);
        Assert.Equal([("mirror", "has not reported yet")], _readiness.Report());
        _readiness.Succeeded("mirror");
        Assert.True(_readiness.IsReady);
    }

    [Fact]
    public void A_failure_stands_until_the_next_success()
    {
        _readiness.Succeeded("sender");
        _readiness.Failed("sender", "the key is empty");
        Assert.Equal([("sender", "the key is empty")], _readiness.Report());
        _readiness.Succeeded("sender");
        Assert.True(_readiness.IsReady);
    }

    [Theory]
    [InlineData(30, true)]
    [InlineData(31, false)]
    public void A_success_is_good_for_as_long_as_promised(int seconds, bool isReady)
    {
        _readiness.Expect("mirror", TimeSpan.FromSeconds(30));
        _readiness.Succeeded("mirror");
        _time.Advance(TimeSpan.FromSeconds(seconds));
        Assert.Equal(isReady, _readiness.IsReady);
        if (!isReady) Assert.Equal("no success for 31 s, at most 30 s are expected", _readiness.Report()[0].Reason);
    }

    [Fact]
    public void Without_a_promise_a_success_does_not_age()
    {
        _readiness.Succeeded("sender");
        _time.Advance(TimeSpan.FromDays(9));
        Assert.True(_readiness.IsReady);
    }

    [Fact]
    public void A_component_that_failed_before_anybody_expected_it_may_still_succeed()
    {
        _readiness.Failed("protocol_lend", "a dirty log");
        Assert.False(_readiness.IsReady);
        _readiness.Succeeded("protocol_lend");
        Assert.True(_readiness.IsReady);
    }

    [Fact]
    public void One_component_that_is_not_ready_is_enough_and_all_are_told_by_name()
    {
        _readiness.Succeeded("b");
        _readiness.Failed("a", "is down");
        Assert.False(_readiness.IsReady);
        Assert.Equal([("a", "is down"), ("b", null)], _readiness.Report());
    }

    [Fact]
    public void Where_nobody_is_expected_nothing_is_wrong() => Assert.True(_readiness.IsReady);
}
