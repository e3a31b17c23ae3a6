using System.Globalization;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Protocols.Capital;

namespace Keeper.Protocols.AaveV3;

/// <summary>
/// The call that deals with an account: of all debts and collaterals that a route joins, the pair that earns most, and of it the most that the pool takes and the route bears.
/// Where that cannot be paid for, the next by what it earns: another pair, or a half, a quarter, an eighth of one.
/// </summary>
internal sealed class LiquidationPlan(AaveState state, Health health, AavePrices prices, RewardAssets rewards, CapitalOptions capital, Address pool)
{
    /// <summary>Debt is added to until the call is mined; what is offered beyond the debt is not taken.</summary>
    private const ulong SecondsAhead = 600;

    private const int Halvings = 3;

    /// <summary>Empty where the contract would refuse, or where nothing is left for the keeper.</summary>
    /// <param name="refused">Ways that could not be paid for, passed over; begun anew where there are no more.</param>
    public IReadOnlyList<LiquidationCall> Of(int account, ulong timestamp, int refused = 0)
    {
        // What stands behind the best is reckoned only when it is asked for.
        var ways = Ways(account, timestamp, refused == 0 ? 0 : Halvings);
        if (ways.Count == 0) return [];
        var at = refused % ways.Count;
        return [ToCall(account, ways[at]) with { HasAlternative = at + 1 < ways.Count || (refused == 0 && Half(account, ways[0], timestamp, 1) is not null) }];
    }

    /// <summary>The pair and its amounts; null where there is none.</summary>
    public Choice? Best(int account, ulong timestamp) => Ways(account, timestamp, 0) is { Count: > 0 } ways ? ways[0] : null;

    /// <summary>Pairs and amounts by what they earn, the most first.</summary>
    /// <param name="halvings">How often the amount of each pair may be halved.</param>
    public IReadOnlyList<Choice> Ways(int account, ulong timestamp, int halvings)
    {
        if (health.Evaluate(account, timestamp).Kind != VerdictKind.Liquidatable || health.Of(account, timestamp) is not { } data) return [];
        var ways = new List<Choice>();
        foreach (var (collateral, debt) in Pairs(account, timestamp))
        {
            if (PairOf(account, collateral, debt, timestamp) is not { } pair || Choose(collateral, debt, pair, data, timestamp, UInt256.MaxValue) is not { } whole) continue;
            ways.Add(whole);
            for (var halving = 1; halving <= halvings; halving++)
            {
                if (Half(account, whole, timestamp, halving) is { } part && part.Amounts.Covered < ways[^1].Amounts.Covered) ways.Add(part);
            }
        }
        // Of equals the first stays first, so that the order does not depend on how many there are.
        return [.. ways.OrderByDescending(way => way.Usd)];
    }

    /// <summary>Rows of balances: a collateral that may be seized with a debt that may be paid.</summary>
    public List<(int Collateral, int Debt)> Pairs(int account, ulong timestamp)
    {
        var quotes = health.Quotes(timestamp);
        var (collaterals, debts) = (new List<int>(), new List<int>());
        for (var at = state.Users[account].First; at != UserRow.None; at = state.Balances[at].Next)
        {
            ref readonly var balance = ref state.Balances[at];
            ref readonly var quote = ref quotes[balance.Reserve];
            if (!quote.IsOpen) continue;
            if (Liquidation.IsSeizable(health.Profile!, balance, quote)) collaterals.Add(at);
            if (!balance.Debt.IsZero) debts.Add(at);
        }
        return [.. from collateral in collaterals from debt in debts select (collateral, debt)];
    }

    /// <summary>Null where a price is not known.</summary>
    public LiquidationPair? PairOf(int account, int collateralBalance, int debtBalance, ulong timestamp)
    {
        var (profile, emode) = (health.Profile!, state.Users[account].EMode);
        var quotes = health.Quotes(timestamp);
        ref readonly var supplied = ref state.Balances[collateralBalance];
        ref readonly var owed = ref state.Balances[debtBalance];
        ref readonly var collateral = ref quotes[supplied.Reserve];
        ref readonly var debt = ref quotes[owed.Reserve];
        if (!Health.TryCategory(health.Capture(account), prices.Of, out var category, out var substitute)) return null;
        var isIn = Health.IsIn(profile, emode, category, collateral);
        // 3.0 takes it for granted that what is borrowed in a category belongs to it.
        if ((isIn ? substitute ?? collateral.Price : collateral.Price) is not { } collateralPrice || (substitute ?? debt.Price) is not { } debtPrice) return null;
        return new(
            collateral, debt, Health.SupplyOf(profile, supplied, collateral), Health.DebtOf(profile, owed, debt), collateralPrice, debtPrice,
            isIn ? category.Bonus : collateral.Terms.Bonus);
    }

