using Keeper.Core.Journal;

namespace Keeper.Host.Ledger;

/// <summary>An account that somebody else liquidated.</summary>
/// <param name="Time">When it was journalled, by the keeper's own clock.</param>
/// <param name="By">Null for a race of which only the loss is known.</param>
/// <param name="Plan">Ours, where we had one.</param>
internal sealed record MissedLiquidation(DateTimeOffset Time, string Account, Rival? By, string Doing, long? Plan)
{
    /// <summary>
    /// In the order in which they were journalled: what was seen in the chain's logs, and races that were lost with a transaction of our own. The
    /// same liquidation is told once.
    /// </summary>
    public static IReadOnlyList<MissedLiquidation> Of(PlanFold fold)
    {
        var seen = fold.WithoutPlan.Where(record => record.Entry is JournalEntry.Missed).Select(record =>
        {
            var missed = (JournalEntry.Missed)record.Entry;
            return (record.Sequence, Row: new MissedLiquidation(record.WrittenAt, missed.Account, missed.By, missed.Doing, null));
        });
        var raced = fold.Plans.Where(plan => plan is { Settled: not null, ReopenedAs: null }).SelectMany(plan =>
            plan.Settled!.Outcomes.Where(outcome => outcome.Outcome == Core.Submission.Outcome.Raced).Select(outcome =>
                (plan.End!.Sequence, Row: new MissedLiquidation(plan.End.WrittenAt, outcome.Account, outcome.Rival, Raced(plan), plan.Plan))));
        return seen.Concat(raced).OrderBy(entry => entry.Sequence).Select(entry => entry.Row)
            // Of a race without a rival nobody can say that it is one of those seen.
            .DistinctBy(row => row.By is null ? (object)row : (row.Account, row.By.Transaction)).ToArray();
    }

    private static string Raced(PlanHistory plan) => plan.Mined is { } mined
        ? $"raced: ours was in block {mined.BlockNumber} at {mined.EffectiveGasPrice} wei for a unit of gas"
        : "raced";
}
