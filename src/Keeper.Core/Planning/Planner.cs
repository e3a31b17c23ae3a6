using Keeper.Core.Margin;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;

namespace Keeper.Core.Planning;

/// <summary>Hop 4, pure: what to close, in which transactions, and why not the rest.</summary>
public sealed class Planner(PlanningOptions options)
{
    /// <summary>The least that a unit of gas is taken to cost, so that a free test chain does not divide by zero.</summary>
    private static readonly Wei LeastPrice = new(1);

    /// <summary>2^96 of 1e-18 dollars, some 79 thousand million dollars: nothing earns that, and sums of less stay in range.</summary>
    private static readonly Usd Implausible = new((Int256)(UInt256.One << 96));

    /// <summary>Every finding ends in exactly one plan or one skip.</summary>
    public (IReadOnlyList<LiquidationPlan> Plans, IReadOnlyList<Skip> Skips) Plan(IReadOnlyList<Finding> findings, PlanningContext context)
    {
        var skips = new List<Skip>();
        var candidates = new List<PlannedAccount>();
        var gasCap = Gas.Min(context.TransactionGasCap, new(context.Gas.BlockGasLimit.Value / 1_000_000 * options.BlockGasSharePpm));
        foreach (var finding in findings)
        {
            if (Consider(finding, context, gasCap, out var skip) is { } account) candidates.Add(account);
            else skips.Add(skip);
        }
        // What pays nobody rides along; by itself it would never be sent.
        var riders = candidates.Where(account => account.Reward == Usd.Zero).ToList();
        candidates.RemoveAll(account => account.Reward == Usd.Zero);
        candidates.Sort((a, b) => b.Reward.CompareTo(a.Reward) is not 0 and var order ? order : string.CompareOrdinal(a.Key, b.Key));
        return (Board(riders, Pack(candidates, context, gasCap, skips), context, gasCap, skips), skips);
    }

    /// <summary>Judges one account by itself: whether anything can be done, fits and pays, its share of the transaction's overhead apart.</summary>
    private PlannedAccount? Consider(Finding finding, PlanningContext context, Gas gasCap, out Skip skip)
    {
        var key = finding.Key;
        skip = new(key, SkipReason.NothingToDo);
        if (finding.Verdict.Kind == VerdictKind.PriceUnusable) return Refuse(out skip, SkipReason.PriceUnusable);
        if (context.IsOpen(key)) return Refuse(out skip, SkipReason.OpenIntent);
        if (context.HaltedFor(finding.Protocol.Settings.Name) is { } halted) return Refuse(out skip, SkipReason.Halted, halted);
        if (context.IsBackingOff(key)) return Refuse(out skip, SkipReason.BackingOff);

        PlannedAccount account;
        bool isPlausible;
        try
        {
            var refused = context.RefusedOf(key);
            var calls = refused == 0 ? finding.Protocol.Plan(finding.Account, finding.Timestamp) : finding.Protocol.PlanAfter(finding.Account, finding.Timestamp, refused);
            account = new(key, finding.Protocol, AdapterFault.Whole(calls)) { Refused = refused };
            isPlausible = IsPlausible(account);
        }
        catch (ArithmeticException error)
        {
            // The contract's checked arithmetic would refuse it as well; the other accounts must not wait for that one.
            return Refuse(out skip, SkipReason.NothingToDo, error.Message);
        }
        catch (Exception error) when (AdapterFault.Is(error))
        {
            return Refuse(out skip, SkipReason.NothingToDo, AdapterFault.Tell(finding.Protocol.Settings.Name, AdapterCall.Plan, error));
        }
        if (account.Calls.Count == 0) return null;
        if (!isPlausible) return Refuse(out skip, SkipReason.ImplausibleReward, $"claims to earn {Implausible} USD or more");

        account = account with { Calls = Fitting(account.Calls, context, gasCap) };
        if (account.Calls.Count == 0) return Refuse(out skip, SkipReason.ExceedsGasCap, $"its first call alone needs more than {gasCap} gas");

        if (finding.Verdict.Kind == VerdictKind.BadDebt && account.Reward == Usd.Zero && options.ResolveBadDebt) return account;

        // By itself it need not pay for the transaction, nor earn its minimum profit: only pay for what it adds to one.
        var expected = context.Experience.Expect(account.Calls, account.Calls.Select(call => call.Target).ToHashSet());
        var cost = context.CoinPrice.ToUsd(CostOf(expected, context) - CostOf([], context));
        return cost <= GasShareOf(account.Reward)
            ? account
            : Refuse(out skip, SkipReason.BelowMinProfit, $"earns {account.Reward} USD, gas may cost {cost} USD");

        PlannedAccount? Refuse(out Skip skip, SkipReason reason, string? detail = null)
        {
            skip = new(key, reason, detail);
            return null;
        }
    }

    /// <summary>Whether the reward, which a stranger's contract may have told, can be reckoned with.</summary>
    private static bool IsPlausible(PlannedAccount account)
    {
        try
        {
            return account.Reward < Implausible;
        }
        catch (OverflowException)
        {
            return false;
        }
    }

