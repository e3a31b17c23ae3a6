using Keeper.Core.Journal;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Keeper.Journal.Sqlite;

/// <summary>
/// Gives an older file this keeper's form. 1: every record is proved. 2: a backup is made, and proved to hold the same. 3: one
/// transaction. Killed at any point, the file has either form whole, and the next opening goes on.
/// </summary>
internal static class Migration
{
    /// <exception cref="JournalException">The file is as it was.</exception>
    public static void Run(SqliteConnection journal, SqliteJournalOptions options, FileFormat format, TimeProvider time, ILogger logger)
    {
        if (!RecordReader.Guard(1, () => Schema.IsWhole(journal, format.Version)))
            throw new JournalException($"The tables or triggers of the journal {options.Path} are not those of schema version {format.Version}: the file is damaged. Restore it from a copy.");
        var whole = JournalProof.Of(journal, format);
        options.Reached("proved", null);
        var backup = Backup.Make(journal, options, whole, time.GetUtcNow());
        options.Reached("migration begun", journal);
        try
        {
            using var transaction = journal.BeginTransaction(deferred: false);
            foreach (var statement in Schema.StepsFrom(format.Version))
            {
                options.Reached("migrating", null);
                journal.Run(statement, transaction);
            }
            options.Reached("migrating", null);
            transaction.Commit();
        }
        catch (SqliteException error)
        {
            throw new JournalException(
                $"The journal {options.Path} has schema version {format.Version} and could not be migrated to version {Schema.Version}: {error.Message} It is as it was, and {backup} is a copy of it. Make room and start again.", error);
        }
        options.Reached("migrated", null);
        Log.Migrated(logger, options.Path, format.Version, Schema.Version, whole.LastSequence, backup);
    }
}
