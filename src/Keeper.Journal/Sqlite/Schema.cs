using System.Globalization;
using Keeper.Core.Journal;
using Microsoft.Data.Sqlite;

namespace Keeper.Journal.Sqlite;

/// <summary>
/// The tables, their version, and the triggers that make them append-only for every program that opens the file. Version 1 has the
/// records alone. From version 2 on the file says which keepers can read it; version 3 adds members to records, which a keeper of version 2 passes over: what a release adds that an older one may pass over
/// leaves the lowest reader where it is, anything else raises it.
/// </summary>
internal static class Schema
{
    /// <summary>Raised with every change of a table or of a record's form.</summary>
    public const int Version = 3;

    /// <summary>Raised to <see cref="Version"/> with every change that an older keeper must not pass over.</summary>
    public const int LowestReader = 2;

    /// <summary>"KEEP": the header field by which a database tells whose file it is.</summary>
    public const int ApplicationId = 0x4B454550;

    /// <summary>Version 1. The insert trigger also stops INSERT OR REPLACE, which would delete without asking the delete trigger.</summary>
    private static readonly string[] Records =
    [
        """
        CREATE TABLE record (
            sequence   INTEGER PRIMARY KEY,
            written_at INTEGER NOT NULL,
            kind       TEXT    NOT NULL,
            plan       INTEGER NOT NULL,
            body       TEXT    NOT NULL,
            "check"    BLOB    NOT NULL CHECK (length("check") = 32)
        )
        """,
        """
        CREATE TRIGGER record_has_no_gap BEFORE INSERT ON record
            WHEN new.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM record)
            BEGIN SELECT raise(ABORT, 'the journal is append-only: a record takes the next sequence number'); END
        """,
        """
        CREATE TRIGGER record_is_not_updated BEFORE UPDATE ON record
            BEGIN SELECT raise(ABORT, 'the journal is append-only: no record is changed'); END
        """,
        """
        CREATE TRIGGER record_is_not_deleted BEFORE DELETE ON record
            BEGIN SELECT raise(ABORT, 'the journal is append-only: no record is deleted'); END
        """,
        $"PRAGMA application_id = {ApplicationId}",
    ];

    /// <summary>A line in the list of forms. One transaction runs both.</summary>
    private static readonly string[] FromVersion2 =
    [
        $"INSERT INTO format (version, lowest_reader, after) SELECT {Version}, {LowestReader}, coalesce(max(sequence), 0) FROM record",
        $"PRAGMA user_version = {Version}",
    ];

    /// <summary>What version 2 added to version 1: a list of the forms that the file ever had.</summary>
    private static readonly string[] Forms =
    [
        """
        CREATE TABLE format (
            version       INTEGER PRIMARY KEY,
            lowest_reader INTEGER NOT NULL,
            after         INTEGER NOT NULL
        )
        """,
        """
        CREATE TRIGGER format_only_rises BEFORE INSERT ON format
            WHEN new.version <= (SELECT coalesce(max(version), 0) FROM format)
            BEGIN SELECT raise(ABORT, 'the journal is append-only: a form follows a lower one'); END
        """,
        """
        CREATE TRIGGER format_is_not_updated BEFORE UPDATE ON format
            BEGIN SELECT raise(ABORT, 'the journal is append-only: no form is changed'); END
        """,
        """
        CREATE TRIGGER format_is_not_deleted BEFORE DELETE ON format
            BEGIN SELECT raise(ABORT, 'the journal is append-only: no form is deleted'); END
        """,
    ];

    /// <summary>What gives an older file this version, in one transaction.</summary>
    public static string[] StepsFrom(long version) => version == 1 ? [.. Forms, .. FromVersion2] : FromVersion2;

    /// <summary>The form of the file; null while it is still empty.</summary>
    /// <exception cref="JournalException">It is not a journal that this keeper can read.</exception>
    public static FileFormat? Read(SqliteConnection connection, string path)
    {
        var application = connection.Ask("PRAGMA application_id");
        var version = connection.Ask("PRAGMA user_version");
        if (application == 0 && version == 0 && connection.Ask("SELECT count(*) FROM sqlite_master") == 0) return null;
        if (application != ApplicationId)
            throw new JournalException($"{path} is a database of another application (application_id 0x{application:x8}): give the journal another path.");
        if (version < 1)
            throw new JournalException($"The journal {path} has schema version {version}, which no keeper writes: the file is damaged.");
        var format = version == 1 ? new(1, 1, 0) : Last(connection);
        if (format.Version != version || format.LowestReader > version || format.LowestReader < 1)
            throw new JournalException($"The journal {path} has schema version {version}, but its own list of forms says otherwise: the file is damaged. Restore it from a copy.");
        if (format.LowestReader > Version)
            throw new JournalException(
                $"The journal {path} has schema version {version} and asks for a keeper that knows version {format.LowestReader}; this keeper knows versions up to {Version}: use the newer keeper that wrote it.");
        return format;
    }

    /// <summary>Whether tables and triggers are, letter by letter, those that a keeper of that older version makes.</summary>
    public static bool IsWhole(SqliteConnection connection, long version)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT sql FROM sqlite_master ORDER BY rowid";
        using var reader = command.ExecuteReader();
        var found = new List<string>();
        while (reader.Read()) found.Add(reader.GetString(0));
        return found.SequenceEqual((version == 1 ? Records : [.. Records, .. Forms]).Where(statement => statement.StartsWith("CREATE", StringComparison.Ordinal)));
    }

    public static void CreateIn(SqliteConnection connection)
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        foreach (var statement in Records.Concat(StepsFrom(1))) connection.Run(statement, transaction);
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

    /// <summary>Nothing but zeros where the table is missing or holds no numbers.</summary>
    private static FileFormat Last(SqliteConnection connection)
    {
        if (connection.Ask("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'format'") != 1) return default;
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT version, lowest_reader, after FROM format ORDER BY version DESC LIMIT 1";
        using var reader = command.ExecuteReader();
        return reader.Read() && (reader.GetValue(0), reader.GetValue(1), reader.GetValue(2)) is (long version, long lowest, long after) ? new(version, lowest, after) : default;
    }
}
