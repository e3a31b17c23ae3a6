using Keeper.Core.Margin;
using Keeper.Core.Planning;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Tests.Support;
using static Keeper.Tests.Support.TestChainData;

namespace Keeper.Tests.Submission.Controls;

/// <summary>Decides as the loop does: the planner's plans, offered to the sender of a scene. Every account of its protocol is under water all the time.</summary>
internal sealed class Rounds(SenderScene scene)
{
    private readonly Planner _planner = new(new());

    /// <summary>Whom the planner passes over; the loop asks the sender.</summary>
    public Func<string, ulong, bool> IsBackingOff { get; init; } = scene.Sender.IsBackingOff;

    /// <summary>What it takes calls to use; the loop takes the sender's.</summary>
    public GasExperience Experience { get; init; } = scene.Sender.Experience;

    /// <returns>The plans that were offered, all of them handled.</returns>
    public async Task<IReadOnlyList<LiquidationPlan>> DecideAsync(ulong block)
    {
        var findings = Enumerable.Range(0, scene.Lend.AccountCount).Select(account => new Finding(scene.Lend, account, ScriptedProtocol.Of(VerdictKind.Liquidatable), Block(block).Timestamp)).ToArray();
        var (plans, _) = _planner.Plan(findings, new(
            Block(block), null, scene.Gas, new(Usd.Whole(3_000), IsWorstCase: false), scene.Profile.TransactionGasCap, scene.Time.GetTimestamp(),
            scene.Sender.IsOpen, account => IsBackingOff(account, block), Experience));
        foreach (var plan in plans) await scene.OfferAsync(plan);
        return plans;
    }
}
