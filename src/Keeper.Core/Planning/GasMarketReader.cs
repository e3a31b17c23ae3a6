using Keeper.Core.Chain;
using Keeper.Core.Chain.DataFees;
using Keeper.Core.Primitives;

namespace Keeper.Core.Planning;

/// <summary>Reads what gas costs from the fee history of the last blocks.</summary>
public sealed class GasMarketReader(IChainClient chain, ChainProfile profile, double tipPercentile)
{
    private const int Blocks = 12;
    private const double HighPercentile = 90;

    /// <summary>One reference, since they are read by another task while a refresh is under way.</summary>
    private volatile Tips _tips = new(Wei.Zero, Wei.Zero);

    private volatile IFeeModel _fees = FeeModels.Of(profile.FeeModel);

    /// <summary>What <see cref="TakeFees"/> needs of each block, beside the tips.</summary>
    public IReadOnlyList<CallRequest> FeeReads => _fees.Reads;

    private bool IsLegacy => profile.FeeModel == FeeModel.Legacy;

    /// <summary>The market of the block after this one. Needs no request: the base fee rises by at most an eighth (EIP-1559), and that much is assumed.</summary>
    public GasMarket After(Wei baseFee, Gas blockGasLimit)
    {
        var tips = _tips;
        return new(IsLegacy ? Wei.Zero : new(UInt256.MulDivUp(baseFee.Value, 9UL, 8UL)), tips.Tip, tips.High, blockGasLimit, IsLegacy) { Ordering = profile.Ordering, Fees = _fees };
    }

    /// <summary>Asks for the tips of the last blocks; the median over the blocks of each percentile.</summary>
    /// <exception cref="ChainException">The last known tips stay.</exception>
    public async Task RefreshAsync(CancellationToken cancellation)
    {
        var history = await chain.GetFeeHistoryAsync(Blocks, [tipPercentile, HighPercentile], cancellation).ConfigureAwait(false);
        var rewards = history.Rewards.Where(block => block.Count == 2).ToArray();
        if (rewards.Length == 0) return;
        var floor = IsLegacy ? history.BaseFeePerGas[^1] : Wei.Zero;
        _tips = new(floor + Median(rewards.Select(block => block[0])), floor + Median(rewards.Select(block => block[1])));
    }

    /// <summary>What a block answered to <see cref="FeeReads"/>.</summary>
    public void TakeFees(IReadOnlyList<CallResult> answers) => _fees = _fees.With(answers);

    private static Wei Median(IEnumerable<Wei> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    private sealed record Tips(Wei Tip, Wei High);
}
