using System.Text;
using Keeper.Core.Journal;
using Microsoft.Data.Sqlite;

namespace Keeper.Journal.Sqlite;

/// <summary>The records of a file in order, each held to the chain of checks and to the form of its kind.</summary>
internal static class RecordReader
{
    /// <param name="isNewer">A newer keeper wrote the file: what this one does not know of it is passed over.</param>
    /// <remarks>One snapshot: what is appended after the first record was read is not in it.</remarks>
    /// <exception cref="JournalException">A record cannot be read, or is not what was written: it names its sequence number.</exception>
    public static IEnumerable<(JournalRecord Record, byte[] Check)> Read(SqliteConnection connection, long afterSequence, bool isNewer)
    {
        using var command = connection.CreateCommand();
        // The record before the first is read too: its check is what the first one hangs on.
        command.CommandText = """SELECT sequence, written_at, kind, plan, body, "check" FROM record WHERE sequence >= $from ORDER BY sequence""";
        command.Parameters.AddWithValue("$from", Math.Max(afterSequence, 1));
        using var reader = Guard(afterSequence + 1, command.ExecuteReader);

        var last = 0L;
        var check = new byte[RecordChain.Size];
        if (afterSequence > 0)
        {
            if (!Guard(afterSequence, reader.Read)) yield break;
            (last, check) = Guard(afterSequence, () => (reader.GetInt64(0), reader.GetFieldValue<byte[]>(5)));
            if (last != afterSequence) throw Missing(afterSequence, last);
        }
        while (Guard(last + 1, reader.Read))
        {
            var (record, next) = Guard(last + 1, () => ReadRecord(reader, last + 1, check, isNewer));
            (last, check) = (record.Sequence, next);
            yield return (record, check);
        }
    }

    /// <summary>A damaged page shows itself as an error of the database or as a value of another type, anywhere while reading.</summary>
    public static T Guard<T>(long sequence, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is SqliteException or InvalidCastException or InvalidOperationException or ArgumentException or FormatException)
        {
            throw new JournalException($"Record {sequence} of the journal cannot be read: {exception.Message} Restore the file from a copy.", exception);
        }
    }

    private static (JournalRecord Record, byte[] Check) ReadRecord(SqliteDataReader reader, long expected, byte[] previous, bool isNewer)
    {
        var sequence = reader.GetInt64(0);
        if (sequence != expected) throw Missing(expected, sequence);
        var (writtenAt, kind, plan, body) = (reader.GetInt64(1), reader.GetString(2), reader.GetInt64(3), reader.GetString(4));
        var check = RecordChain.Next(previous, sequence, writtenAt, plan, kind, Encoding.UTF8.GetBytes(body));
        if (!check.AsSpan().SequenceEqual(reader.GetFieldValue<byte[]>(5)))
            throw new JournalException($"Record {sequence} of the journal is not what was written, or the one before it is not: the chain of checks breaks there. Restore the file from a copy.");
        var (entry, hasMore) = isNewer ? JournalJson.ReadNewer(sequence, kind, plan, body) : (JournalJson.Read(sequence, kind, body), false);
        return (new(sequence, DateTimeOffset.FromUnixTimeMilliseconds(writtenAt), entry, hasMore), check);
    }

    private static JournalException Missing(long expected, long found) =>
        new($"Record {expected} of the journal is missing: record {found} stands in its place. Restore the file from a copy.");
}
