using Microsoft.Data.Sqlite;

namespace Keeper.Journal.Sqlite;

/// <summary>Where the journal lies and how hard it writes.</summary>
public sealed record SqliteJournalOptions
{
    /// <summary>The database file. It and its directory are made when missing, for their owner alone.</summary>
    public required string Path { get; init; }

    public SqliteSynchronous Synchronous { get; init; } = SqliteSynchronous.Full;

    /// <summary>For looking at a journal, also while a keeper writes it: takes no lock, changes nothing, refuses appends.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>How long a commit waits for a foreign program that has the database locked. Default 2 s; 1 ms to 60 s.</summary>
    public TimeSpan BusyTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Told of each step of a migration, with the connection that is about to write, so that a test can stop or starve it there.</summary>
    internal Action<string, SqliteConnection?> Reached { get; init; } = (_, _) => { };

    internal void Validate()
    {
        if (string.IsNullOrWhiteSpace(Path)) throw new ArgumentException("The journal's path is empty.");
        if (BusyTimeout < TimeSpan.FromMilliseconds(1) || BusyTimeout > TimeSpan.FromSeconds(60))
            throw new ArgumentException($"The journal's busy timeout is {BusyTimeout}; 1 ms to 60 s are possible.");
    }
}
