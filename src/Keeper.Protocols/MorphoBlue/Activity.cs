using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;

namespace Keeper.Protocols.MorphoBlue;

/// <summary>Whose account a log of the contract is about: a borrower in a market. Interest and fees are about none.</summary>
internal static class Activity
{
    public static string KeyOf(Hash32 market, Address borrower) => $"{market}/{borrower}";

    public static AccountActivity? Of(Log log)
    {
        try
        {
            if (log.TopicCount < 2) return null;
            if (log.Topic0 == Topics.Liquidate) return Liquidate.Decode(log) is var e ? new(KeyOf(log.Topic1, e.Borrower), e.Caller) : null;
            if (log.Topic0 == Topics.Borrow) return Changed(log, SharesMoved.DecodeOut(log).OnBehalf);
            if (log.Topic0 == Topics.Repay) return Changed(log, SharesMoved.DecodeIn(log).OnBehalf);
            if (log.Topic0 == Topics.SupplyCollateral) return Changed(log, CollateralMoved.DecodeIn(log).OnBehalf);
            return log.Topic0 == Topics.WithdrawCollateral ? Changed(log, CollateralMoved.DecodeOut(log).OnBehalf) : null;
        }
        catch (AbiException)
        {
            // The mirror refuses the same log, and says so.
            return null;
        }
    }

    private static AccountActivity Changed(Log log, Address account) => new(KeyOf(log.Topic1, account), null);
}
