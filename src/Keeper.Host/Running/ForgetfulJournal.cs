using Keeper.Core.Journal;

namespace Keeper.Host.Running;

/// <summary>Numbers entries and forgets them: a dry run signs nothing that a restart would have to find, and leaves the real journal alone.</summary>
internal sealed class ForgetfulJournal : IJournal
{
    private long _last;

    public long LastSequence => Volatile.Read(ref _last);

    public ValueTask<long> AppendAsync(IReadOnlyList<JournalEntry> entries, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Interlocked.Add(ref _last, entries.Count) - entries.Count + 1);
    }

    public async IAsyncEnumerable<JournalRecord> ReadAsync(long afterSequence, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.CompletedTask;
        yield break;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
