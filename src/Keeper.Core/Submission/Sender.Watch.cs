using Keeper.Core.Chain;
using Keeper.Core.Journal;
using Keeper.Core.Primitives;
using Keeper.Core.Submission.Breakers;
using Keeper.Core.Telemetry;

namespace Keeper.Core.Submission;

public sealed partial class Sender
{
    /// <summary>No coin has so many: what is above would overflow the sums of an hour.</summary>
    private const int MaxFeeBits = 128;

    private readonly Queue<(ulong Deadline, long Offer, string[] Accounts)> _dryRuns = new();

    private async Task WatchAsync(Head head, CancellationToken cancellation)
    {
        _head = head;
        while (_dryRuns.TryPeek(out var held) && held.Deadline < head.Block.Timestamp) Release(held.Accounts, _dryRuns.Dequeue().Offer);
        var isReorgUnchecked = Interlocked.Exchange(ref _isReorgUnchecked, false);
        var isDue = IsDue(head.Block.Number, isReorgUnchecked);
        await WatchCodeAsync(head.Block, isDue, cancellation).ConfigureAwait(false);
        if (signer is null)
        {
            if (isDue) await ReadBalanceAsync(cancellation).ConfigureAwait(false);
            _lookedAt = isDue ? head.Block.Number : _lookedAt;
            readiness.Succeeded(Component);
            return;
        }
        try
        {
            // What a reorg may have taken out is looked at before it is forgotten: the head may have come far since.
            foreach (var (nonce, slot) in isReorgUnchecked ? [] : _settled.ToArray())
            {
                if (StateOf(slot) != SlotState.Final) continue;
                _settled.TryRemove(nonce, out _);
                // A rebuild or a reorg may have opened them again.
                Release(slot.Accounts, slot.OfferId);
            }
            // A receipt is asked for again only after a reorg: a node that lags must not make a settled slot seem lost.
            var doubted = isReorgUnchecked ? _settled.Values.OrderBy(slot => slot.Nonce).ToArray() : [];
            var hashes = _slots.Values.Concat(doubted).SelectMany(slot => slot.Attempts.Select(attempt => attempt.Hash)).Concat(_rivals.Unread()).Concat(UpdatesToCome).ToArray();
            var receipts = hashes.Length == 0 ? Task.FromResult<IReadOnlyList<Receipt?>>([]) : chain.GetReceiptsAsync(hashes, cancellation);
            var count = isDue ? chain.GetTransactionCountAsync(settings.Operator, BlockId.Latest, cancellation) : Task.FromResult(_chainNonce!.Value);
            var balance = isDue ? chain.GetBalanceAsync(settings.Operator, BlockId.Latest, cancellation) : Task.FromResult(_balance!.Value);
            await Task.WhenAll(receipts, count, balance).ConfigureAwait(false);

            if (isDue) _lookedAt = head.Block.Number;
            _balance = balance.Result;
            if (_lacking <= _balance)
            {
                _lacking = null;
                readiness.Succeeded(Wallet);
            }
            SenderInstruments.Wallet((double)_balance.Value.Value);
            _chainNonce = count.Result;
            await WatchNextNonceAsync(count.Result, cancellation).ConfigureAwait(false);
            var found = receipts.Result.OfType<Receipt>().Where(IsOfTheChain).ToLookup(receipt => receipt.TransactionHash);
            _rivals.Learn(found);
            LearnOfUpdates(found);
            foreach (var slot in doubted) await FollowSettledAsync(slot, ReceiptOf(slot, found), count.Result, cancellation).ConfigureAwait(false);
            await WatchLostNonceAsync(count.Result, cancellation).ConfigureAwait(false);
            _unmined.Clear();
            foreach (var slot in _slots.Values.ToArray()) await FollowAsync(slot, ReceiptOf(slot, found), count.Result, cancellation).ConfigureAwait(false);
            await PushAsync(cancellation).ConfigureAwait(false);
            SenderInstruments.BackingOff(_backoff.CountsAt(head.Block.Number));
            await TellMissedAsync(head, cancellation).ConfigureAwait(false);
            await JudgeBreakersAsync(cancellation).ConfigureAwait(false);
            TellFigures(count.Result);
            readiness.Succeeded(Component);
        }
        catch (ChainException error)
        {
            // The next head asks again; meanwhile nothing is known to have changed.
            if (isReorgUnchecked) Interlocked.Exchange(ref _isReorgUnchecked, true);
            SenderLog.WatchFailed(logger, error.Message);
        }
    }

    /// <summary>What a receipt can't say of one of our attempts is not believed: it paid more than it offered, used more gas than it had.</summary>
    private Receipt? ReceiptOf(Slot slot, ILookup<Hash32, Receipt> found)
    {
        foreach (var attempt in slot.Attempts)
        {
            if (found[attempt.Hash].FirstOrDefault() is not { } receipt) continue;
            if (receipt.EffectiveGasPrice <= attempt.Fees.MaxFeePerGas && receipt.GasUsed <= settings.Profile.TransactionGasCap && (receipt.L1Fee?.Value.BitLength ?? 0) <= MaxFeeBits) return receipt;
            Refuse(receipt);
        }
        return null;
    }

