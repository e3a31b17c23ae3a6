namespace Keeper.Journal.Sqlite;

public sealed partial class SqliteJournal
{
    /// <summary>Whether a process has the journal open for writing.</summary>
    public static bool IsBeingWritten(string path) => WriterLock.IsHeld(RealPath(path));

    /// <summary>Of the open file, as of opening: this keeper's own, an older one that is only read, or a newer one that says it may be.</summary>
    public FileFormat Format { get; }

    /// <summary>2 is FULL, 1 is NORMAL: what the connection says, not what it was told.</summary>
    internal long SynchronousInForce => _connection.Ask("PRAGMA synchronous");

    /// <summary>Lets a test fill the database as a full disk would.</summary>
    internal void LimitPages(int pages) => _connection.Run($"PRAGMA max_page_count = {pages}");
}
