using Keeper.Core.Chain;
using Keeper.Core.Primitives;

namespace Keeper.Core.Journal;

/// <summary>A plan that is not over, or that a reorg may open again, as recovery finds it.</summary>
/// <param name="Plan">Sequence number of its <see cref="JournalEntry.Intended"/>.</param>
/// <param name="Attempts">In the order of signing; never empty, since intent and first signature are one commit.</param>
/// <param name="Mined">The last receipt seen, if any.</param>
public sealed record OpenPlan(
    long Plan, JournalEntry.Intended Intent, IReadOnlyList<JournalEntry.Signed> Attempts, JournalEntry.Mined? Mined)
{
    /// <summary>What became of its accounts, where it was settled.</summary>
    public IReadOnlyList<AccountOutcome> Outcomes { get; init; } = [];
}
