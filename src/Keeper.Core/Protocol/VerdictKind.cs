namespace Keeper.Core.Protocol;

/// <summary>Whether the contract lets somebody act on the account.</summary>
public enum VerdictKind : byte
{
    /// <summary>Holds nothing that could fall.</summary>
    Empty,
    Healthy,
    Liquidatable,

    /// <summary>Nothing is left to liquidate, and the account owes.</summary>
    BadDebt,

    /// <summary>The contract would refuse to judge: a price is stale or invalid by its own rule, or an amount leaves its range. Also where the adapter itself fails at it.</summary>
    PriceUnusable,
}
