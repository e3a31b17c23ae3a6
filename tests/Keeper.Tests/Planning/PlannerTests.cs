using FsCheck;
using FsCheck.Fluent;
using Keeper.Core.Chain;
using Keeper.Core.Chain.DataFees;
using Keeper.Core.Margin;
using Keeper.Core.Planning;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Tests.Support;
using static Keeper.Tests.Support.ScriptedProtocol;
using static Keeper.Tests.Support.TestChainData;

namespace Keeper.Tests.Planning;

public sealed class PlannerTests
{
    private static readonly NativeCoinPrice Coin = new(Usd.Whole(3_000), IsWorstCase: false);

    private readonly ScriptedProtocol _lend = new(new());
    private readonly Dictionary<string, IReadOnlyList<LiquidationCall>> _calls = [];
    private readonly HashSet<string> _open = [], _backingOff = [];
    private readonly List<Finding> _findings = [];
    private PlanningOptions _options = new();
    private readonly GasExperience _experience = new();
    private GasMarket _market = Market();
    private Gas _transactionCap = new(16_777_216);

    public PlannerTests() => _lend.Calls = (account, _) => _calls[_lend.KeyOf(account)];

    [Fact]
    public void One_account_that_pays_becomes_one_plan()
    {
        Find("1", Call(Usd.Whole(100)));
        var (plans, skips) = Plan();
        var plan = Assert.Single(plans);
        Assert.Empty(skips);
        Assert.Equal(["lend:1"], Keys(plan));
        Assert.Equal((Block(100), Usd.Whole(100), 77L), (plan.Basis, plan.Reward, plan.DecidedAt));
        Assert.Equal(Block(100).Hash, plan.SimulationBlock);
    }

    [Fact]
    public void What_could_not_be_paid_for_is_planned_in_the_next_way()
    {
        Find("1", Call(Usd.Whole(100)));
        _lend.CallsAfter = (_, refused) => [Call(Usd.Whole(90 - refused))];
        var plan = Assert.Single(new Planner(_options).Plan(_findings, Context() with { RefusedOf = key => key == "lend:1" ? 2 : 0 }).Plans);
        Assert.Equal((Usd.Whole(88), 2), (plan.Reward, plan.Accounts[0].Refused));
    }

    [Fact]
    public void A_transaction_asks_for_the_gas_that_its_calls_have_turned_out_to_use_behind_a_first_one()
    {
        for (var i = 0; i < 40; i++) Find($"{i}", Call(Usd.Whole(100)));
        var before = Assert.Single(Plan().Plans);
        // A fifth of what was needed is refunded.
        _experience.Learn(before.Calls, new((ExecutorGas.Around(before.Calls).Value + before.Calls.Aggregate(0UL, (sum, call) => sum + call.ColdGas.Value) / 3) / 5 * 4));
        var after = Assert.Single(Plan().Plans);
        Assert.Equal(before.Calls[0], after.Calls[0]);
        Assert.All(after.Calls.Skip(1), call => Assert.True(call.ExpectedGas.Value < call.ColdGas.Value * 2 / 5));
        Assert.True(after.GasLimit < before.GasLimit);
    }

