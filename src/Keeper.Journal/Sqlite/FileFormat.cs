namespace Keeper.Journal.Sqlite;

/// <summary>What a journal file says of its own form.</summary>
/// <param name="Version">The schema version of the keeper that shaped it.</param>
/// <param name="LowestReader">The lowest version of a keeper that understands all that matters in it; one above it passes the rest over.</param>
/// <param name="After">The last record that was there when it got this form.</param>
public readonly record struct FileFormat(long Version, long LowestReader, long After)
{
    /// <summary>A newer keeper wrote it, and promised that this one may read it.</summary>
    public bool IsNewer => Version > Schema.Version;
}
