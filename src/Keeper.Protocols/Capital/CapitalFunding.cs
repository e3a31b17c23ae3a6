namespace Keeper.Protocols.Capital;

/// <summary>Where the money for a liquidation comes from. The numbers are those of <c>Terms.funding</c>.</summary>
public enum CapitalFunding : byte
{
    /// <summary>Borrowed within the transaction and paid back in it: nothing of the liquidator's own is touched.</summary>
    Flash = 0,

    /// <summary>The liquidator's own tokens, within the owner's budget; the collateral is sold in the same transaction.</summary>
    Own = 1,

    /// <summary>As <see cref="Own"/>, and collateral that no sale passes the bound for is bought by own funds at that bound and held, where the owner's budget allows it.</summary>
    OwnOrHold = 2,
}
