using System.Runtime.CompilerServices;
using Keeper.Core.Journal;

namespace Keeper.Journal.Sqlite;

public sealed partial class SqliteJournal
{
    /// <remarks>What was appended after the enumeration began is not in it.</remarks>
    public async IAsyncEnumerable<JournalRecord> ReadAsync(long afterSequence, [EnumeratorCancellation] CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(afterSequence);
        await using var connection = RecordReader.Guard(afterSequence + 1, () => Connect(_options, readOnly: true));
        foreach (var (record, _) in RecordReader.Read(connection, afterSequence, Format.IsNewer))
        {
            cancellation.ThrowIfCancellationRequested();
            yield return record;
        }
    }
}
