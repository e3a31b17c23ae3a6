using Microsoft.Extensions.Logging;

namespace Keeper.Journal.Sqlite;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Journal {Path} is open at record {LastSequence}, synchronous={Synchronous}.")]
    public static partial void Opened(ILogger logger, string path, long lastSequence, SqliteSynchronous synchronous);

    [LoggerMessage(2, LogLevel.Warning, "Journal {Path} is written with synchronous=Normal: it survives SIGKILL, but a power cut can take acknowledged records.")]
    public static partial void MayLoseRecords(ILogger logger, string path);

    [LoggerMessage(4, LogLevel.Warning, "Journal {Path} was migrated from schema version {From} to {To} after record {LastSequence}; as it was, it is in {Backup}.")]
    public static partial void Migrated(ILogger logger, string path, long from, long to, long lastSequence, string backup);

    [LoggerMessage(5, LogLevel.Warning, "Journal {Path} has schema version {Version}, of a newer keeper: what this one (version {Own}) does not know of it is passed over.")]
    public static partial void Newer(ILogger logger, string path, long version, long own);

    [LoggerMessage(3, LogLevel.Critical, "A commit to journal {Path} failed in a way that leaves open what the disk holds: no more is written until it is opened anew.")]
    public static partial void Failed(ILogger logger, string path, Exception exception);
}
