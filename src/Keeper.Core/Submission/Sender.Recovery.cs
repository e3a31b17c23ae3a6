using Keeper.Core.Chain;
using Keeper.Core.Journal;
using Keeper.Core.Primitives;
using Keeper.Core.Submission.Breakers;
using Keeper.Core.Telemetry;

namespace Keeper.Core.Submission;

public sealed partial class Sender
{
    /// <summary>From one attempt to ask the chain at a start to the next.</summary>
    private static readonly TimeSpan RecoverEvery = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Takes up what the journal left open, before <see cref="RunAsync"/>: the same bytes go out again, the accounts are open,
    /// and the next nonce follows the highest one ever signed.
    /// </summary>
    /// <param name="history">Logs of liquidations that the mirror was built from: what others took meanwhile is known before what is open is settled.</param>
    /// <exception cref="JournalException">The journal speaks of transactions that this chain does not know.</exception>
    public async Task RecoverAsync(Head head, CancellationToken cancellation, IReadOnlyList<Log>? history = null)
    {
        _head = head;
        readiness.Expect(Component, TimeSpan.FromSeconds(Math.Max(30, 10 * settings.Profile.BlockTime.TotalSeconds)));
        var count = await InsistAsync(() => chain.GetTransactionCountAsync(settings.Operator, BlockId.Latest, cancellation), cancellation).ConfigureAwait(false);
        var past = new SpendingHistory(settings.Operator, _budget, _tally);
        var recovered = await Recovery.FoldAsync(past.PassAsync(journal.ReadAsync(0, cancellation)), settings.Operator, cancellation).ConfigureAwait(false);
        _board = BreakerBoard.Of(recovered.Breakers);
        _journalled = past.NewestBlock;
        // What the chain counts beyond the journal was used by somebody else, unless there is no journal of this key yet.
        _nextNonce = recovered.NextNonce ?? count;
        SenderInstruments.Initialise();
        TellBreakers();
        await _code.ReadNowAsync(head.Block, cancellation).ConfigureAwait(false);
        await JudgeCodeAsync(cancellation).ConfigureAwait(false);

        if (recovered.NextNonce is { } next)
        {
            var firstOpen = recovered.Open.Count > 0 ? recovered.Open[0].Intent.Nonce : next;
            foreach (var plan in recovered.Settled)
            {
                var slot = SlotOf(plan, head);
                var mined = plan.Mined!;
                slot.Receipt = new(mined.Hash, mined.BlockNumber, mined.BlockHash, mined.Succeeded, mined.GasUsed, mined.EffectiveGasPrice, null, [], mined.L1Fee);
                (slot.Outcomes, slot.CountedCost) = (plan.Outcomes, slot.Receipt.Fee);
                if (StateOf(slot) != SlotState.Final) _settled[slot.Nonce] = slot;
            }
            if (count < firstOpen)
            {
                _isReorgUnchecked = await AreLostToReorgAsync(count, firstOpen, recovered.AdoptedNonce ?? 0, cancellation).ConfigureAwait(false);
                if (!_isReorgUnchecked)
                {
                    throw new JournalException(
                        $"The journal has settled transactions of {settings.Operator} up to nonce {firstOpen - 1}, but this chain knows only {count} of them: it is another chain, or was reset. Name a new file in journal.path.");
                }
            }
        }
        if (signer is null)
        {
            await ReadBalanceAsync(cancellation).ConfigureAwait(false);
            return;
        }
        foreach (var plan in recovered.Open)
        {
            var slot = SlotOf(plan, head);
            foreach (var attempt in slot.Attempts) _byHash[attempt.Hash] = slot;
            foreach (var account in slot.Accounts) _open[account] = slot.OfferId;
            if (!_slots.TryAdd(slot.Nonce, slot))
                throw new JournalException($"The journal has two open plans with nonce {slot.Nonce}, {_slots[slot.Nonce].Plan} and {plan.Plan}: it was written by two keepers, or an adopted nonce was one of its own. Restore it from a copy.");
        }
        SenderLog.Recovered(logger, _slots.Count, _nextNonce);
        OnHistory(history ?? [], followed: null);
        // What was mined meanwhile is settled before the first decision; the rest goes out again.
        await WatchAsync(head, cancellation).ConfigureAwait(false);
    }

    /// <summary>Asks until the chain answers: a start that cannot be made now can be made later, and nothing is sent meanwhile.</summary>
    /// <exception cref="ChainException">With <see cref="ChainFault.UnknownBlock"/>: that is an answer.</exception>
    private async Task<T> InsistAsync<T>(Func<Task<T>> ask, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return await ask().ConfigureAwait(false);
            }
            catch (ChainException error) when (error.Fault != ChainFault.UnknownBlock)
            {
                SenderLog.WatchFailed(logger, error.Message);
                readiness.Failed(Component, $"what is open cannot be taken up: {error.Message}");
                await Task.Delay(RecoverEvery, time, cancellation).ConfigureAwait(false);
            }
        }
    }

    private Slot SlotOf(OpenPlan plan, Head head)
    {
        var slot = new Slot(plan.Plan, plan.Intent, Interlocked.Increment(ref _offers), head.Block.Number);
        slot.Attempts.AddRange(plan.Attempts.Select(signed => new Attempt(signed.Hash, signed.Raw, signed.Fees, signed.IsCancel, signed.PrivateUntil)));
        return slot;
    }

    /// <summary>Whether the settled transactions of these nonces were mined in blocks that are not final, on this very chain.</summary>
    /// <param name="adopted">Nonces below may be an operator's own.</param>
    private async Task<bool> AreLostToReorgAsync(ulong from, ulong to, ulong adopted, CancellationToken cancellation)
    {
        for (var nonce = Math.Max(from, adopted); nonce < to; nonce++)
        {
            if (!_settled.ContainsKey(nonce)) return false;
        }
        // A chain that was reset knows none of the blocks that they were decided on; one that only took another branch knows the oldest, or the one before it.
        var bases = _settled.Values.Select(slot => slot.Intent.Basis).OrderBy(basis => basis.Number);
        foreach (var hash in bases.SelectMany(basis => new[] { basis.Hash, basis.ParentHash }).Distinct())
        {
            try
            {
                await InsistAsync(() => chain.GetHeaderAsync(new BlockId.ByHash(hash), cancellation), cancellation).ConfigureAwait(false);
                return true;
            }
            catch (ChainException error) when (error.Fault == ChainFault.UnknownBlock)
            {
                // Taken out too, or never there.
            }
        }
        return false;
    }
}
