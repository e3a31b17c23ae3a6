using Keeper.Core.Primitives;
using Microsoft.Extensions.Logging;

namespace Keeper.Core;

internal static partial class LoopLog
{
    [LoggerMessage(LogLevel.Information, "Replayed history up to block {Block} of {Last}: {Count} logs")]
    public static partial void Replayed(ILogger logger, ulong block, ulong last, int count);

    [LoggerMessage(LogLevel.Information, "Following the chain from block {Block} with {Accounts} accounts mirrored")]
    public static partial void Following(ILogger logger, BlockRef block, int accounts);

    [LoggerMessage(LogLevel.Warning, "The chain went back to block {Block}")]
    public static partial void Reorg(ILogger logger, BlockRef block);

    [LoggerMessage(LogLevel.Error, "{What} cannot be read ({Reason}): what depends on it is not acted on until it can")]
    public static partial void Unreadable(ILogger logger, string what, string reason);

    [LoggerMessage(LogLevel.Error, "The mirror is built anew: {Reason}")]
    public static partial void Rebuilding(ILogger logger, string reason);
}
