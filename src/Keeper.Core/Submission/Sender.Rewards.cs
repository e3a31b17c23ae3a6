using Keeper.Core.Chain.Abi;
using Keeper.Core.Planning;
using Keeper.Core.Primitives;

namespace Keeper.Core.Submission;

public sealed partial class Sender
{
    /// <summary>The plan by what its calls, all of which succeeded, say that they earn (<see cref="SimulatedRewards"/>): itself where nothing is new, null where nothing that pays is left.</summary>
    private LiquidationPlan? WithSimulatedRewards(LiquidationPlan plan, IReadOnlyList<ItemResult> results, Wei price)
    {
        if (!plan.Calls.Any(call => call.ReturnsReward)) return plan;
        var (rest, skips) = SimulatedRewards.Take(plan, results, price);
        var fallingShort = skips.Count == 0 ? null : SimulatedRewards.FallingShort(plan, results);
        var block = Math.Max(_head?.Block.Number ?? 0, plan.Basis.Number);
        foreach (var skip in skips)
        {
            skipReport.Tell(skip);
            // The sale brings too little: another may bring more.
            if (fallingShort!.Contains(skip.Account) && TryOtherWay(plan.Accounts.First(account => account.Key == skip.Account), block)) continue;
            // What earns too little now may pay with the next block's gas; what says nothing will say nothing then.
            var reason = skip.Reason == SkipReason.BelowMinProfit ? BackoffReason.BatchRefused : BackoffReason.SimulationRefused;
            _backoff.Arm(skip.Account, reason, block);
        }
        return rest;
    }

    /// <summary>The account could not be paid for in this way: the next plan takes another, where there is one.</summary>
    /// <returns>False where all were tried, or enough of them: it is to be left alone for a while, and then begun anew.</returns>
    private bool TryOtherWay(PlannedAccount account, ulong block)
    {
        var hasOther = account.Calls.Any(call => call.HasAlternative) && _ways.Refuse(account.Key, account.Refused, block);
        if (!hasOther) _ways.Forget(account.Key);
        _hasOtherWay |= hasOther;
        return hasOther;
    }
}
