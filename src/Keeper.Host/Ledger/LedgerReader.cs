using System.Runtime.CompilerServices;
using Keeper.Core.Chain;
using Keeper.Core.Journal;
using Keeper.Journal.Sqlite;

namespace Keeper.Host.Ledger;

/// <summary>
/// Reads a journal from its first record to its last, for people: writes nothing, takes no lock, and works beside a keeper that
/// writes it. What it gives has passed the chain of checks and the recovery's own fold, or it is not given.
/// </summary>
internal static class LedgerReader
{
    private const int MessageLimit = 1_000;

    /// <param name="field">Who named the path: <c>--path</c> or <c>journal.path</c>.</param>
    /// <param name="seen">Is told each record, in order.</param>
    /// <returns>The form of the file.</returns>
    /// <exception cref="StartupException">It is not there, or must not be believed: what was seen of it counts for nothing.</exception>
    public static async Task<FileFormat> ReadAsync(string field, string path, TimeProvider time, Action<JournalRecord> seen, CancellationToken cancellation)
    {
        if (Directory.Exists(path)) throw new StartupException(ExitCode.Config, field, $"is {path}, a folder", "the path of a file");
        if (!File.Exists(path)) throw new StartupException(ExitCode.Environment, field, $"is {path}, where no journal is", "the file that `keeper run` writes");
        try
        {
            await using var journal = await SqliteJournal.OpenAsync(new() { Path = path, ReadOnly = true }, time);
            // The recovery judges the records of every key alike; which key it is asked for changes only what it gives back.
            await Recovery.FoldAsync(Observe(journal.ReadAsync(0, cancellation), seen, cancellation), default, cancellation);
            return journal.Format;
        }
        catch (JournalException error)
        {
            throw new StartupException(ExitCode.Environment, field, $"is {path}, which cannot be believed or read: {ForeignText.Clean(error.Message, MessageLimit)}",
                "a journal of this version as a keeper wrote it; `run` refuses this one as well");
        }
    }

    public static async Task<PlanFold> PlansAsync(string field, string path, TimeProvider time, CancellationToken cancellation)
    {
        var plans = new PlanFold();
        await ReadAsync(field, path, time, plans.Add, cancellation);
        return plans;
    }

    private static async IAsyncEnumerable<JournalRecord> Observe(
        IAsyncEnumerable<JournalRecord> records, Action<JournalRecord> seen, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var record in records.WithCancellation(cancellation))
        {
            seen(record);
            yield return record;
        }
    }
}
