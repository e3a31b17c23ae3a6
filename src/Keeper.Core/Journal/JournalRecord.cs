namespace Keeper.Core.Journal;

/// <param name="Sequence">1 for the first, without gaps.</param>
/// <param name="WrittenAt">The keeper's own clock: for people, never for a decision.</param>
public sealed record JournalRecord(long Sequence, DateTimeOffset WrittenAt, JournalEntry Entry);
