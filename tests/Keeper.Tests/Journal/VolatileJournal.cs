using System.Runtime.CompilerServices;
using Keeper.Core.Journal;

namespace Keeper.Tests.Journal;

/// <summary>Keeps the rules of the port and forgets everything with the process.</summary>
internal sealed class VolatileJournal(TimeProvider time) : IJournal
{
    private readonly List<JournalRecord> _records = [];

    public long LastSequence
    {
        get { lock (_records) return _records.Count; }
    }

    public ValueTask<long> AppendAsync(IReadOnlyList<JournalEntry> entries, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        lock (_records)
        {
            var first = _records.Count + 1L;
            foreach (var entry in Commit.Resolve(entries, first)) _records.Add(new(_records.Count + 1L, time.GetUtcNow(), entry));
            return ValueTask.FromResult(first);
        }
    }

    public async IAsyncEnumerable<JournalRecord> ReadAsync(long afterSequence, [EnumeratorCancellation] CancellationToken cancellation)
    {
        JournalRecord[] records;
        lock (_records) records = _records.Skip((int)afterSequence).ToArray();
        foreach (var record in records)
        {
            cancellation.ThrowIfCancellationRequested();
            yield return record;
        }
        await ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
