using System.Diagnostics;
using Keeper.Core.Journal;

namespace Keeper.Conformance.EndToEnd.Kill;

/// <summary>A journal whose process dies around its commits.</summary>
/// <param name="commitTime">How far into a commit death comes, of what a commit takes.</param>
internal sealed class MortalJournal(IJournal journal, Death death, Random commitTime) : IJournal
{
    /// <summary>About what a commit takes.</summary>
    private static readonly long LongestMicroseconds = 1_500;

    public long LastSequence => journal.LastSequence;

    public async ValueTask<long> AppendAsync(IReadOnlyList<JournalEntry> entries, CancellationToken cancellation)
    {
        var signs = entries.Any(entry => entry is JournalEntry.Signed);
        if (signs && death.Awaits(KillPoint.DuringCommit)) new Thread(DieSoon).Start();
        var sequence = await journal.AppendAsync(entries, cancellation);
        if (signs && death.Awaits(KillPoint.DuringCommit)) Death.Now();
        if (signs) death.At(KillPoint.AfterJournal);
        if (entries.Any(entry => entry is JournalEntry.Mined)) death.At(KillPoint.AfterMined);
        return sequence;
    }

    public IAsyncEnumerable<JournalRecord> ReadAsync(long afterSequence, CancellationToken cancellation) => journal.ReadAsync(afterSequence, cancellation);

    public ValueTask DisposeAsync() => journal.DisposeAsync();

    private void DieSoon()
    {
        var (began, wait) = (Stopwatch.GetTimestamp(), commitTime.NextInt64(LongestMicroseconds));
        while (Stopwatch.GetElapsedTime(began).TotalMicroseconds < wait) Thread.SpinWait(10);
        Death.Now();
    }
}
