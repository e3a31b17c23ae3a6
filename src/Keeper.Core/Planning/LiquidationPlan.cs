using Keeper.Core.Chain.DataFees;
using Keeper.Core.Chain.Pending;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;

namespace Keeper.Core.Planning;

/// <summary>One transaction's worth of liquidations.</summary>
/// <param name="Accounts">Dearest first; never empty.</param>
/// <param name="Basis">The linked block whose state decided.</param>
/// <param name="HintBlock">The block of the oracle log that also decided, not yet linked then; null where none did.</param>
/// <param name="MaxGasCost">The most that may be spent on the gas that it is likely to use and on its data: the configured share of the rewards, less the profit that must remain.</param>
/// <param name="DecidedAt">Timestamp of the injected clock (<see cref="TimeProvider.GetTimestamp"/>) when the event that led to it arrived.</param>
public sealed record LiquidationPlan(
    IReadOnlyList<PlannedAccount> Accounts, BlockRef Basis, Hash32? HintBlock, Wei MaxGasCost, NativeCoinPrice CoinPrice, long DecidedAt)
{
    /// <summary>What the chain charges beyond gas, as of the decision.</summary>
    public IFeeModel Fees { get; init; } = NoDataFee.Instance;

    /// <summary>The price update that it supposes to be in the next block, and is sent to follow; null where it supposes none.</summary>
    public PendingUpdate? Behind { get; init; }

    /// <summary>What decided was in part asked for at an earlier block than the basis: a simulation that calls the accounts healthy contradicts nothing.</summary>
    public bool IsOfEarlierAnswers { get; init; }

    /// <summary>What must remain of the reward after gas.</summary>
    public Usd MinProfit { get; init; } = Usd.Zero;

    /// <summary>The part of the reward that gas may take, in parts per million.</summary>
    public uint GasSharePpm { get; init; } = 1_000_000;

    public Usd Reward => Accounts.Aggregate(Usd.Zero, (sum, account) => sum + account.Reward);

    /// <summary>Every call, in the order of the accounts.</summary>
    public IReadOnlyList<LiquidationCall> Calls => Accounts.SelectMany(account => account.Calls).ToArray();

    /// <summary>The transaction's gas limit.</summary>
    public Gas GasLimit => ExecutorGas.Limit(Calls) + Data.Gas;

    /// <summary>What it is likely to use.</summary>
    public Gas ExpectedGas => ExecutorGas.Expected(Calls) + Data.Gas;

    /// <summary>What it costs beyond its gas.</summary>
    public Wei DataCost => Data.Cost;

    /// <summary>The block at which it is simulated: that of the hint where there is one, so that the simulation sees the price.</summary>
    public Hash32 SimulationBlock => HintBlock ?? Basis.Hash;

    /// <summary>What it is expected to earn for each unit of gas that it is likely to use.</summary>
    public Wei WorthPerGas => PerGas(CoinPrice.ToWei(Reward));

    /// <summary>The price of a unit of gas at which the expected gas and the data cost <see cref="MaxGasCost"/>.</summary>
    public Wei MaxPricePerGas => PerGas(MaxGasCost);

    /// <summary>With the gas money that its rewards allow.</summary>
    public LiquidationPlan WithBudget()
    {
        var (share, spare) = (GasShareOf(Reward), Reward - MinProfit);
        var most = share < spare ? share : spare;
        return this with { MaxGasCost = most > Usd.Zero ? CoinPrice.ToWei(most) : Wei.Zero };
    }

    /// <summary>What gas may take of this much of the reward, rounded down.</summary>
    public Usd GasShareOf(Usd reward) => new((Int256)UInt256.MulDivDown((UInt256)reward.Value, GasSharePpm, 1_000_000UL));

    private DataFee Data => Fees.Of(ExecutorGas.CalldataBytes(Calls), ExecutorGas.Expected(Calls));

    private Wei PerGas(Wei amount) => amount > DataCost ? new((amount - DataCost).Value / ExpectedGas.Value) : Wei.Zero;
}