    [Fact]
    public void A_plan_from_a_hint_is_simulated_at_the_hints_block()
    {
        Find("1", Call(Usd.Whole(100)));
        var plan = Assert.Single(new Planner(_options).Plan(_findings, Context() with { HintBlock = Block(101).Hash }).Plans);
        Assert.Equal(Block(101).Hash, plan.SimulationBlock);
        Assert.Equal(Block(100), plan.Basis);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_plan_says_whether_what_decided_was_asked_for_earlier(bool isEarlier)
    {
        Find("1", Call(Usd.Whole(100)));
        Assert.Equal(isEarlier, Assert.Single(new Planner(_options).Plan(_findings, Context() with { IsAskedEarlier = _ => isEarlier }).Plans).IsOfEarlierAnswers);
    }

    [Fact]
    public void Of_a_halted_protocol_nothing_is_planned_and_of_others_everything()
    {
        var perps = new ScriptedProtocol(new(), "perps", 0x9e59).WithAccounts("7");
        perps.Calls = (_, _) => [Call(Usd.Whole(100))];
        Find("1", Call(Usd.Whole(100)));
        _findings.Add(new(perps, 0, Of(VerdictKind.Liquidatable), Block(100).Timestamp));
        var (plans, skips) = new Planner(_options).Plan(_findings, Context() with { HaltedFor = protocol => protocol == "lend" ? "code_changed: upgraded" : null });
        Assert.Equal(["perps:7"], Keys(Assert.Single(plans)));
        Assert.Equal(new Skip("lend:1", SkipReason.Halted, "code_changed: upgraded"), Assert.Single(skips));
    }

    [Fact]
    public void A_price_that_the_contract_refuses_is_skipped_before_anything_else()
    {
        Find("1", VerdictKind.PriceUnusable, Call(Usd.Whole(100)));
        _open.Add("lend:1");
        Assert.Equal([("lend:1", SkipReason.PriceUnusable)], Skips());
    }

    [Fact]
    public void An_account_in_flight_is_skipped_and_its_neighbour_is_not()
    {
        Find("1", Call(Usd.Whole(100)));
        Find("2", Call(Usd.Whole(100)));
        _open.Add("lend:1");
        Assert.Equal([("lend:1", SkipReason.OpenIntent)], Skips());
        Assert.Equal(["lend:2"], Keys(Assert.Single(Plan().Plans)));
    }

    [Fact]
    public void An_account_that_backs_off_is_skipped_and_its_neighbour_is_not()
    {
        Find("1", Call(Usd.Whole(100)));
        Find("2", Call(Usd.Whole(100)));
        _backingOff.Add("lend:2");
        Assert.Equal([("lend:2", SkipReason.BackingOff)], Skips());
        Assert.Equal(["lend:1"], Keys(Assert.Single(Plan().Plans)));
    }

    [Fact]
    public void Without_a_call_there_is_nothing_to_do()
    {
        Find("1");
        Assert.Equal([("lend:1", SkipReason.NothingToDo)], Skips());
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(-1, false)]
    public void An_account_that_needs_exactly_the_transactions_gas_cap_fits(int spareGas, bool fits)
    {
        var call = Call(Usd.Whole(1_000), expectedGas: 1_000_000, gasLimit: 2_000_000);
        Find("1", call);
        _transactionCap = new(ExecutorGas.Limit([call]).Value + (ulong)(long)spareGas);
        if (fits) Assert.Equal(_transactionCap, Assert.Single(Plan().Plans).GasLimit);
        else Assert.Equal([("lend:1", SkipReason.ExceedsGasCap)], Skips());
    }

    [Theory]
    [InlineData(0, 3)]
    [InlineData(-1, 2)]
    public void Of_an_account_with_more_calls_than_fit_the_first_are_planned(int spareGas, int fit)
    {
        LiquidationCall[] calls = [.. Enumerable.Range(0, 64).Select(index => Call(Usd.Whole(100), what: $"{index}"))];
        Find("1", calls);
        _transactionCap = new(ExecutorGas.Limit(calls[..3]).Value + (ulong)(long)spareGas);
        var (plans, skips) = Plan();
        Assert.Empty(skips);
        var plan = Assert.Single(plans);
        Assert.Equal(calls[..fit].Select(call => call.What), plan.Calls.Select(call => call.What));
        Assert.True(plan.GasLimit <= _transactionCap);
        Assert.Equal(Usd.Whole(100 * fit), plan.Reward);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(-1, false)]
    public void An_account_that_needs_exactly_its_share_of_the_block_fits(int spareMillions, bool fits)
    {
        // 2,000,000 and 31,746 of the call, 1,107,... of the executor: the limit is 3,487,... and 50 % of 8,000,000 holds it, 3,500,000.
        var call = Call(Usd.Whole(1_000), expectedGas: 1_000_000, gasLimit: 2_000_000);
        var limit = ExecutorGas.Limit([call]).Value;
        Find("1", call);
        _options = _options with { BlockGasSharePpm = 1_000_000 };
        _market = _market with { BlockGasLimit = new((limit / 1_000_000 + 1 + (ulong)(long)spareMillions) * 1_000_000) };
        Assert.Equal(fits ? [] : [("lend:1", SkipReason.ExceedsGasCap)], Skips());
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(-1, false)]
    public void A_profit_of_exactly_the_minimum_is_enough(int wei, bool pays)
    {
        // All of the reward may go into gas, so that only the minimum decides.
        _options = _options with { GasSharePpm = 1_000_000, MinProfit = Usd.Whole(5) };
        var reward = CostOf(Call(Usd.Zero)) + Usd.Whole(5) + new Usd(wei);
        Find("1", Call(reward));
        Assert.Equal(pays ? [] : [("lend:1", SkipReason.BelowMinProfit)], Skips());
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(-1, false)]
    public void Gas_of_exactly_its_share_of_the_reward_is_affordable(int wei, bool pays)
    {
        _options = _options with { GasSharePpm = 250_000 };
        var reward = new Usd((Int256)(CostOf(Call(Usd.Zero)).Value.Abs * 4UL) + wei);
        Find("1", Call(reward));
        Assert.Equal(pays ? [] : [("lend:1", SkipReason.BelowMinProfit)], Skips());
    }

    [Fact]
    public void Two_that_pay_for_themselves_but_not_for_the_transaction_are_skipped_by_the_transaction()
    {
        _options = _options with { GasSharePpm = 1_000_000 };
        var alone = CostOf(Call(Usd.Zero));
        var overhead = CostOf();
        // One of them brings half of the overhead: two pay for it exactly, one does not.
        var reward = alone - overhead + new Usd((Int256)UInt256.DivUp(overhead.Value.Abs, 2UL) + 1);
        Find("1", Call(reward));
        var (plans, skips) = Plan();
        Assert.Empty(plans);
        Assert.Contains("the transaction earns", Assert.Single(skips).Detail);
        Find("2", Call(reward));
        Assert.Equal(2, Assert.Single(Plan().Plans).Accounts.Count);
    }

    [Theory]
    [InlineData(3, new[] { 3 })]
    [InlineData(4, new[] { 3, 1 })]
    [InlineData(7, new[] { 3, 3, 1 })]
    public void A_transaction_carries_no_more_accounts_than_allowed(int accounts, int[] sizes)
    {
        _options = _options with { MaxAccountsPerTransaction = 3 };
        for (var i = 0; i < accounts; i++) Find($"{i}", Call(Usd.Whole(100)));
        Assert.Equal(sizes, Plan().Plans.Select(plan => plan.Accounts.Count));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-1, 2)]
    public void Two_accounts_share_a_transaction_as_long_as_both_fit(int spareGas, int transactions)
    {
        var calls = new[] { Call(Usd.Whole(100)), Call(Usd.Whole(100)) };
        _transactionCap = new(ExecutorGas.Limit(calls).Value + (ulong)(long)spareGas);
        Find("1", calls[0]);
        Find("2", calls[1]);
        Assert.Equal(transactions, Plan().Plans.Count);
    }

