using Microsoft.Extensions.Logging;

namespace Keeper.Core.Chain.Nodes;

/// <summary>What reading a chain logs. Endpoints by name only.</summary>
internal static partial class ChainLog
{
    [LoggerMessage(100, LogLevel.Warning, "Reading moves from endpoint {From} to {To}: {Fault}.")]
    public static partial void EndpointChanged(ILogger logger, string from, string to, ChainFault fault);

    [LoggerMessage(101, LogLevel.Warning, "The chain could not be read; it is tried again: {Reason}")]
    public static partial void FollowStalled(ILogger logger, string reason);

    [LoggerMessage(102, LogLevel.Information, "Reorganisation: back to block {Block}, {Depth} undone.")]
    public static partial void Reorganised(ILogger logger, ulong block, int depth);

    [LoggerMessage(103, LogLevel.Information, "Filled a gap of {Count} blocks up to {Block}.")]
    public static partial void GapFilled(ILogger logger, int count, ulong block);

    [LoggerMessage(104, LogLevel.Warning, "{Endpoint} refuses subscriptions ({Reason}); the chain is polled.")]
    public static partial void SubscriptionRefused(ILogger logger, string endpoint, string reason);

    [LoggerMessage(105, LogLevel.Warning, "A notification of {Endpoint} cannot be read and is ignored: {Reason}")]
    public static partial void NotificationIgnored(ILogger logger, string endpoint, string reason);
}
