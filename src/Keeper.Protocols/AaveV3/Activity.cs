using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;

namespace Keeper.Protocols.AaveV3;

/// <summary>Whose account a log is about. The pool's own by its address; of tokens by the topic alone: which contracts are the pool's tokens is state, and the filter asks for those only.</summary>
internal static class Activity
{
    public static string KeyOf(Address user) => user.ToString();

    public static AccountActivity? Of(Log log, Address pool)
    {
        try
        {
            if (log.TopicCount == 0) return null;
            var topic = log.Topic0;
            if (topic == Topics.Mint) return new(KeyOf(BalanceChanged.Decode(log, log.Topic2).User), null);
            if (topic == Topics.Burn) return new(KeyOf(BalanceChanged.Decode(log, log.Topic1).User), null);
            // Another pool of the chain tells of the same users.
            if (log.Address != pool) return null;
            if (topic == Topics.LiquidationCall) return Liquidated.Decode(log) is var e ? new(KeyOf(e.User), e.Liquidator) : null;
            if (topic == Topics.UserEModeSet) return new(KeyOf(UserEModeSet.Decode(log).User), null);
            return topic == Topics.CollateralEnabled || topic == Topics.CollateralDisabled ? new(KeyOf(CollateralFlag.Decode(log).User), null) : null;
        }
        catch (AbiException)
        {
            // The mirror refuses the same log, and says so.
            return null;
        }
    }
}
