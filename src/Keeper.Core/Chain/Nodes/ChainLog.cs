using Microsoft.Extensions.Logging;

namespace Keeper.Core.Chain.Nodes;

/// <summary>What reading a chain logs. Endpoints by name only.</summary>
internal static partial class ChainLog
{
    [LoggerMessage(100, LogLevel.Warning, "Endpoint {Endpoint} failed ({Fault}): others are read from first until it answers again.")]
    public static partial void EndpointFailing(ILogger logger, string endpoint, ChainFault fault);

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

    [LoggerMessage(106, LogLevel.Error, "Endpoint {Endpoint} is put aside: {Reason}. Nothing is read from it until it is found right again.")]
    public static partial void EndpointPutAside(ILogger logger, string endpoint, string reason);

    [LoggerMessage(108, LogLevel.Error, "Block {Block} is not taken as final: {Teller} says so, and {Others} have another block there.")]
    public static partial void FinalityDisputed(ILogger logger, ulong block, string teller, string others);

    [LoggerMessage(107, LogLevel.Information, "Endpoint {Endpoint} is right again and is read from.")]
    public static partial void EndpointReturned(ILogger logger, string endpoint);
}
