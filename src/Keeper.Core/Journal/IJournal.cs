namespace Keeper.Core.Journal;

/// <summary>
/// Port: the append-only record of what was intended, signed, sent and seen. One writer. An append is durable when its task
/// completes: whatever happens to the process afterwards, <see cref="ReadAsync"/> gives it back.
/// </summary>
public interface IJournal : IAsyncDisposable
{
    /// <summary>The last sequence number given; 0 for an empty journal.</summary>
    long LastSequence { get; }

    /// <summary>Appends all entries or none, in one commit.</summary>
    /// <returns>The sequence number of the first of them; the others follow without a gap.</returns>
    /// <exception cref="JournalException">Nothing was appended.</exception>
    ValueTask<long> AppendAsync(IReadOnlyList<JournalEntry> entries, CancellationToken cancellation);

    /// <summary>All records after <paramref name="afterSequence"/>, in order.</summary>
    /// <exception cref="JournalException">A record cannot be read: it names its sequence number.</exception>
    IAsyncEnumerable<JournalRecord> ReadAsync(long afterSequence, CancellationToken cancellation);
}
