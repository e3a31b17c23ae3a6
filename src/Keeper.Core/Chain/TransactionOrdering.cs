namespace Keeper.Core.Chain;

/// <summary>What decides which transaction of a block comes first.</summary>
public enum TransactionOrdering
{
    /// <summary>The tip: whoever pays more is earlier.</summary>
    PriorityFee,

    /// <summary>The time of arrival: a tip buys nothing.</summary>
    FirstCome,

    /// <summary>Builders choose among sealed offers; what an offer pays is its tip.</summary>
    PrivateAuction,
}
