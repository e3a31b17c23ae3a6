using Keeper.Core.Chain.Abi;
using Keeper.Core.Planning;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;

namespace Keeper.Core.Submission;

/// <summary>
/// What a simulation says that calls earn, in the place of what their adapters expected: price impact, premiums and fees are in it. Pure.
/// </summary>
/// <remarks>
/// The word that a call returns may be a stranger's, and bids are raised by it. The least profit, which the executor enforces, keeps a lie from being paid for at the
/// state that was simulated, and not at another one, where a dearer bid would revert and cost its gas. So a call is believed to earn at most
/// twice what its adapter reckons by the protocol's own prices and the configured cost of the sale; less it may always earn.
/// </remarks>
public static class SimulatedRewards
{
    /// <param name="results">One for each call of the plan, all of which succeeded.</param>
    /// <param name="price">What a unit of gas costs at the going price.</param>
    /// <returns>The very plan where no call says what it earns, or all say what was expected; one with other rewards, or without the accounts that do not pay for
    /// their own gas by them; null where none is left, or the rest does not pay.</returns>
    public static (LiquidationPlan? Plan, IReadOnlyList<Skip> Skips) Take(LiquidationPlan plan, IReadOnlyList<ItemResult> results, Wei price)
    {
        var (index, isChanged) = (0, false);
        var kept = new List<PlannedAccount>();
        var skips = new List<Skip>();
        foreach (var account in plan.Accounts)
        {
            var calls = new List<LiquidationCall>();
            var isTold = true;
            foreach (var call in account.Calls)
            {
                var reward = RewardOf(call, results[index++].Data.Span);
                isTold &= reward is not null;
                calls.Add(reward == call.ExpectedReward ? call : call with { ExpectedReward = reward ?? UInt256.Zero });
            }
            if (calls.SequenceEqual(account.Calls, ReferenceEqualityComparer.Instance))
            {
                kept.Add(account);
                continue;
            }
            isChanged = true;
            var told = account with { Calls = calls };
            var cost = plan.CoinPrice.ToUsd(price * new Gas(calls.Aggregate(0UL, (sum, call) => sum + call.ExpectedGas.Value)));
            if (!isTold) skips.Add(new(account.Key, SkipReason.SimulationFailed, "a call that says what it earns said nothing"));
            else if (cost > plan.GasShareOf(told.Reward)) skips.Add(new(account.Key, SkipReason.BelowMinProfit, $"earns {told.Reward} USD by the simulation, gas may cost {cost} USD"));
            else kept.Add(told);
        }
        if (!isChanged) return (plan, []);
        if (kept.Count == 0) return (null, skips);
        var rest = (plan with { Accounts = kept }).WithBudget();
        var whole = plan.CoinPrice.ToUsd(price * rest.ExpectedGas + rest.DataCost);
        if (rest.Reward - whole >= rest.MinProfit && whole <= rest.GasShareOf(rest.Reward)) return (rest, skips);
        skips.AddRange(kept.Select(account => new Skip(account.Key, SkipReason.BelowMinProfit, $"the transaction earns {rest.Reward} USD by the simulation, gas may cost {whole} USD")));
        return (null, skips);
    }

    /// <summary>Accounts that bring less than was expected of them.</summary>
    /// <param name="results">As for <see cref="Take"/>.</param>
    public static IReadOnlySet<string> FallingShort(LiquidationPlan plan, IReadOnlyList<ItemResult> results)
    {
        var index = 0;
        return plan.Accounts.Where(account => account.Calls.Count(call => RewardOf(call, results[index++].Data.Span) < call.ExpectedReward) > 0).Select(account => account.Key).ToHashSet();
    }

    /// <returns>Null where the answer has no word.</returns>
    private static UInt256? RewardOf(LiquidationCall call, ReadOnlySpan<byte> answer)
    {
        if (!call.ReturnsReward) return call.ExpectedReward;
        if (answer.Length < 32) return null;
        // Not of what a simulation before this one has made of it: it would grow with each.
        var expected = call.AdapterReward;
        var told = new AbiReader(answer).ReadUInt256();
        return told > expected && told - expected > expected ? expected + expected : told;
    }
}