    /// <summary>What the pool takes at most of this offer without leaving dust; null where it takes nothing.</summary>
    public Liquidation? MostOf(in LiquidationPair pair, in AccountData data, UInt256 offer)
    {
        var profile = health.Profile!;
        var all = Liquidation.Of(profile, pair, data, offer);
        if (!all.LeavesDust) return all;
        // The less is paid, the more is left: the greatest amount that leaves enough is found by halving.
        var (leavesEnough, leavesDust) = (UInt256.Zero, all.Covered);
        while (leavesDust - leavesEnough > UInt256.One)
        {
            var middle = (leavesEnough + leavesDust) >> 1;
            if (Liquidation.Of(profile, pair, data, middle).LeavesDust) leavesDust = middle;
            else leavesEnough = middle;
        }
        return leavesEnough.IsZero ? null : Liquidation.Of(profile, pair, data, leavesEnough);
    }

    /// <summary>The same pair by no more than a part of its amount: a half for one halving; null where the pool takes none of that without dust.</summary>
    private Choice? Half(int account, in Choice whole, ulong timestamp, int halvings) =>
        health.Of(account, timestamp) is { } data ? Choose(whole.CollateralBalance, whole.DebtBalance, whole.Pair, data, timestamp, whole.Amounts.Covered >> halvings) : null;

    private Choice? Choose(int collateralBalance, int debtBalance, in LiquidationPair pair, in AccountData data, ulong timestamp, UInt256 most)
    {
        var (collateral, debt) = (AssetOf(collateralBalance), AssetOf(debtBalance));
        if (rewards.Of(debt) is not { } token || capital.TermsOf(collateral, debt) is not { } terms) return null;
        if (MostOf(pair, data, UInt256.Min(most, capital.MaxRepayOf(collateral, debt, pair.Debt.Unit))) is not { Covered.IsZero: false, Seized.IsZero: false } amounts) return null;
        var seizedValue = amounts.Seized * pair.CollateralPrice * pair.Debt.Unit / (pair.DebtPrice * pair.Collateral.Unit);
        var offered = Offer(debtBalance, pair, data, amounts, timestamp);
        // The loan is of all that is offered, and so is its premium.
        var reward = capital.ProfitOf(collateral, debt, seizedValue + (offered - amounts.Covered), offered);
        return reward.IsZero ? null : new(collateral, debt, collateralBalance, debtBalance, pair, amounts, offered, reward, token, token.ToUsd(reward), terms);
    }

    /// <summary>
    /// A little more than is taken now: by the time that it is mined the debt has grown, and of what clears a debt a rest of a few units would be dust, which
    /// reverts. Where more than this amount would leave dust, or be more than the route bears, the very amount.
    /// </summary>
    private UInt256 Offer(int debtBalance, in LiquidationPair pair, in AccountData data, in Liquidation amounts, ulong timestamp)
    {
        if (Liquidation.Of(health.Profile!, pair, data, UInt256.MaxValue) is var all && (all.LeavesDust || amounts.Covered < all.Covered)) return amounts.Covered;
        var balance = state.Balances[debtBalance];
        var later = health.Accrued(balance.Reserve, timestamp + SecondsAhead);
        return UInt256.Min(amounts.Covered + amounts.Covered / 100UL + UInt256.One, UInt256.Max(amounts.Covered, Health.DebtOf(health.Profile!, balance, later)));
    }

    private Address AssetOf(int balance) => state.Reserves.KeyAt(state.Balances[balance].Reserve);

    private LiquidationCall ToCall(int account, in Choice choice)
    {
        var gas = CallGas.Liquidating(state, account);
        var what = string.Create(
            CultureInfo.InvariantCulture,
            $"pay {Decimal(choice.Amounts.Covered, choice.Pair.Debt.Terms.Decimals)} of {choice.Debt} for {Decimal(choice.Amounts.Seized, choice.Pair.Collateral.Terms.Decimals)} of {choice.Collateral}");
        return new(
            capital.Liquidator, CapitalCalls.LiquidateAave(pool, choice.Collateral, choice.Debt, state.Users.KeyAt(account), choice.Offered, choice.Terms),
            gas, CallGas.Expected(gas), choice.Token, choice.Reward, what) { ReturnsReward = true };
    }

    private static string Decimal(UInt256 amount, int decimals)
    {
        var (whole, fraction) = UInt256.DivRem(amount, AaveMath.Unit(decimals));
        return fraction.IsZero ? whole.ToString() : $"{whole}.{fraction.ToString().PadLeft(decimals, '0').TrimEnd('0')}";
    }

    /// <param name="CollateralBalance">Its row, as <paramref name="DebtBalance"/> is the debt's.</param>
    /// <param name="Offered">The debt that the call offers to pay.</param>
    /// <param name="Usd">What the reward is worth, to compare.</param>
    internal readonly record struct Choice(
        Address Collateral, Address Debt, int CollateralBalance, int DebtBalance, LiquidationPair Pair, Liquidation Amounts, UInt256 Offered, UInt256 Reward, RewardToken Token, Usd Usd, CapitalTerms Terms);
}
