namespace Keeper.Host.Control;

internal static partial class ControlLog
{
    [LoggerMessage(1, LogLevel.Warning, "This system has no Unix sockets: `keeper ctl` cannot reach this keeper.")]
    public static partial void Unsupported(ILogger logger);

    [LoggerMessage(2, LogLevel.Warning, "A connection of `keeper ctl` failed: {Kind}: {Reason}")]
    public static partial void Failed(ILogger logger, string kind, string reason);
}
