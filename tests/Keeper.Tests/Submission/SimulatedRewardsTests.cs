using Keeper.Core.Chain.Abi;
using Keeper.Core.Planning;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Core.Submission;
using Keeper.Tests.Support;
using static Keeper.Tests.Support.TestChainData;

namespace Keeper.Tests.Submission;

public class SimulatedRewardsTests
{
    /// <summary>Coin at 3,000 USD, 200,000 gas a call: 6 USD of gas for each.</summary>
    private static readonly Wei Price = Wei.FromGwei(10);

    private static readonly ScriptedProtocol Lend = new(new());

    [Fact]
    public void The_word_that_a_call_returns_takes_the_place_of_what_was_expected()
    {
        var (plan, skips) = SimulatedRewards.Take(PlanOf(100, 100), [Told(80), Told(120)], Price);
        Assert.Empty(skips);
        Assert.Equal([Usd.Whole(80), Usd.Whole(120)], plan!.Accounts.Select(account => account.Reward));
        // Half of 200 may go to gas.
        Assert.Equal(plan.CoinPrice.ToWei(Usd.Whole(100)), plan.MaxGasCost);
    }

    [Fact]
    public void Where_nothing_is_told_or_nothing_is_new_the_plan_is_the_same()
    {
        var silent = PlanOf(100) is var plan ? plan with { Accounts = [plan.Accounts[0] with { Calls = [plan.Calls[0] with { ReturnsReward = false }] }] } : null!;
        Assert.Same(silent, SimulatedRewards.Take(silent, [new(true, default)], Price).Plan);
        Assert.Same(plan, SimulatedRewards.Take(plan, [Told(100)], Price).Plan);
    }

    [Fact]
    public void A_lie_is_believed_to_twice_what_the_adapter_expected()
    {
        Assert.Equal(Usd.Whole(200), SimulatedRewards.Take(PlanOf(100), [Told(201)], Price).Plan!.Reward);
        Assert.Equal(Usd.Whole(200), SimulatedRewards.Take(PlanOf(100), [new(true, new AbiWriter().Word(UInt256.MaxValue).ToArray())], Price).Plan!.Reward);
        Assert.Equal(Usd.Whole(199), SimulatedRewards.Take(PlanOf(100), [Told(199)], Price).Plan!.Reward);
    }

    [Fact]
    public void Simulated_again_the_same_word_changes_nothing()
    {
        var plan = SimulatedRewards.Take(PlanOf(100, 100), [Told(1_000), Told(20)], Price).Plan!;
        Assert.Equal([Usd.Whole(200), Usd.Whole(20)], plan.Accounts.Select(account => account.Reward));
        Assert.Same(plan, SimulatedRewards.Take(plan, [Told(1_000), Told(20)], Price).Plan);
    }

    [Fact]
    public void An_account_that_does_not_pay_for_its_own_gas_by_it_is_dropped_by_name_and_the_rest_stays()
    {
        // Half of 11 USD does not pay for 6 USD of gas, half of 12 does.
        var (plan, skips) = SimulatedRewards.Take(PlanOf(100, 100, 100), [Told(100), Told(11), Told(12)], Price);
        Assert.Equal(["lend:0", "lend:2"], plan!.Accounts.Select(account => account.Key));
        Assert.Equal(("lend:1", SkipReason.BelowMinProfit), (Assert.Single(skips).Account, skips[0].Reason));
    }

    [Fact]
    public void What_is_left_must_pay_for_the_whole_transaction_and_leave_the_profit_asked_for()
    {
        var asked = PlanOf(100) with { MinProfit = Usd.Whole(20) };
        Assert.NotNull(SimulatedRewards.Take(asked, [Told(50)], Price).Plan);
        var (plan, skips) = SimulatedRewards.Take(asked, [Told(25)], Price);
        Assert.Null(plan);
        Assert.Equal(SkipReason.BelowMinProfit, Assert.Single(skips).Reason);
    }

    [Fact]
    public void A_call_that_should_tell_and_does_not_is_dropped_by_name()
    {
        var (plan, skips) = SimulatedRewards.Take(PlanOf(100), [new(true, new byte[31])], Price);
        Assert.Null(plan);
        Assert.Equal(SkipReason.SimulationFailed, Assert.Single(skips).Reason);
    }

    private static LiquidationPlan PlanOf(params int[] expected) => new(
        [.. expected.Select((usd, index) => new PlannedAccount($"lend:{index}", Lend, [ScriptedProtocol.Call(Usd.Whole(usd)) with { ReturnsReward = true }]))],
        Block(100), null, Wei.FromGwei(1), new(Usd.Whole(3_000), false), 0) { GasSharePpm = 500_000 };

    private static ItemResult Told(long usd) => new(true, new AbiWriter().Word(Dollar.FromUsd(Usd.Whole(usd))).ToArray());
}
