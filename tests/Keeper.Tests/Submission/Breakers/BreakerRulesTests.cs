using Keeper.Core.Primitives;
using Keeper.Core.Submission.Breakers;

namespace Keeper.Tests.Submission.Breakers;

public sealed class BreakerRulesTests
{
    private static readonly BreakerOptions Options = new() { GasWithoutSuccess = new(30), ConsecutiveReverts = 3, MinBalance = new(100), ContradictedPlans = 2, ResumeAfterSeconds = 60 };

    [Theory]
    [InlineData(30, 0, 0, 100L, null)]
    [InlineData(31, 0, 0, 100L, Breaker.GasWithoutSuccess)]
    [InlineData(0, 2, 0, 100L, null)]
    [InlineData(0, 3, 0, 100L, Breaker.ConsecutiveReverts)]
    [InlineData(0, 0, 1, 100L, null)]
    [InlineData(0, 0, 2, 100L, Breaker.MirrorDivergence)]
    [InlineData(0, 0, 0, 99L, Breaker.Balance)]
    [InlineData(0, 0, 0, -1L, null)]
    public void Each_breaker_opens_at_its_own_limit(int gas, int reverts, int contradicted, long balance, Breaker? expected)
    {
        var tally = new TransactionTally();
        if (gas > 0) tally.Settle(0, new((uint)gas), TransactionFate.Neither);
        for (var i = 0; i < reverts; i++) tally.Settle((ulong)i + 1, Wei.Zero, TransactionFate.Reverted);
        for (var i = 0; i < contradicted; i++) tally.Simulated(isContradicted: true);
        var tripped = BreakerRules.Tripped(tally, balance < 0 ? null : new Wei((uint)balance), Options).Select(entry => entry.Breaker).ToArray();
        Assert.Equal(expected is { } one ? [one] : [], tripped);
    }

    [Theory]
    [InlineData(Breaker.GasWithoutSuccess, 59, 0, false)]
    [InlineData(Breaker.GasWithoutSuccess, 60, 0, true)]
    [InlineData(Breaker.ConsecutiveReverts, 60, 0, true)]
    [InlineData(Breaker.MirrorDivergence, 60, 0, true)]
    [InlineData(Breaker.Balance, 1_000_000, 99, false)]
    [InlineData(Breaker.Balance, 0, 100, true)]
    [InlineData(Breaker.Operator, 1_000_000, 1_000, false)]
    [InlineData(Breaker.ForeignNonce, 1_000_000, 1_000, false)]
    [InlineData(Breaker.Signer, 1_000_000, 1_000, false)]
    [InlineData(Breaker.CodeChanged, 1_000_000, 1_000, false)]
    [InlineData(Breaker.AddressReserved, 1_000_000, 1_000, false)]
    [InlineData(Breaker.LostNonce, 1_000_000, 1_000, false)]
    public void Time_or_the_balance_closes_what_needs_no_person(Breaker breaker, ulong after, uint balance, bool resumes) =>
        Assert.Equal(resumes, BreakerRules.Resumes(new(breaker, "", 5_000, false), 5_000 + after, new Wei(balance), isTooDear: false, Options) is not null);

    [Fact]
    public void No_balance_closes_it_while_a_node_calls_what_is_in_flight_too_dear() =>
        Assert.Null(BreakerRules.Resumes(new(Breaker.Balance, "", 5_000, false), 1_000_000, new Wei(1_000_000), isTooDear: true, Options));

    [Fact]
    public void Without_a_time_no_time_closes_anything() => Assert.All(Enum.GetValues<Breaker>(), breaker =>
        Assert.Null(BreakerRules.Resumes(new(breaker, "", 0, false), ulong.MaxValue, Wei.Zero, isTooDear: false, Options with { ResumeAfterSeconds = 0 })));
}
