using Microsoft.Extensions.Logging;

namespace Keeper.Core.Chain.Streaming;

internal static partial class SocketLog
{
    [LoggerMessage(120, LogLevel.Information, "Socket to {Endpoint} is open.")]
    public static partial void Opened(ILogger logger, string endpoint);

    [LoggerMessage(121, LogLevel.Warning, "Socket to {Endpoint} ended ({Reason}); the next attempt is in {DelayMs} ms.")]
    public static partial void Ended(ILogger logger, string endpoint, string reason, int delayMs);

    [LoggerMessage(122, LogLevel.Error, "A message of {Endpoint} could not be handled: {Fault}.")]
    public static partial void HandlerFailed(ILogger logger, string endpoint, string fault);

    [LoggerMessage(123, LogLevel.Error, "The socket to {Endpoint} could not be made ready: {Fault}.")]
    public static partial void OpeningFailed(ILogger logger, string endpoint, string fault);
}
