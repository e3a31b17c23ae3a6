using Keeper.Core.Primitives;
using Microsoft.Extensions.Logging;

namespace Keeper.Core.Mirror;

internal static partial class MirrorLog
{
    [LoggerMessage(LogLevel.Information, "History of {Blocks} blocks, {First} to {Last}, is read: {Requests} requests for logs or more, of up to {Width} blocks each")]
    public static partial void Begins(ILogger logger, ulong blocks, ulong first, ulong last, ulong requests, int width);

    [LoggerMessage(LogLevel.Information, "{Protocol} begins without history before block {Block}: {Accounts} accounts of a list, and those that logs name since, are read by views at the newest block, of which a chain with a multicall takes 100 in a call")]
    public static partial void BeginsWith(ILogger logger, string protocol, ulong block, int accounts);

    [LoggerMessage(LogLevel.Warning, "{Protocol} began with a list of accounts, and the contract has others, which are known once a log names them: {What}: {Lack}")]
    public static partial void TotalsLack(ILogger logger, string protocol, string what, string lack);

    [LoggerMessage(LogLevel.Information, "History is read up to block {Block} of {Last}, {Percent} %: {Logs} logs so far, about {Left} left")]
    public static partial void Progress(ILogger logger, ulong block, ulong last, int percent, long logs, string left);

    [LoggerMessage(LogLevel.Information, "The mirror continues from the snapshot of block {Block} with {Accounts} accounts")]
    public static partial void Restored(ILogger logger, BlockRef block, int accounts);

    [LoggerMessage(LogLevel.Warning, "The snapshot {Path} is not used ({Fault}): {Reason} The mirror is built from history")]
    public static partial void Refused(ILogger logger, string path, string fault, string reason);

    [LoggerMessage(LogLevel.Warning, "The state of {Protocol} in the snapshot {Path} is not used ({Fault}): {Reason} Its history is read, the rest of the snapshot is used")]
    public static partial void PartRefused(ILogger logger, string protocol, string path, string fault, string reason);

    [LoggerMessage(LogLevel.Warning, "The snapshot's state of {Protocol} is not used, it {Reason}: its history is read")]
    public static partial void Without(ILogger logger, string protocol, string reason);

    [LoggerMessage(LogLevel.Information, "A snapshot of block {Block} was written and read back: {Bytes} bytes in {Milliseconds} ms")]
    public static partial void Written(ILogger logger, BlockRef block, long bytes, long milliseconds);

    [LoggerMessage(LogLevel.Error, "The state of {Protocol} is not in the snapshot of block {Block}: {Reason}. A start reads its history")]
    public static partial void LeftOut(ILogger logger, string protocol, BlockRef block, string reason);

    [LoggerMessage(LogLevel.Information, "Block {Block} is final: its snapshot is the one that a start begins with")]
    public static partial void Promoted(ILogger logger, BlockRef block);

    [LoggerMessage(LogLevel.Error, "The snapshot of block {Block} could not be written: {Reason}")]
    public static partial void NotWritten(ILogger logger, BlockRef block, string reason);

    [LoggerMessage(LogLevel.Error, "The mirror of {Protocol} at block {Block} is not what the contract says: {Difference}")]
    public static partial void TotalsDiffer(ILogger logger, string protocol, BlockRef block, string difference);

    [LoggerMessage(LogLevel.Warning, "Whether the mirror of {Protocol} is complete cannot be told: {What}: {Reason}")]
    public static partial void TotalsUnknown(ILogger logger, string protocol, string what, string reason);

    [LoggerMessage(LogLevel.Error, "{What} cannot be read ({Reason}): what depends on it is not acted on until it can")]
    public static partial void Unreadable(ILogger logger, string what, string reason);

    [LoggerMessage(LogLevel.Warning, "Block {Block} was replaced while its history was read: it is read again")]
    public static partial void Replaced(ILogger logger, BlockRef block);
}