    [Fact]
    public void The_dearest_travel_first_and_equals_in_the_order_of_their_names()
    {
        _options = _options with { MaxAccountsPerTransaction = 2 };
        Find("b", Call(Usd.Whole(50)));
        Find("c", Call(Usd.Whole(70)));
        Find("a", Call(Usd.Whole(50)));
        Find("d", Call(Usd.Whole(60)));
        Assert.Equal([["lend:c", "lend:d"], ["lend:a", "lend:b"]], Plan().Plans.Select(Keys));
    }

    [Fact]
    public void Calls_of_an_account_stay_in_their_order()
    {
        Find("1", Call(Usd.Whole(10), what: "first"), Call(Usd.Whole(90), what: "second"));
        Assert.Equal(["first", "second"], Assert.Single(Plan().Plans).Calls.Select(call => call.What));
    }

    [Fact]
    public void An_account_whose_amounts_leave_the_range_is_skipped_and_its_neighbour_is_not()
    {
        Find("1", Call(Usd.Whole(100)));
        Find("2", Call(Usd.Whole(100)));
        _lend.Calls = (account, _) => account == 0 ? throw new OverflowException("too large") : _calls[_lend.KeyOf(account)];
        Assert.Equal([("lend:1", SkipReason.NothingToDo)], Skips());
        Assert.Equal(["lend:2"], Keys(Assert.Single(Plan().Plans)));
    }

