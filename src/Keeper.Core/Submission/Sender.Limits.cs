using System.Collections.Concurrent;
using Keeper.Core.Chain;
using Keeper.Core.Chain.DataFees;
using Keeper.Core.Journal;
using Keeper.Core.Planning;
using Keeper.Core.Primitives;
using Keeper.Core.Submission.Policy;

namespace Keeper.Core.Submission;

public sealed partial class Sender
{
    /// <summary>More reorgs than pass while an offer waits.</summary>
    private const int MaxReorgs = 64;

    /// <summary>Reorgs, with the last offer that was made before each.</summary>
    private readonly ConcurrentQueue<(long LastOffer, ulong CommonAncestor)> _reorgs = new();

    /// <summary>A node has said that the key delegates its code (EIP-7702): pools take one transaction at a time of it.</summary>
    private bool _isDelegated;

    /// <summary>A transfer of nothing to an account without code.</summary>
    private static readonly Gas TransferGas = new(21_000);

    /// <summary>What a cancel needs: the transfer, and the data where the chain charges for it in gas.</summary>
    private Gas CancelGas => Gas.Min(TransferGas + FeesNow.Of(0, TransferGas).Gas, Gas.Min(PolicyGate.MaxCancelGas, settings.Profile.TransactionGasCap));

    /// <summary>As of the newest head.</summary>
    private IFeeModel FeesNow => (Volatile.Read(ref _newHead) ?? _head)?.Gas.Fees ?? NoDataFee.Instance;

    /// <summary>What the transaction may cost beyond its gas.</summary>
    private Wei DataCostOf(JournalEntry.Intended intent, bool isCancel) =>
        isCancel ? FeesNow.Of(0, TransferGas).Cost : FeesNow.Of(intent.Data.Length, intent.GasLimit).Cost;

    private int MaxInFlight => _isDelegated ? 1 : _options.MaxInFlight;

    /// <summary>
    /// Whether a reorg has taken out the block that it was decided on, or that of its hint, which comes right after. A node may still
    /// answer for that block, so that no simulation shows it.
    /// </summary>
    private bool IsOrphaned(Offer offer)
    {
        var decided = offer.Plan.Basis.Number + (offer.Plan.HintBlock is null ? 0UL : 1);
        return _reorgs.Any(reorg => offer.Id <= reorg.LastOffer && decided > reorg.CommonAncestor);
    }

    /// <summary>Why the key's balance, less what is in flight, would not cover it; null where it would.</summary>
    private async Task<string?> LacksFundsAsync(LiquidationPlan plan, Fees fees, CancellationToken cancellation)
    {
        if (signer is null) return null;
        try
        {
            _balance ??= await chain.GetBalanceAsync(settings.Operator, BlockId.Latest, cancellation).ConfigureAwait(false);
        }
        catch (ChainException error)
        {
            // The next head tells it, and plans the accounts again.
            return $"the balance could not be read: {error.Message}";
        }
        var worst = _slots.Values.Where(slot => slot.Receipt is null).Select(WorstOf).Append(fees.MaxFeePerGas * plan.GasLimit + plan.Fees.Of(ExecutorGas.CalldataBytes(plan.Calls), plan.GasLimit).Cost).ToArray();
        return InFlight.Allows(_balance.Value, worst, _options.BalanceSharePpm) ? null : $"{_balance} wei are left";
    }
}
