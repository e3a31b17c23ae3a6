using Keeper.Core.Primitives;
using Microsoft.Extensions.Logging;

namespace Keeper.Core;

internal static partial class LoopLog
{
    [LoggerMessage(LogLevel.Information, "Following the chain from block {Block} with {Accounts} accounts mirrored")]
    public static partial void Following(ILogger logger, BlockRef block, int accounts);

    [LoggerMessage(LogLevel.Warning, "The chain went back to block {Block}")]
    public static partial void Reorg(ILogger logger, BlockRef block);

    [LoggerMessage(LogLevel.Error, "The mirror is built anew: {Reason}")]
    public static partial void Rebuilding(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Error, "The mirror cannot be built ({Reason}): tried again in {Seconds} s, nothing new is sent meanwhile")]
    public static partial void Waiting(ILogger logger, string reason, double seconds);

    [LoggerMessage(LogLevel.Warning, "Block {Block} is held back: logs that its own made wanted cannot be read ({Reason})")]
    public static partial void HeldBack(ILogger logger, BlockRef block, string reason);

    [LoggerMessage(LogLevel.Error, "What block {Block} leaves missing cannot be read ({Reason}): nothing is decided before it is, with the next block")]
    public static partial void MissingUnread(ILogger logger, BlockRef block, string reason);

    [LoggerMessage(LogLevel.Warning, "A mirror that replaces the one at work is built in {Seconds} s: {Reason}")]
    public static partial void Repairing(ILogger logger, double seconds, string reason);

    [LoggerMessage(LogLevel.Error, "The mirror that was to replace the one at work could not be built ({Reason})")]
    public static partial void NotRepaired(ILogger logger, string reason);
}