    private SlotState StateOf(Slot slot) => SlotRules.StateOf(slot.IsOut, slot.Receipt?.BlockNumber, _head?.Block.Number ?? 0, _options.Confirmations, settings.Profile.FinalityDepth);

    private SlotSight SightOf(Slot slot, Receipt? receipt, ulong count)
    {
        return new(slot.Nonce, _head!.Block.Number, count, BlockOf(slot.Receipt), BlockOf(receipt));

        static (ulong, Hash32)? BlockOf(Receipt? receipt) => receipt is null ? null : (receipt.BlockNumber, receipt.BlockHash);
    }

    /// <summary>Carries out what the head makes of a slot in flight. What is to be pushed waits until all were looked at.</summary>
    private async Task FollowAsync(Slot slot, Receipt? receipt, ulong count, CancellationToken cancellation)
    {
        var step = SlotRules.InFlight(SightOf(slot, receipt, count), _options.Confirmations);
        if (step.IsInvented) Refuse(receipt!);
        if (step.Course is SlotCourse.Push or SlotCourse.Doubt && step.IsNews) TakeOut(slot);
        switch (step.Course)
        {
            case SlotCourse.Push:
                slot.UsedUp = null;
                _unmined.Add(slot);
                break;
            case SlotCourse.Doubt:
                (slot.UsedUp, var isForeign) = await AskAgainAsync(slot.UsedUp ?? UsedNow(slot.Nonce), cancellation).ConfigureAwait(false);
                if (!isForeign) return;
                await TripForeignAsync(slot.Nonce, cancellation).ConfigureAwait(false);
                await AbandonAsync(slot, AbandonReason.ForeignNonce, cancellation).ConfigureAwait(false);
                break;
            case SlotCourse.Include or SlotCourse.Settle:
                var hasReleased = step.IsNews && await IncludeAsync(slot, receipt!, cancellation).ConfigureAwait(false);
                if (step.Course == SlotCourse.Settle) await SettleAsync(slot, receipt!, cancellation).ConfigureAwait(false);
                // Only now, since the outcome may make an account back off.
                if (hasReleased) TellReleased();
                break;
        }
    }

    /// <summary>Carries out what the head makes of a settled slot that a reorg may have taken out.</summary>
    private async Task FollowSettledAsync(Slot slot, Receipt? receipt, ulong count, CancellationToken cancellation)
    {
        switch (SlotRules.Settled(SightOf(slot, receipt, count)))
        {
            case SlotCourse.Reopen:
                await ReopenAsync(slot, cancellation).ConfigureAwait(false);
                break;
            case SlotCourse.Doubt:
                await DoubtAsync(slot, cancellation).ConfigureAwait(false);
                break;
            case SlotCourse.Wait:
                _isReorgUnchecked = true;
                break;
            case SlotCourse.Rejudge when await HasChangedAsync(slot, receipt!, cancellation).ConfigureAwait(false):
                await ReopenAsync(slot, cancellation).ConfigureAwait(false);
                break;
            default:
                (slot.Receipt, slot.UsedUp) = (receipt, null);
                Release(slot.Accounts, slot.OfferId);
                break;
        }
    }

    /// <summary>
    /// After a reorg the nonce of a settled transaction is used and nothing of ours has its receipt: a node is still on the old branch,
    /// which the next head asks again, or somebody else has used it there.
    /// </summary>
    private async Task DoubtAsync(Slot settled, CancellationToken cancellation)
    {
        (settled.UsedUp, var isForeign) = await AskAgainAsync(settled.UsedUp ?? UsedNow(settled.Nonce), cancellation).ConfigureAwait(false);
        if (!isForeign)
        {
            _isReorgUnchecked = true;
            return;
        }
        await TripForeignAsync(settled.Nonce, cancellation).ConfigureAwait(false);
        _settled.TryRemove(settled.Nonce, out _);
        Release(settled.Accounts, settled.OfferId);
    }

    /// <summary>A node may invent a block, or be on a branch that is not the one followed here.</summary>
    private bool IsOfTheChain(Receipt receipt)
    {
        if (!_blocks.Deny(receipt)) return true;
        Refuse(receipt);
        return false;
    }

    private void Refuse(Receipt receipt)
    {
        SenderInstruments.ReceiptRefused();
        SenderLog.ReceiptRefused(logger, receipt.TransactionHash, receipt.BlockNumber, receipt.BlockHash);
    }