    [Fact]
    public void A_reward_that_nothing_pays_is_refused_by_name_and_its_neighbour_is_not()
    {
        Find("1", Call(Usd.Zero) with { ExpectedReward = UInt256.MaxValue });
        Find("2", Call(Usd.Zero) with { ExpectedReward = UInt256.MaxValue >> 2 }, Call(Usd.Zero) with { ExpectedReward = UInt256.MaxValue >> 2 });
        Find("3", Call(Usd.Zero) with { ExpectedReward = UInt256.One << 96 });
        Find("4", Call(Usd.Zero) with { ExpectedReward = (UInt256.One << 96) - UInt256.One });
        Find("5", Call(Usd.Whole(100)));
        var (plans, skips) = Plan();
        Assert.Equal(["lend:4", "lend:5"], Keys(Assert.Single(plans)));
        Assert.Equal(
            [("lend:1", SkipReason.ImplausibleReward), ("lend:2", SkipReason.ImplausibleReward), ("lend:3", SkipReason.ImplausibleReward)],
            skips.Select(skip => (skip.Account, skip.Reason)));
    }

    [Fact]
    public void A_plan_that_is_null_or_names_no_price_is_the_adapters_fault_and_its_neighbour_is_planned()
    {
        Find("1");
        Find("2", Call(Usd.Zero) with { Token = default, ExpectedReward = UInt256.One });
        Find("3", Call(Usd.Whole(100)));
        _calls["1"] = null!;
        var (plans, skips) = Plan();
        Assert.Equal(["lend:3"], Keys(Assert.Single(plans)));
        Assert.Equal([("lend:1", SkipReason.NothingToDo), ("lend:2", SkipReason.NothingToDo)], skips.Select(skip => (skip.Account, skip.Reason)));
        Assert.Contains("the adapter failed at plan: InvalidOperationException", skips[0].Detail);
    }

    [Fact]
    public void Accounts_that_earn_less_than_the_minimum_profit_alone_may_earn_it_together()
    {
        _options = _options with { MinProfit = Usd.Whole(150) };
        Find("1", Call(Usd.Whole(100)));
        Assert.Equal([("lend:1", SkipReason.BelowMinProfit)], Skips());
        Find("2", Call(Usd.Whole(100)));
        Assert.Equal(2, Assert.Single(Plan().Plans).Accounts.Count);
    }

    [Fact]
    public void Bad_debt_rides_along_behind_what_pays()
    {
        Find("debt", VerdictKind.BadDebt, Call(Usd.Zero));
        Find("1", Call(Usd.Whole(100)));
        Assert.Equal(["lend:1", "lend:debt"], Keys(Assert.Single(Plan().Plans)));
    }

    [Fact]
    public void Bad_debt_alone_is_skipped()
    {
        Find("debt", VerdictKind.BadDebt, Call(Usd.Zero));
        Assert.Equal([("lend:debt", SkipReason.BelowMinProfit)], Skips());
    }

    [Fact]
    public void Bad_debt_is_left_alone_where_so_configured()
    {
        _options = _options with { ResolveBadDebt = false };
        Find("debt", VerdictKind.BadDebt, Call(Usd.Zero));
        Find("1", Call(Usd.Whole(100)));
        Assert.Equal([("lend:debt", SkipReason.BelowMinProfit)], Skips());
        Assert.Equal(["lend:1"], Keys(Assert.Single(Plan().Plans)));
    }