    /// <summary>The calls, or as many of the first as one transaction may hold: they must run in this order, and the rest is planned when these are through.</summary>
    private static IReadOnlyList<LiquidationCall> Fitting(IReadOnlyList<LiquidationCall> calls, PlanningContext context, Gas gasCap)
    {
        if (LimitOf(calls, context) <= gasCap) return calls;
        var first = new List<LiquidationCall>();
        foreach (var call in calls)
        {
            first.Add(call);
            if (LimitOf(first, context) <= gasCap) continue;
            first.RemoveAt(first.Count - 1);
            break;
        }
        return first;
    }

    /// <summary>Fills transactions in the order of reward, so that the dearest accounts travel first.</summary>
    private List<LiquidationPlan> Pack(List<PlannedAccount> accounts, PlanningContext context, Gas gasCap, List<Skip> skips)
    {
        var plans = new List<LiquidationPlan>();
        var batch = new List<PlannedAccount>();
        var calls = new List<LiquidationCall>();
        var warm = new HashSet<Address>();
        foreach (var account in accounts)
        {
            var behind = Behind(account);
            if (batch.Count == options.MaxAccountsPerTransaction || LimitOf([.. calls, .. behind.Calls], context) > gasCap)
            {
                Close();
                behind = Behind(account);
            }
            batch.Add(behind);
            calls.AddRange(behind.Calls);
            warm.UnionWith(behind.Calls.Select(call => call.Target));
        }
        Close();
        return plans;

        PlannedAccount Behind(PlannedAccount account) => account with { Calls = context.Experience.Expect(account.Calls, warm) };

        void Close()
        {
            if (batch.Count == 0) return;
            var plan = ToPlan([.. batch], context);
            var cost = context.CoinPrice.ToUsd(CostOf(plan.Calls, context));
            if (Pays(plan.Reward, cost)) plans.Add(plan);
            else skips.AddRange(batch.Select(account => new Skip(account.Key, SkipReason.BelowMinProfit, $"the transaction earns {plan.Reward} USD, gas may cost {cost} USD")));
            batch.Clear();
            calls.Clear();
            warm.Clear();
        }
    }

    /// <summary>Adds accounts that pay nothing to transactions that have room and still pay.</summary>
    private List<LiquidationPlan> Board(List<PlannedAccount> riders, List<LiquidationPlan> plans, PlanningContext context, Gas gasCap, List<Skip> skips)
    {
        foreach (var rider in riders)
        {
            if (!TryBoard(rider)) skips.Add(new(rider.Key, SkipReason.BelowMinProfit, "earns nothing, and no transaction has room for it"));
        }
        return plans;

        bool TryBoard(PlannedAccount rider)
        {
            for (var i = 0; i < plans.Count; i++)
            {
                if (plans[i].Accounts.Count == options.MaxAccountsPerTransaction) continue;
                var behind = rider with { Calls = context.Experience.Expect(rider.Calls, plans[i].Calls.Select(call => call.Target).ToHashSet()) };
                var with = ToPlan([.. plans[i].Accounts, behind], context);
                if (with.GasLimit > gasCap || !Pays(with.Reward, context.CoinPrice.ToUsd(CostOf(with.Calls, context)))) continue;
                plans[i] = with;
                return true;
            }
            return false;
        }
    }

    private LiquidationPlan ToPlan(PlannedAccount[] accounts, PlanningContext context)
    {
        return new LiquidationPlan(accounts, context.Basis, context.HintBlock, Wei.Zero, context.CoinPrice, context.DecidedAt)
        {
            Fees = context.Gas.Fees, Behind = context.Behind, MinProfit = options.MinProfit, GasSharePpm = options.GasSharePpm,
            IsOfEarlierAnswers = accounts.Any(account => context.IsAskedEarlier(account.Protocol)),
        }.WithBudget();
    }

    /// <summary>Gas may take its share of the reward, and the profit asked for must remain.</summary>
    private bool Pays(Usd reward, Usd cost) => reward - cost >= options.MinProfit && cost <= GasShareOf(reward);

    private Usd GasShareOf(Usd reward) => new((Int256)UInt256.MulDivDown((UInt256)reward.Value, options.GasSharePpm, 1_000_000UL));

    /// <summary>What a transaction with these calls is likely to cost at the going price, its data included.</summary>
    private static Wei CostOf(IReadOnlyCollection<LiquidationCall> calls, PlanningContext context)
    {
        var gas = ExecutorGas.Expected(calls);
        var data = context.Gas.Fees.Of(ExecutorGas.CalldataBytes(calls), gas);
        return PriceOf(context) * (gas + data.Gas) + data.Cost;
    }

    private static Gas LimitOf(IReadOnlyCollection<LiquidationCall> calls, PlanningContext context) =>
        ExecutorGas.Limit(calls) + context.Gas.Fees.Of(ExecutorGas.CalldataBytes(calls), default).Gas;

    private static Wei PriceOf(PlanningContext context) => Wei.Max(context.Gas.Price, LeastPrice);
}
