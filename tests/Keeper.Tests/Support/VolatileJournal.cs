using System.Runtime.CompilerServices;
using Keeper.Core.Journal;

namespace Keeper.Tests.Support;

/// <summary>Keeps the rules of the port and forgets everything with the process.</summary>
internal sealed class VolatileJournal(TimeProvider time) : IJournal
{
    private readonly List<JournalRecord> _records = [];

    /// <summary>What another journal holds, as a process finds it that starts now.</summary>
    public static async Task<VolatileJournal> CopyOfAsync(IJournal journal, TimeProvider time)
    {
        var copy = new VolatileJournal(time);
        await foreach (var record in journal.ReadAsync(0, default)) copy._records.Add(record);
        return copy;
    }

    /// <summary>Told of each commit before it is kept; throws where it must fail.</summary>
    public Action<IReadOnlyList<JournalEntry>> Appending { get; set; } = _ => { };

    public IReadOnlyList<JournalEntry> Entries
    {
        get { lock (_records) return _records.ConvertAll(record => record.Entry); }
    }

    public IReadOnlyList<T> All<T>() where T : JournalEntry => [.. Entries.OfType<T>()];

    public long LastSequence
    {
        get { lock (_records) return _records.Count; }
    }

    public ValueTask<long> AppendAsync(IReadOnlyList<JournalEntry> entries, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Appending(entries);
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