    [Fact]
    public void What_pays_nobody_and_is_no_bad_debt_never_rides()
    {
        Find("free", Call(Usd.Zero));
        Find("1", Call(Usd.Whole(100)));
        Assert.Equal([("lend:free", SkipReason.BelowMinProfit)], Skips());
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(-1, false)]
    public void Bad_debt_rides_as_long_as_the_transaction_still_pays(int wei, bool rides)
    {
        _options = _options with { GasSharePpm = 1_000_000 };
        Find("1", Call(CostOf(Call(Usd.Zero), Call(Usd.Zero)) + new Usd(wei)));
        Find("debt", VerdictKind.BadDebt, Call(Usd.Zero));
        Assert.Equal(rides ? 2 : 1, Assert.Single(Plan().Plans).Accounts.Count);
        Assert.Equal(rides ? [] : [("lend:debt", SkipReason.BelowMinProfit)], Skips());
    }

    [Fact]
    public void Bad_debt_takes_a_place_in_the_next_transaction_where_the_first_is_full()
    {
        _options = _options with { MaxAccountsPerTransaction = 2 };
        foreach (var key in (string[])["1", "2", "3"]) Find(key, Call(Usd.Whole(100)));
        Find("debt", VerdictKind.BadDebt, Call(Usd.Zero));
        Assert.Equal([["lend:1", "lend:2"], ["lend:3", "lend:debt"]], Plan().Plans.Select(Keys));
    }

    [Fact]
    public void Bad_debt_that_fits_nowhere_does_not_keep_others_from_riding()
    {
        Find("1", Call(Usd.Whole(100)));
        Find("large", VerdictKind.BadDebt, Call(Usd.Zero, expectedGas: 4_000_000, gasLimit: 5_000_000));
        Find("small", VerdictKind.BadDebt, Call(Usd.Zero));
        Assert.Equal(["lend:1", "lend:small"], Keys(Assert.Single(Plan().Plans)));
        Assert.Equal([("lend:large", SkipReason.BelowMinProfit)], Skips());
    }

    [Fact]
    public void The_most_for_gas_is_its_share_of_the_rewards()
    {
        Find("1", Call(Usd.Whole(300)));
        var plan = Assert.Single(Plan().Plans);
        // 50 % of 300 dollars at 3,000 dollars a coin.
        Assert.Equal(Wei.FromGwei(50_000_000), plan.MaxGasCost);
        Assert.Equal(plan.MaxGasCost.Value / plan.ExpectedGas.Value, plan.MaxPricePerGas.Value);
    }

