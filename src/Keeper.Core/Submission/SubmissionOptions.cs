using Keeper.Core.Primitives;

namespace Keeper.Core.Submission;

/// <summary>How transactions are priced and kept alive.</summary>
public sealed record SubmissionOptions
{
    /// <summary>Transactions of the key that may be unmined at once. 1 to 16: more than the pools of common nodes keep for a sender is lost.</summary>
    public int MaxInFlight { get; init; } = 16;

    /// <summary>The price of a unit of gas that is never exceeded, whatever a liquidation earns.</summary>
    public Wei HardFeeCap { get; init; } = Wei.FromGwei(500);

    /// <summary>The least tip that is offered.</summary>
    public Wei MinPriorityFee { get; init; } = new(1_000_000);

    /// <summary>The percentile of recent tips that the first bid is no lower than, where a tip buys a place. 0 to 100.</summary>
    public double FirstTipPercentile { get; init; } = 60;

    /// <summary>Blocks from the decision to the executor's own deadline: mined later, the call reverts. 2 to 1,000.</summary>
    public int DeadlineBlocks { get; init; } = 24;

    /// <summary>Full blocks in a row, each raising the base fee by an eighth, that the first fee cap survives. 0 to 50.</summary>
    public int FeeHeadroomBlocks { get; init; } = 6;

    /// <summary>The share of what a plan is expected to keep after the base fee that the first bid offers as tip, in parts per million. 0 to 1,000,000.</summary>
    public uint FirstBidSharePpm { get; init; } = 100_000;

    /// <summary>The time that an attempt is given before it is bid up; null for one and a half block times, so that it is the second head.</summary>
    public TimeSpan? BumpAfter { get; init; }

    /// <summary>What one transaction may cost at worst: all its gas at its fee cap. Above zero.</summary>
    public Wei MaxTransactionCost { get; init; } = Wei.FromGwei(10_000_000_000);

    /// <summary>What may be spent within an hour: what settled transactions cost, and what those in flight cost at worst. No less than <see cref="MaxTransactionCost"/>.</summary>
    public Wei MaxCostPerHour { get; init; } = Wei.FromGwei(50_000_000_000);

    /// <summary>
    /// What the key may spend in its life, by its journal: what settled transactions cost, and what those in flight cost at worst. Null: no bound but the hour's and the balance. No less
    /// than <see cref="MaxTransactionCost"/>. Only another key, or a new value, goes on beyond it.
    /// </summary>
    public Wei? MaxCostPerKey { get; init; }

    /// <summary>Millionths of the key's balance that transactions in flight may cost at worst. 1 to 16,000,000: above the whole, up to five may be in flight that it could not pay for if all before them cost the most.</summary>
    public uint BalanceSharePpm { get; init; } = 1_000_000;

    /// <summary>Confirmations after which an outcome is settled. 1 to 1,000.</summary>
    public int Confirmations { get; init; } = 1;
}
