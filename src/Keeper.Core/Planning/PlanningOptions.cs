using Keeper.Core.Primitives;

namespace Keeper.Core.Planning;

/// <summary>What makes a liquidation worth sending.</summary>
public sealed record PlanningOptions
{
    /// <summary>The least that must remain of the rewards of a transaction after the gas it may cost. 0 or more.</summary>
    public Usd MinProfit { get; init; } = Usd.Zero;

    /// <summary>The share of the expected rewards that gas may take, in parts per million; bids are raised up to it. 1 to 1,000,000.</summary>
    public uint GasSharePpm { get; init; } = 500_000;

    /// <summary>Add the resolution of bad debt, which pays nobody, to transactions whose rewards pay for its gas too.</summary>
    public bool ResolveBadDebt { get; init; } = true;

    /// <summary>The most accounts that one transaction carries. 1 to 256.</summary>
    public int MaxAccountsPerTransaction { get; init; } = 64;

    /// <summary>The share of a block's gas that one transaction may ask for, in parts per million. 1 to 1,000,000.</summary>
    public uint BlockGasSharePpm { get; init; } = 500_000;
}
