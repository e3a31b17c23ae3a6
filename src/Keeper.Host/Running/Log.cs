namespace Keeper.Host.Running;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Keeper {Version} runs on chain {ChainId} by client {Client} through {Endpoints}, protocols {Protocols}, key {Key}, pages at {Listen}, metrics by {Exporter}.")]
    public static partial void Started(ILogger logger, string version, ulong chainId, string client, string endpoints, string protocols, string key, string listen, string exporter);

    [LoggerMessage(2, LogLevel.Critical, "The loop failed, the keeper stops.")]
    public static partial void LoopFailed(ILogger logger, Exception error);

    [LoggerMessage(5, LogLevel.Critical, "The loop stopped, the keeper stops: {Kind}: {Reason}")]
    public static partial void LoopStopped(ILogger logger, string kind, string reason);

    [LoggerMessage(3, LogLevel.Warning, "{Field} {Problem}; expected: {Expected}")]
    public static partial void Unproven(ILogger logger, string field, string problem, string expected);

    [LoggerMessage(4, LogLevel.Information, "Keeper stopped.")]
    public static partial void Stopped(ILogger logger);
}
