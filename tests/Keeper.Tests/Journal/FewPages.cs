using Keeper.Journal.Sqlite;

namespace Keeper.Tests.Journal;

/// <summary>
/// The database's own limit of pages: SQLite answers as it does to a disk without room (SQLITE_FULL), on every machine. What it doesn't show is a
/// write that the system refuses: that is for <see cref="SmallDisk"/> and <see cref="LimitedProcess"/>.
/// </summary>
internal sealed class FewPages : IFillable
{
    public TemporaryDirectory Directory { get; } = new();

    /// <summary>No fewer than it has: none can be added.</summary>
    public void Fill(SqliteJournal journal) => journal.LimitPages(1);

    public void Free(SqliteJournal? journal) => journal?.LimitPages(1_000_000);

    public void Dispose() => Directory.Dispose();
}
