namespace Keeper.Core.Journal;

/// <param name="Sequence">1 for the first, without gaps.</param>
/// <param name="WrittenAt">The keeper's own clock: for people, never for a decision.</param>
/// <param name="HasMore">A newer keeper wrote more of this fact than this one knows.</param>
public sealed record JournalRecord(long Sequence, DateTimeOffset WrittenAt, JournalEntry Entry, bool HasMore = false)
{
    /// <inheritdoc cref="JournalEntry.PlanAt"/>
    public long Plan => Entry.PlanAt(Sequence);
}
