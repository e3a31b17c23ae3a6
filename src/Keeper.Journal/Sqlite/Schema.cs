using System.Globalization;
using Keeper.Core.Journal;
using Microsoft.Data.Sqlite;

namespace Keeper.Journal.Sqlite;

/// <summary>The one table, its version, and the triggers that make it append-only for every program that opens the file.</summary>
internal static class Schema
{
    /// <summary>Raised with every change of the table or of a record's form.</summary>
    public const int Version = 1;

    /// <summary>"KEEP": the header field by which a database tells whose file it is.</summary>
    public const int ApplicationId = 0x4B454550;

    // The insert trigger also stops INSERT OR REPLACE, which would delete without asking the delete trigger.
    private static readonly string Create = $"""
        CREATE TABLE record (
            sequence   INTEGER PRIMARY KEY,
            written_at INTEGER NOT NULL,
            kind       TEXT    NOT NULL,
            plan       INTEGER NOT NULL,
            body       TEXT    NOT NULL,
            "check"    BLOB    NOT NULL CHECK (length("check") = 32)
        );
        CREATE TRIGGER record_has_no_gap BEFORE INSERT ON record
            WHEN new.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM record)
            BEGIN SELECT raise(ABORT, 'the journal is append-only: a record takes the next sequence number'); END;
        CREATE TRIGGER record_is_not_updated BEFORE UPDATE ON record
            BEGIN SELECT raise(ABORT, 'the journal is append-only: no record is changed'); END;
        CREATE TRIGGER record_is_not_deleted BEFORE DELETE ON record
            BEGIN SELECT raise(ABORT, 'the journal is append-only: no record is deleted'); END;
        PRAGMA application_id = {ApplicationId};
        PRAGMA user_version = {Version};
        """;

    /// <summary>Refuses what is not a journal that this keeper can read. True when the file is still empty.</summary>
    public static bool Check(SqliteConnection connection, string path)
    {
        var application = connection.Ask("PRAGMA application_id");
        var version = connection.Ask("PRAGMA user_version");
        if (application == 0 && version == 0 && connection.Ask("SELECT count(*) FROM sqlite_master") == 0) return true;
        if (application != ApplicationId)
            throw new JournalException($"{path} is a database of another application (application_id 0x{application:x8}): give the journal another path.");
        if (version > Version)
            throw new JournalException($"The journal {path} has schema version {version}; this keeper knows versions up to {Version}: use the newer keeper that wrote it.");
        if (version < 1)
            throw new JournalException($"The journal {path} has schema version {version}, which no keeper writes: the file is damaged.");
        return false;
    }

    public static void CreateIn(SqliteConnection connection)
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        connection.Run(Create, transaction);
        transaction.Commit();
    }

    public static long Ask(this SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    public static void Run(this SqliteConnection connection, string sql, SqliteTransaction? transaction = null)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        command.ExecuteNonQuery();
    }
}
