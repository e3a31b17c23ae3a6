using Keeper.Core.Journal;
using Microsoft.Data.Sqlite;

namespace Keeper.Journal.Sqlite;

/// <summary>What a file was proved to hold: the check of the last record stands for all before it.</summary>
internal sealed record JournalProof(long Version, long LastSequence, string LastCheck)
{
    /// <summary>Reads every record, through the chain of checks, the form of each kind and the fold of the recovery.</summary>
    /// <exception cref="JournalException">The database is damaged, also where no record is; one is not what was written, or they contradict each other.</exception>
    public static JournalProof Of(SqliteConnection connection, FileFormat format)
    {
        if (RecordReader.Guard(1, () => Integrity(connection)) is var said and not "ok")
            throw new JournalException($"The journal is damaged: {said.Replace('\n', ' ')} Restore it from a copy.");
        var (last, check) = (0L, "");
        // The recovery judges the records of every key alike; which key it is asked for changes only what it gives back.
        Recovery.Fold(RecordReader.Read(connection, 0, format.IsNewer).Select(read =>
        {
            (last, check) = (read.Record.Sequence, Convert.ToHexString(read.Check));
            return read.Record;
        }), default);
        return new(format.Version, last, check);
    }

    private static string Integrity(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA integrity_check(1)";
        return (string)command.ExecuteScalar()!;
    }

    /// <summary>Whether the closed file holds exactly this. It is read as it lies, without side files.</summary>
    public static bool IsOf(string path, JournalProof whole)
    {
        try
        {
            using var connection = new SqliteConnection(new SqliteConnectionStringBuilder
            {
                DataSource = new Uri(path).AbsoluteUri + "?immutable=1", Mode = SqliteOpenMode.ReadOnly, Pooling = false,
            }.ToString());
            connection.Open();
            return Schema.Read(connection, path) is { } format && Of(connection, format) == whole;
        }
        catch (Exception error) when (error is SqliteException or JournalException)
        {
            return false;
        }
    }
}
