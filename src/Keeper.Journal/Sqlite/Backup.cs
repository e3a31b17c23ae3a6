using System.Globalization;
using Keeper.Core;
using Keeper.Core.Journal;
using Microsoft.Data.Sqlite;

namespace Keeper.Journal.Sqlite;

/// <summary>
/// A copy of the journal beside it, as a keeper of its version can open it. It has its name only when it is whole and on the disk;
/// what an interrupted attempt leaves is made anew.
/// </summary>
internal static class Backup
{
    /// <summary>So many migrations of one file within one second do not happen.</summary>
    private const int MaxOfOneSecond = 100;

    /// <param name="whole">What the copy must hold to its end.</param>
    /// <returns>Its path.</returns>
    /// <exception cref="JournalException">It could not be made: nothing else was touched.</exception>
    public static string Make(SqliteConnection journal, SqliteJournalOptions options, JournalProof whole, DateTimeOffset now)
    {
        var prefix = string.Create(CultureInfo.InvariantCulture, $"{options.Path}.version-{whole.Version}.");
        var partial = prefix + "partial";
        try
        {
            // A migration that failed begins anew at each start: one backup of the same records is enough.
            if (Made(prefix, whole) is { } made) return made;
            File.Delete(partial);
            using (new FileStream(partial, PrivateFiles.Options(FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite))) { }
            Copy(journal, partial, options);
            PrivateFiles.Flush(partial);
            options.Reached("backup copied", null);
            if (!JournalProof.IsOf(partial, whole)) throw new JournalException($"The backup {partial} does not hold what the journal holds.");
            var path = Free(prefix, now);
            DurableName.Move(partial, path, overwrite: false);
            options.Reached("backup named", null);
            return path;
        }
        catch (Exception error) when (error is SqliteException or IOException or UnauthorizedAccessException or JournalException)
        {
            Remove(partial);
            throw new JournalException(
                $"The journal {options.Path} has schema version {whole.Version} and is not migrated to version {Schema.Version}, because the backup before it could not be made: {error.Message} " +
                "The journal is as it was. Make room and rights for a copy beside it, and start again.", error);
        }
    }

    private static void Copy(SqliteConnection journal, string path, SqliteJournalOptions options)
    {
        using var copy = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWrite, Pooling = false }.ToString());
        copy.Open();
        // What is not whole is thrown away, so that nothing has to be rolled back; the file is flushed when it is.
        copy.Run("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF");
        options.Reached("backup begun", copy);
        journal.BackupDatabase(copy);
    }

    private static string? Made(string prefix, JournalProof whole) =>
        Directory.EnumerateFiles(Path.GetDirectoryName(prefix)!, Path.GetFileName(prefix) + "*.backup").FirstOrDefault(path => JournalProof.IsOf(path, whole));

    private static string Free(string prefix, DateTimeOffset now)
    {
        var name = prefix + now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        for (var n = 1; n <= MaxOfOneSecond; n++)
        {
            var path = $"{name}{(n == 1 ? "" : "-" + n.ToString(CultureInfo.InvariantCulture))}.backup";
            if (!Path.Exists(path)) return path;
        }
        throw new IOException($"Every name from {name}.backup on is taken.");
    }

    private static void Remove(string partial)
    {
        try
        {
            File.Delete(partial);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The next attempt makes it anew.
        }
    }
}