    [Fact]
    public void The_most_for_gas_leaves_the_minimum_profit()
    {
        _options = _options with { MinProfit = Usd.Whole(240) };
        Find("1", Call(Usd.Whole(300)));
        Assert.Equal(Wei.FromGwei(20_000_000), Assert.Single(Plan().Plans).MaxGasCost);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1_000_000_000, false)]
    public void What_data_costs_in_coin_is_part_of_what_gas_may_cost(ulong more, bool isPlanned)
    {
        Find("1", Call(Usd.Whole(100)));
        var free = Assert.Single(Plan().Plans);
        var spare = free.MaxGasCost - _market.Price * free.ExpectedGas;
        _market = _market with { Fees = new ConstantFees(new(spare + new Wei(more), default)) };
        Assert.Equal(isPlanned ? 1 : 0, Plan().Plans.Count);
        if (!isPlanned)
        {
            Assert.Equal([("lend:1", SkipReason.BelowMinProfit)], Skips());
            return;
        }
        var plan = Assert.Single(Plan().Plans);
        Assert.Equal((_market.Price, spare), (plan.MaxPricePerGas, plan.DataCost));
        Assert.True(plan.WorthPerGas < free.WorthPerGas);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(-1, false)]
    public void What_data_costs_in_gas_must_fit_and_is_part_of_what_is_used(int spareGas, bool isPlanned)
    {
        Find("1", Call(Usd.Whole(100)));
        var free = Assert.Single(Plan().Plans);
        _market = _market with { Fees = new ConstantFees(new(default, new(50_000))) };
        _transactionCap = new(free.GasLimit.Value + 50_000 + (ulong)(long)spareGas);
        Assert.Equal(isPlanned ? [] : [("lend:1", SkipReason.ExceedsGasCap)], Skips());
        if (isPlanned) Assert.Equal((free.GasLimit + new Gas(50_000), free.ExpectedGas + new Gas(50_000)), (Plan().Plans[0].GasLimit, Plan().Plans[0].ExpectedGas));
    }

    [Fact]
    public void On_a_chain_without_fees_nothing_divides_by_zero()
    {
        _market = _market with { BaseFee = Wei.Zero, Tip = Wei.Zero };
        Find("1", Call(Usd.Whole(1)));
        Assert.Single(Plan().Plans);
    }

    [Fact]
    public void Whatever_is_found_ends_in_exactly_one_plan_or_skip_and_every_plan_pays_and_fits() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(ArbMap.Default.ArbFor<(byte Kind, byte Dollars, byte Gas)[]>(), found =>
        {
            var scene = new PlannerTests { _options = new() { MaxAccountsPerTransaction = 5, MinProfit = Usd.Whole(2) } };
            foreach (var (i, (kind, dollars, gas)) in found.Index())
            {
                var reward = kind % 7 == 0 ? Usd.Zero : new Usd((Int256)(UInt256)((ulong)dollars * 500_000_000_000_000_000));
                var (expected, limit) = (20_000 * (ulong)gas, 40_000 * (ulong)gas);
                scene.Find($"{i}", (VerdictKind)(2 + kind % 3), kind % 11 == 0 ? [] : [Call(reward, expected, limit)]);
                if (kind % 13 == 0) scene._open.Add($"lend:{i}");
                if (kind % 17 == 0) scene._backingOff.Add($"lend:{i}");
            }
            scene._transactionCap = new(9_000_000);
            var (plans, skips) = scene.Plan();
            Assert.Equal(
                scene._findings.Select(finding => finding.Key).Order(StringComparer.Ordinal),
                plans.SelectMany(Keys).Concat(skips.Select(skip => skip.Account)).Order(StringComparer.Ordinal));
            foreach (var plan in plans)
            {
                Assert.InRange(plan.Accounts.Count, 1, 5);
                Assert.True(plan.GasLimit <= scene._transactionCap);
                var cost = Coin.ToUsd(scene._market.Price * plan.ExpectedGas);
                Assert.True(plan.Reward - cost >= Usd.Whole(2));
                Assert.True(plan.MaxPricePerGas >= scene._market.Price, $"{plan.MaxPricePerGas} of {scene._market.Price}");
            }
        }));

    private (IReadOnlyList<LiquidationPlan> Plans, IReadOnlyList<Skip> Skips) Plan() => new Planner(_options).Plan(_findings, Context());
    private IEnumerable<(string, SkipReason)> Skips() => Plan().Skips.Select(skip => (skip.Account, skip.Reason));
    private static IEnumerable<string> Keys(LiquidationPlan plan) => plan.Accounts.Select(account => account.Key);

    private PlanningContext Context() => new(
        Block(100), HintBlock: null, _market, Coin, _transactionCap, DecidedAt: 77, _open.Contains, _backingOff.Contains, _experience);

    /// <summary>What a transaction with these calls is expected to cost.</summary>
    private Usd CostOf(params LiquidationCall[] calls) => Coin.ToUsd(_market.Price * ExecutorGas.Expected(calls));

    /// <summary>Charges every transaction the same.</summary>
    private sealed class ConstantFees(DataFee fee) : IFeeModel
    {
        public IReadOnlyList<CallRequest> Reads => [];
        public IFeeModel With(IReadOnlyList<CallResult> answers) => this;
        public DataFee Of(int calldataBytes, Gas gas) => fee;
    }

    private void Find(string key, params LiquidationCall[] calls) => Find(key, VerdictKind.Liquidatable, calls);

    private void Find(string key, VerdictKind kind, params LiquidationCall[] calls)
    {
        _lend.WithAccounts(key);
        _calls.Add(key, calls);
        _findings.Add(new(_lend, _lend.AccountCount - 1, Of(kind), Block(100).Timestamp));
    }
}
