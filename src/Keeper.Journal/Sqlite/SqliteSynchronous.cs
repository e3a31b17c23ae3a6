namespace Keeper.Journal.Sqlite;

/// <summary>What an acknowledged append survives.</summary>
public enum SqliteSynchronous
{
    /// <summary>Every commit waits for the disk: survives SIGKILL and a power cut. The default.</summary>
    Full,

    /// <summary>Commits wait for the operating system only: survives SIGKILL, not a power cut.</summary>
    Normal,
}
