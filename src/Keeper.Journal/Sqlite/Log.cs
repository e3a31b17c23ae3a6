using Microsoft.Extensions.Logging;

namespace Keeper.Journal.Sqlite;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Journal {Path} is open at record {LastSequence}, synchronous={Synchronous}.")]
    public static partial void Opened(ILogger logger, string path, long lastSequence, SqliteSynchronous synchronous);

    [LoggerMessage(2, LogLevel.Warning, "Journal {Path} is written with synchronous=Normal: it survives SIGKILL, but a power cut can take acknowledged records.")]
    public static partial void MayLoseRecords(ILogger logger, string path);

    [LoggerMessage(3, LogLevel.Critical, "A commit to journal {Path} failed in a way that leaves open what the disk holds: no more is written until it is opened anew.")]
    public static partial void Failed(ILogger logger, string path, Exception exception);
}
