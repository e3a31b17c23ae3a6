using Keeper.Core.Planning;
using Keeper.Core.Telemetry;
using Keeper.Tests.Support;

namespace Keeper.Tests.Telemetry;

public sealed class SkipReportTests
{
    private readonly SettableTime _time = new();
    private readonly ListLogger<SkipReport> _log = new();

    [Fact]
    public void What_an_operator_can_mend_is_warned_of_once_a_minute_for_each_reason()
    {
        var report = new SkipReport(_time, _log);
        Tell(SkipReason.InsufficientBalance, SkipReason.InsufficientBalance, SkipReason.PriceUnusable);
        Assert.Equal(2, Warnings);
        _time.Advance(TimeSpan.FromSeconds(59));
        Tell(SkipReason.InsufficientBalance);
        Assert.Equal(2, Warnings);
        _time.Advance(TimeSpan.FromSeconds(1));
        Tell(SkipReason.InsufficientBalance);
        Assert.Equal(3, Warnings);

        void Tell(params SkipReason[] reasons)
        {
            foreach (var reason in reasons) report.Tell(new("lend:1", reason, "detail"));
        }
    }

    [Theory]
    [InlineData(SkipReason.OpenIntent)]
    [InlineData(SkipReason.BelowMinProfit)]
    [InlineData(SkipReason.NoLongerNeeded)]
    public void Everyday_reasons_are_told_at_debug_level_alone(SkipReason reason)
    {
        new SkipReport(_time, _log).Tell(new("lend:1", reason));
        Assert.Equal(0, Warnings);
        Assert.Single(_log.Lines);
    }

    private int Warnings => _log.Lines.Count(line => line.StartsWith("Warning", StringComparison.Ordinal));
}
