using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Keeper.Journal.Sqlite;

/// <summary>
/// The statements of a commit, prepared once and given their values as they lie in memory: a command object of the data
/// provider would prepare BEGIN and COMMIT each time and copy every text twice.
/// </summary>
internal sealed class AppendStatements(SqliteConnection connection) : IDisposable
{
    private readonly sqlite3 _database = connection.Handle!;
    private readonly sqlite3_stmt _begin = Prepare(connection, "BEGIN IMMEDIATE");
    private readonly sqlite3_stmt _insert = Prepare(connection, """INSERT INTO record (sequence, written_at, kind, plan, body, "check") VALUES (?1, ?2, ?3, ?4, ?5, ?6)""");
    private readonly sqlite3_stmt _commit = Prepare(connection, "COMMIT");
    private readonly sqlite3_stmt _rollback = Prepare(connection, "ROLLBACK");

    public void Begin() => Step(_begin);

    public void Commit() => Step(_commit);

    /// <summary>Also when the database has already rolled back of itself, as it does when it is full.</summary>
    public void RollBack()
    {
        if (raw.sqlite3_get_autocommit(_database) == 0) Step(_rollback);
    }

    public void Insert(long sequence, long writtenAtMs, string kind, long plan, ReadOnlySpan<byte> body, ReadOnlySpan<byte> check)
    {
        raw.sqlite3_bind_int64(_insert, 1, sequence);
        raw.sqlite3_bind_int64(_insert, 2, writtenAtMs);
        raw.sqlite3_bind_text(_insert, 3, kind);
        raw.sqlite3_bind_int64(_insert, 4, plan);
        raw.sqlite3_bind_text(_insert, 5, body);
        raw.sqlite3_bind_blob(_insert, 6, check);
        Step(_insert);
    }

    public void Dispose()
    {
        foreach (var statement in new[] { _begin, _insert, _commit, _rollback }) statement.Dispose();
    }

    private void Step(sqlite3_stmt statement)
    {
        var result = raw.sqlite3_step(statement);
        if (result == raw.SQLITE_DONE)
        {
            raw.sqlite3_reset(statement);
            return;
        }
        var message = raw.sqlite3_errmsg(_database).utf8_to_string();
        raw.sqlite3_reset(statement);
        throw new SqliteException(message, result & 0xff, result);
    }

    private static sqlite3_stmt Prepare(SqliteConnection connection, string sql)
    {
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(connection.Handle!, sql, out var statement), connection.Handle!);
        return statement;
    }
}
