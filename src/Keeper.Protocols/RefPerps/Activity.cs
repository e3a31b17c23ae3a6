using System.Globalization;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;

namespace Keeper.Protocols.RefPerps;

/// <summary>
/// Whose account a log of the contract is about. A debt that is resolved pays nobody and names nobody: it is a change of the
/// account like any other.
/// </summary>
internal static class Activity
{
    public static string KeyOf(UInt256 account) => account.ToString(null, CultureInfo.InvariantCulture);

    /// <summary>Null where it is no account's name.</summary>
    public static UInt256? TryParse(string account) => UInt256.TryParse(account, out var id) && KeyOf(id) == account ? id : null;

    public static AccountActivity? Of(Log log)
    {
        try
        {
            if (log.TopicCount == 0) return null;
            if (log.Topic0 == Topics.PositionLiquidated) return PositionLiquidated.Decode(log) is var (account, keeper) ? new(KeyOf(account), keeper) : null;
            if (log.Topic0 == Topics.QuoteChanged) return new(KeyOf(QuoteChanged.Decode(log).Account), null);
            if (log.Topic0 == Topics.PositionChanged) return new(KeyOf(PositionChanged.Decode(log).Account), null);
            return log.Topic0 == Topics.AccountOpened ? new(KeyOf(AccountOpened.Decode(log).Account), null) : null;
        }
        catch (AbiException)
        {
            // The mirror refuses the same log, and says so.
            return null;
        }
    }
}
