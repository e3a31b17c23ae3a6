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

    /// <summary>For so long a node's word is believed that the key delegates its code: it may be wrong, and the delegation may end.</summary>
    private static readonly TimeSpan DelegatedFor = TimeSpan.FromMinutes(10);

    /// <summary>When a node said last that the key delegates its code (EIP-7702): pools take one transaction at a time of it.</summary>
    private long? _delegatedAt;

    /// <summary>A transfer of nothing to an account without code.</summary>
    private static readonly Gas TransferGas = new(21_000);

    /// <summary>What cancels are given at least, since a node refused one that had less.</summary>
    private Gas _leastCancelGas = TransferGas;

    /// <summary>What a cancel needs: the transfer, and the data where the chain charges for it in gas.</summary>
    private Gas CancelGas => Gas.Min(Gas.Max(TransferGas + FeesNow.Of(0, TransferGas).Gas, _leastCancelGas), MostCancelGas);

    private Gas MostCancelGas => Gas.Min(PolicyGate.MaxCancelGas, settings.Profile.TransactionGasCap);

    /// <summary>
    /// A node calls a cancel's gas too little: the next has what the node says that it needs, or twice as much where the node does not tell, or tells what it
    /// has refused.
    /// </summary>
    /// <returns>False where it has the most already.</returns>
    private async Task<bool> RaiseCancelGasAsync(CancellationToken cancellation)
    {
        var refused = CancelGas;
        if (refused >= MostCancelGas) return false;
        try
        {
            _leastCancelGas = await chain.EstimateGasAsync(new(settings.Operator, ReadOnlyMemory<byte>.Empty, settings.Operator), cancellation).ConfigureAwait(false);
        }
        catch (ChainException error)
        {
            SenderLog.EstimateFailed(logger, error.Message);
        }
        if (CancelGas <= refused) _leastCancelGas = refused + refused;
        return true;
    }

    /// <summary>As of the newest head.</summary>
    private IFeeModel FeesNow => (Volatile.Read(ref _newHead) ?? _head)?.Gas.Fees ?? NoDataFee.Instance;

    /// <summary>What the transaction may cost beyond its gas.</summary>
    private Wei DataCostOf(JournalEntry.Intended intent, bool isCancel) =>
        isCancel ? FeesNow.Of(0, TransferGas).Cost : FeesNow.Of(intent.Data.Length, intent.GasLimit).Cost;

    private int MaxInFlight => _delegatedAt is { } at && time.GetElapsedTime(at) < DelegatedFor ? 1 : _options.MaxInFlight;

    /// <summary>
    /// Whether a reorg has taken out the block that it was decided on, or that of its hint, which comes right after. A node may still
    /// answer for that block, so that no simulation shows it.
    /// </summary>
    private bool IsOrphaned(Offer offer)
    {
        var decided = offer.Plan.Basis.Number + (offer.Plan.HintBlock is null ? 0UL : 1);
        return _reorgs.Any(reorg => offer.Id <= reorg.LastOffer && decided > reorg.CommonAncestor);
    }

    /// <summary>
    /// What a unit of the plan's gas may cost by the key's balance, less what is in flight at worst: a dear plan is bid for as far as the
    /// money goes, and not left to others.
    /// </summary>
    /// <returns>Null where the balance cannot be read: the next head tells it, and plans the accounts again.</returns>
    private async Task<Wei?> AffordableAsync(LiquidationPlan plan, CancellationToken cancellation)
    {
        // A dry run spends nothing.
        if (signer is null) return new(UInt256.MaxValue);
        try
        {
            _balance ??= await chain.GetBalanceAsync(settings.Operator, BlockId.Latest, cancellation).ConfigureAwait(false);
        }
        catch (ChainException)
        {
            return null;
        }
        return Affordable(plan.GasLimit, plan.Fees.Of(ExecutorGas.CalldataBytes(plan.Calls), plan.GasLimit).Cost, except: null);
    }

    private Wei Affordable(Gas gasLimit, Wei dataCost, Slot? except)
    {
        var room = InFlight.Room(_balance ?? Wei.Zero, [.. _slots.Values.Where(slot => slot.Receipt is null && slot != except).Select(WorstOf)], _options.BalanceSharePpm);
        return room > dataCost ? new((room - dataCost).Value / gasLimit.Value) : Wei.Zero;
    }

    /// <summary>The most that a unit of gas of the slot's next attempt may cost.</summary>
    private Wei LimitOf(Slot slot) => slot.Newest.IsCancel
        ? _options.HardFeeCap
        : Wei.Min(slot.Intent.MaxPricePerGas, Affordable(slot.Intent.GasLimit, DataCostOf(slot.Intent, isCancel: false), except: slot));
}
