using Keeper.Journal.Sqlite;

namespace Keeper.Tests.Journal;

/// <summary>Somewhere to keep a journal that has no room when the test says so.</summary>
internal interface IFillable : IDisposable
{
    TemporaryDirectory Directory { get; }

    /// <summary>Takes all the room that is left.</summary>
    void Fill(SqliteJournal journal);

    /// <summary>Gives it back.</summary>
    void Free(SqliteJournal? journal);
}