    /// <summary>For the gate of a dry run, which looks at what a transaction may cost.</summary>
    private async Task ReadBalanceAsync(CancellationToken cancellation)
    {
        try
        {
            _balance = await chain.GetBalanceAsync(settings.Operator, BlockId.Latest, cancellation).ConfigureAwait(false);
        }
        catch (ChainException)
        {
            // The next head asks again.
            _balance = null;
        }
    }

    /// <summary>A block that was not known of it holds one of its attempts.</summary>
    /// <returns>Whether any of its accounts was open until now.</returns>
    private async Task<bool> IncludeAsync(Slot slot, Receipt receipt, CancellationToken cancellation)
    {
        if (slot.Receipt is null && slot.BroadcastAt is { } at)
            SenderInstruments.Included(time.GetElapsedTime(at), receipt.BlockNumber - Math.Min(receipt.BlockNumber, slot.FirstSignedBlock));
        (slot.Receipt, slot.IsOut) = (receipt, true);
        var (price, source) = CoinPriceNow;
        await AppendAsync(
            [
                new JournalEntry.Mined(
                    slot.Plan, receipt.TransactionHash, receipt.BlockNumber, receipt.BlockHash, receipt.Succeeded, receipt.GasUsed, receipt.EffectiveGasPrice,
                    await TimeOfAsync(receipt, cancellation).ConfigureAwait(false), receipt.L1Fee, price, source),
            ],
            cancellation).ConfigureAwait(false);
        var wasOpen = slot.Accounts.Any(IsOpen);
        Release(slot.Accounts, slot.OfferId);
        return wasOpen;
    }

    /// <summary>A reorg took out the block that held it: it is in flight again.</summary>
    private void TakeOut(Slot slot)
    {
        slot.Receipt = null;
        SenderInstruments.TakenByReorg();
        SenderLog.TakenByReorg(logger, slot.Newest.Hash, slot.Nonce);
        foreach (var account in slot.Accounts) _open.TryAdd(account, slot.OfferId);
    }

    /// <summary>
    /// A reorg has taken a settled transaction out of the chain. The journal's plan is over, so that the same bytes begin
    /// another one; left alone, its free nonce would hold up every transaction after it.
    /// </summary>
    private async Task ReopenAsync(Slot settled, CancellationToken cancellation)
    {
        var attempts = settled.Attempts.Select((attempt, index) => ToEntry(attempt, plan: 0, settled.Nonce, index));
        var sequence = await AppendAsync([settled.Intent, .. attempts], cancellation).ConfigureAwait(false);
        var slot = new Slot(sequence, settled.Intent, settled.OfferId, settled.LastSignedBlock)
        {
            // Whether the price is there is seen by a simulation.
            IsOut = true, Behind = null, GivenUp = settled.GivenUp, Outcomes = settled.Outcomes, CountedCost = settled.CountedCost, CountedReward = settled.CountedReward,
        };
        foreach (var attempt in settled.Attempts) Add(slot, new Attempt(attempt.Hash, attempt.Raw, attempt.Fees, attempt.IsCancel, attempt.PrivateUntil));
        _slots.Add(slot.Nonce, slot);
        _settled.TryRemove(slot.Nonce, out _);
        _tally.Undo(slot.Nonce);
        foreach (var account in slot.Accounts) _open.TryAdd(account, slot.OfferId);
        SenderInstruments.TakenByReorg();
        SenderLog.TakenByReorg(logger, slot.Newest.Hash, slot.Nonce);
    }

    /// <summary>Whether a settled transaction, which a reorg moved to another block, ended otherwise there.</summary>
    private async Task<bool> HasChangedAsync(Slot settled, Receipt receipt, CancellationToken cancellation)
    {
        if (settled.Outcomes.Count == 0) return false;
        var judged = await JudgeAsync(settled, receipt, cancellation).ConfigureAwait(false);
        return !judged.Select(entry => (entry.Outcome.Account, entry.Outcome.Outcome)).ToHashSet().SetEquals(settled.Outcomes.Select(entry => (entry.Account, entry.Outcome)));
    }

    /// <summary>None of the slot's transactions can be mined any more.</summary>
    private async Task AbandonAsync(Slot slot, AbandonReason reason, CancellationToken cancellation)
    {
        await CloseAsync(slot, new JournalEntry.Abandoned(slot.Plan, Label.Of(reason)), cancellation).ConfigureAwait(false);
        foreach (var _ in slot.Accounts) SenderInstruments.Abandoned(reason);
        Count(slot, [.. slot.Accounts.Select(account => new AccountOutcome(account, Outcome.Abandoned, Label.Of(reason)))]);
    }

    private async Task CloseAsync(Slot slot, JournalEntry entry, CancellationToken cancellation)
    {
        await AppendAsync([entry], cancellation).ConfigureAwait(false);
        _slots.Remove(slot.Nonce);
        // Before the accounts: OnReorg opens those of the slots that it finds here.
        foreach (var attempt in slot.Attempts) _byHash.TryRemove(attempt.Hash, out _);
        Release(slot.Accounts, slot.OfferId);
    }
}
