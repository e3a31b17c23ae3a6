namespace Keeper.Core.Audit;

/// <summary>How much of the mirror is held against the contracts in each block, and what disagreement is too much.</summary>
public sealed record AuditOptions
{
    /// <summary>Accounts in each block, at most half of them the nearest to the edge, the rest in turn. 0 to 1,000; 0 switches the audit off.</summary>
    public int AccountsPerBlock { get; init; } = 32;

    /// <summary>Accounts that may be found wrong within an hour by the chain's clock; one more opens the breaker. 0 to 1,000.</summary>
    public int MaxMismatchesPerHour { get; init; } = 3;
}
