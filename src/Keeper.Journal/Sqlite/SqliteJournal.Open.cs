using Keeper.Core.Journal;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Keeper.Journal.Sqlite;

public sealed partial class SqliteJournal
{
    /// <summary>
    /// Opens the journal, or makes it. 1: the lock, so that nothing is touched that another keeper writes. 2: the files, private.
    /// 3: whose database it is and which version. 4: the settings of durability. 5: the end of the journal against what was acknowledged.
    /// 6: an older file, opened for writing, is migrated.
    /// </summary>
    /// <exception cref="JournalException">It cannot be opened or must not be believed; nothing was changed.</exception>
    public static Task<SqliteJournal> OpenAsync(SqliteJournalOptions options, TimeProvider time, ILogger? logger = null)
    {
        options.Validate();
        SQLitePCL.Batteries_V2.Init();
        return Task.FromResult(Open(options with { Path = RealPath(options.Path) }, time, logger ?? NullLogger.Instance));
    }

    /// <summary>Two names of one file must meet at one lock.</summary>
    private static string RealPath(string path)
    {
        path = Path.GetFullPath(path);
        return new FileInfo(path).LinkTarget is null ? path : File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName;
    }

    private static SqliteJournal Open(SqliteJournalOptions options, TimeProvider time, ILogger logger)
    {
        WriterLock? held = null;
        SqliteConnection? connection = null;
        var acknowledged = 0L;
        try
        {
            if (options.ReadOnly)
            {
                if (!File.Exists(options.Path)) throw new JournalException($"There is no journal at {options.Path}.");
                // Before the journal's end is read: a keeper that goes on meanwhile only adds to what this says.
                acknowledged = WriterLock.ReadAcknowledged(options.Path);
            }
            else
            {
                PrivateFiles.CreateDirectory(Path.GetDirectoryName(options.Path)!);
                held = WriterLock.Take(options.Path);
                acknowledged = held.Acknowledged;
                PrivateFiles.Prepare(options.Path);
            }
            connection = Connect(options, options.ReadOnly);
            var found = Schema.Read(connection, options.Path);
            if (found is null && held is null) throw new JournalException($"The journal {options.Path} is empty: no keeper has written it yet.");
            if (held is not null) MakeDurable(connection, options);
            RequireAcknowledged(options.Path, found is null ? 0 : ReadLast(connection, options.Path).Sequence, acknowledged);
            var format = found is { } known && (held is null || known.Version >= Schema.Version) ? known : Renew(connection, options, found, time, logger);
            var journal = new SqliteJournal(options, time, logger, held, connection, format);
            if (format.IsNewer) Log.Newer(logger, options.Path, format.Version, Schema.Version);
            Log.Opened(logger, options.Path, journal.LastSequence, options.Synchronous);
            if (held is not null && options.Synchronous == SqliteSynchronous.Normal) Log.MayLoseRecords(logger, options.Path);
            return journal;
        }
        catch (Exception exception)
        {
            connection?.Dispose();
            held?.Dispose();
            if (exception is SqliteException or IOException or UnauthorizedAccessException) throw Unopened(options.Path, exception);
            throw;
        }
    }

    /// <summary>Makes an empty file a journal, or an older one one of this version.</summary>
    private static FileFormat Renew(SqliteConnection connection, SqliteJournalOptions options, FileFormat? older, TimeProvider time, ILogger logger)
    {
        if (older is { } format) Migration.Run(connection, options, format, time, logger);
        else Schema.CreateIn(connection);
        return Schema.Read(connection, options.Path)!.Value;
    }

    private static SqliteConnection Connect(SqliteJournalOptions options, bool readOnly)
    {
        // No pool: a closed journal leaves no handle behind, and its write-ahead log is folded in.
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = options.Path,
            Mode = readOnly ? SqliteOpenMode.ReadOnly : SqliteOpenMode.ReadWrite,
            Pooling = false,
            DefaultTimeout = (int)Math.Ceiling(options.BusyTimeout.TotalSeconds),
        }.ToString());
        try
        {
            connection.Open();
            connection.Run($"PRAGMA busy_timeout = {(int)options.BusyTimeout.TotalMilliseconds}");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static void MakeDurable(SqliteConnection connection, SqliteJournalOptions options)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode = WAL";
        var mode = (string?)command.ExecuteScalar();
        if (mode != "wal") throw new JournalException($"The journal {options.Path} lies on a file system without write-ahead logging (journal_mode is '{mode}'): use a local disk.");
        connection.Run($"PRAGMA synchronous = {(options.Synchronous == SqliteSynchronous.Full ? "FULL" : "NORMAL")}");
        // On macOS fsync leaves the data in the drive's cache; elsewhere this does nothing.
        connection.Run("PRAGMA fullfsync = ON");
    }

    private static void RequireAcknowledged(string path, long last, long acknowledged)
    {
        if (last >= acknowledged) return;
        throw new JournalException(
            $"The journal {path} ends at record {last}, but record {acknowledged} had been acknowledged: its tail is lost " +
            "(an older copy was put back, the write-ahead log is damaged or missing, or the power failed with synchronous=Normal). " +
            $"Restore it, or compare the key's nonce with the chain and delete {WriterLock.WriterFile(path)} to go on without the lost records.");
    }

    private static (long Sequence, byte[] Check) ReadLast(SqliteConnection connection, string path)
    {
        using var command = connection.CreateCommand();
        command.CommandText = """SELECT sequence, "check" FROM record ORDER BY sequence DESC LIMIT 1""";
        using var reader = command.ExecuteReader();
        if (!reader.Read()) return (0, new byte[RecordChain.Size]);
        if (reader.GetValue(0) is long sequence && reader.GetValue(1) is byte[] { Length: RecordChain.Size } check) return (sequence, check);
        throw new JournalException($"The last record of the journal {path}, {reader.GetValue(0)}, is damaged. Restore the file from a copy.");
    }

    private static JournalException Unopened(string path, Exception exception) => exception switch
    {
        SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_NOTADB } =>
            new($"{path} is not a journal, nor any SQLite database: give the journal another path.", exception),
        SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED } =>
            new($"The journal {path} is locked by another program: close what has it open.", exception),
        SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_CORRUPT } =>
            new($"The journal {path} is damaged: {exception.Message} Restore it from a copy.", exception),
        _ => new($"The journal {path} cannot be opened: {exception.Message}", exception),
    };
}
