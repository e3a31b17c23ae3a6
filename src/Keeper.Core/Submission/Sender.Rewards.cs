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
        foreach (var skip in skips)
        {
            skipReport.Tell(skip);
            // What earns too little now may pay with the next block's gas; what says nothing will say nothing then.
            var reason = skip.Reason == SkipReason.BelowMinProfit ? BackoffReason.BatchRefused : BackoffReason.SimulationRefused;
            _backoff.Arm(skip.Account, reason, Math.Max(_head?.Block.Number ?? 0, plan.Basis.Number));
        }
        return rest;
    }
}
