using Keeper.Core.Primitives;
using Microsoft.Extensions.Logging;

namespace Keeper.Core.Audit;

internal static partial class AuditLog
{
    [LoggerMessage(LogLevel.Error, "The mirror is wrong at block {Block}: {Account}: {Difference}")]
    public static partial void Mismatch(ILogger logger, BlockRef block, string account, Protocol.AuditDifference difference);

    [LoggerMessage(LogLevel.Warning, "{Account} was read anew from the contract at block {Block}, with its markets and prices, and agrees with it")]
    public static partial void Repaired(ILogger logger, string account, BlockRef block);

    [LoggerMessage(LogLevel.Information, "{Account} seemed to differ from the contract; at block {Block} that is not so")]
    public static partial void Unconfirmed(ILogger logger, string account, BlockRef block);

    [LoggerMessage(LogLevel.Warning, "{Account} seems to differ from the contract and could not be looked at again: {Reason}")]
    public static partial void Postponed(ILogger logger, string account, string reason);

    [LoggerMessage(LogLevel.Error, "{Account} differs from the contract and cannot be put right ({Reason}): nothing of its protocol is decided until the mirror is built anew")]
    public static partial void Distrusted(ILogger logger, string account, string reason);
}
