using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Journal;
using Keeper.Core.Primitives;
using Keeper.Core.Telemetry;
using Microsoft.Extensions.Logging;

namespace Keeper.Core.Submission;

public sealed partial class Sender
{
    /// <summary>A transfer to an account without code.</summary>
    private static readonly Gas CancelGas = new(21_000);

    /// <summary>Heads for which a nonce may be used up without a receipt of ours, since a node may serve the one before the other.</summary>
    private const int MaxHeadsWithoutReceipt = 3;

    private readonly Queue<(ulong Deadline, long Offer, string[] Accounts)> _dryRuns = new();

    private async Task WatchAsync(Head head, CancellationToken cancellation)
    {
        _head = head;
        while (_dryRuns.TryPeek(out var held) && held.Deadline < head.Block.Timestamp) Release(held.Accounts, _dryRuns.Dequeue().Offer);
        if (signer is null)
        {
            readiness.Succeeded(Component);
            return;
        }
        var isReorgUnchecked = Interlocked.Exchange(ref _isReorgUnchecked, false);
        try
        {
            foreach (var (nonce, slot) in _settled)
            {
                if (slot.Receipt!.BlockNumber + (ulong)settings.Profile.FinalityDepth < head.Block.Number) _settled.TryRemove(nonce, out _);
            }
            // A receipt is asked for again only after a reorg: a node that lags must not make a settled slot seem lost.
            var doubted = isReorgUnchecked ? _settled.Values.OrderBy(slot => slot.Nonce).ToArray() : [];
            var hashes = _slots.Values.Concat(doubted).SelectMany(slot => slot.Attempts.Select(attempt => attempt.Hash)).ToArray();
            var receipts = hashes.Length == 0 ? Task.FromResult<IReadOnlyList<Receipt?>>([]) : chain.GetReceiptsAsync(hashes, cancellation);
            var count = chain.GetTransactionCountAsync(settings.Operator, BlockId.Latest, cancellation);
            var balance = chain.GetBalanceAsync(settings.Operator, BlockId.Latest, cancellation);
            await Task.WhenAll(receipts, count, balance).ConfigureAwait(false);

            _balance = balance.Result;
            if (_lacking <= _balance)
            {
                _lacking = null;
                readiness.Succeeded(Wallet);
            }
            SenderInstruments.Wallet((double)_balance.Value.Value);
            SenderInstruments.Nonces(_nextNonce, count.Result);
            if (count.Result > _nextNonce && _halted is null)
            {
                SenderInstruments.ForeignTransaction();
                Halt($"nonce {_nextNonce} of {settings.Operator} was used by a transaction that the journal does not know");
            }
            var found = receipts.Result.OfType<Receipt>().Where(IsOfTheChain).ToLookup(receipt => receipt.TransactionHash);
            foreach (var slot in doubted)
            {
                var receipt = slot.Attempts.SelectMany(attempt => found[attempt.Hash]).FirstOrDefault();
                if (receipt is null && slot.Nonce >= count.Result) await ReopenAsync(slot, cancellation).ConfigureAwait(false);
                else if (receipt?.BlockNumber > head.Block.Number) _isReorgUnchecked = true;
                else
                {
                    slot.Receipt = receipt ?? slot.Receipt;
                    Release(slot.Accounts, slot.OfferId);
                }
            }
            var isFirst = true;
            foreach (var slot in _slots.Values.ToArray())
            {
                var receipt = slot.Attempts.SelectMany(attempt => found[attempt.Hash]).FirstOrDefault();
                // The mirror does not know a block above its head: an account released by it would be planned once more on the old state.
                if (receipt?.BlockNumber > head.Block.Number) continue;
                // No transaction is in a block while its nonce is free: the one of the two answers is wrong, and the bytes go out again.
                if (receipt is not null && slot.Receipt is null && count.Result <= slot.Nonce)
                {
                    Refuse(receipt);
                    receipt = null;
                }
                if (receipt is not null) await IncludedAsync(slot, receipt, cancellation).ConfigureAwait(false);
                else await UnminedAsync(slot, isFirst, count.Result, cancellation).ConfigureAwait(false);
                isFirst &= receipt is not null;
            }
            SenderInstruments.Slots(_slots.Count);
            if (_halted is null) readiness.Succeeded(Component);
        }
        catch (ChainException error)
        {
            // The next head asks again; meanwhile nothing is known to have changed.
            if (isReorgUnchecked) Interlocked.Exchange(ref _isReorgUnchecked, true);
            SenderLog.WatchFailed(logger, error.Message);
        }
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

    private async Task IncludedAsync(Slot slot, Receipt receipt, CancellationToken cancellation)
    {
        var wasOpen = false;
        if (slot.Receipt?.BlockHash != receipt.BlockHash)
        {
            if (slot.Receipt is null && slot.BroadcastAt is { } at)
                SenderInstruments.Included(time.GetElapsedTime(at), receipt.BlockNumber - Math.Min(receipt.BlockNumber, slot.FirstSignedBlock));
            slot.Receipt = receipt;
            await AppendAsync(
                [new JournalEntry.Mined(slot.Plan, receipt.TransactionHash, receipt.BlockNumber, receipt.BlockHash, receipt.Succeeded, receipt.GasUsed, receipt.EffectiveGasPrice)],
                cancellation).ConfigureAwait(false);
            wasOpen = slot.Accounts.Any(IsOpen);
            Release(slot.Accounts, slot.OfferId);
        }
        if (_head!.Block.Number + 1 >= receipt.BlockNumber + (ulong)_options.Confirmations) await SettleAsync(slot, receipt, cancellation).ConfigureAwait(false);
        // Only now, since the outcome may make an account back off.
        if (wasOpen) Interlocked.Exchange(ref _released, NewSignal()).TrySetResult();
    }

    private async Task UnminedAsync(Slot slot, bool isFirst, ulong count, CancellationToken cancellation)
    {
        if (slot.Receipt is not null)
        {
            slot.Receipt = null;
            SenderInstruments.TakenByReorg();
            SenderLog.TakenByReorg(logger, slot.Newest.Hash, slot.Nonce);
            foreach (var account in slot.Accounts) _open.TryAdd(account, slot.OfferId);
        }
        if (count > slot.Nonce)
        {
            if (++slot.HeadsWithoutReceipt < MaxHeadsWithoutReceipt) return;
            SenderInstruments.ForeignTransaction();
            Halt($"nonce {slot.Nonce} of {settings.Operator} was used by a transaction that the journal does not know");
            await CloseAsync(slot, new JournalEntry.Abandoned(slot.Plan, "foreign nonce use"), cancellation).ConfigureAwait(false);
            foreach (var account in slot.Accounts) Count(account, Outcome.Abandoned, "foreign nonce use");
            return;
        }
        slot.HeadsWithoutReceipt = 0;

        var newest = slot.Newest;
        var view = new SendState.View(
            newest.Fees, newest.IsCancel, _head!.Block.Number - Math.Min(slot.LastSignedBlock, _head.Block.Number), newest.Answer is SendError.None or SendError.Known, isFirst,
            _head.Block.Timestamp >= slot.Intent.Deadline, slot.Intent.MaxPricePerGas);
        switch (SendState.Decide(view, _head.Gas, _options))
        {
            case SlotAction.Wait:
                return;
            case SlotAction.Bump(var fees):
                if (await ReplaceAsync(slot, fees, newest.IsCancel, cancellation).ConfigureAwait(false))
                    SenderLog.Bumped(logger, slot.Nonce, slot.Attempts.Count, fees.MaxFeePerGas.ToString());
                break;
            case SlotAction.Cancel(var fees):
                if (await ReplaceAsync(slot, fees, isCancel: true, cancellation).ConfigureAwait(false))
                    SenderLog.Cancelling(logger, slot.Nonce, slot.Intent.Deadline);
                break;
            case SlotAction.Rebroadcast(var capHit):
                if (capHit) SenderInstruments.FeeCapHit();
                SenderInstruments.Rebroadcast();
                break;
        }
        await BroadcastAsync(slot, _head.Gas, cancellation).ConfigureAwait(false);
    }

    /// <summary>
    /// A reorg has taken a settled transaction out of the chain. The journal's plan is over, so that the same bytes begin
    /// another one; left alone, its free nonce would hold up every transaction after it.
    /// </summary>
    private async Task ReopenAsync(Slot settled, CancellationToken cancellation)
    {
        var attempts = settled.Attempts.Select((attempt, index) => ToEntry(attempt, plan: 0, settled.Nonce, index));
        var sequence = await AppendAsync([settled.Intent, .. attempts], cancellation).ConfigureAwait(false);
        var slot = new Slot(sequence, settled.Intent, settled.OfferId, settled.LastSignedBlock);
        foreach (var attempt in settled.Attempts) Add(slot, new Attempt(attempt.Hash, attempt.Raw, attempt.Fees, attempt.IsCancel));
        _slots.Add(slot.Nonce, slot);
        _settled.TryRemove(slot.Nonce, out _);
        foreach (var account in slot.Accounts) _open.TryAdd(account, slot.OfferId);
        SenderInstruments.TakenByReorg();
        SenderLog.TakenByReorg(logger, slot.Newest.Hash, slot.Nonce);
    }

    private async Task SettleAsync(Slot slot, Receipt receipt, CancellationToken cancellation)
    {
        var outcomes = await OutcomesAsync(slot, receipt, cancellation).ConfigureAwait(false);
        await CloseAsync(slot, new JournalEntry.Settled(slot.Plan, receipt.TransactionHash, outcomes), cancellation).ConfigureAwait(false);
        _settled[slot.Nonce] = slot;
        var cost = receipt.EffectiveGasPrice * receipt.GasUsed;
        _budget.Settle(slot.Nonce, _head!.Block.Timestamp, cost);
        SenderInstruments.Spent((double)cost.Value / 1e18, receipt.Succeeded);
        foreach (var (account, outcome, detail) in outcomes)
        {
            Count(account, outcome, detail);
            if (outcome == Outcome.Reverted) _backoff.Arm(account, receipt.BlockNumber);
            else _backoff.Clear(account);
        }
        SenderLog.Settled(logger, receipt.TransactionHash, slot.Nonce, receipt.BlockNumber, outcomes.Count(entry => entry.Outcome == Outcome.Won), outcomes.Count, receipt.GasUsed.Value);
    }

    /// <summary>What the receipt says of each account. "Won" is said only here.</summary>
    private async Task<IReadOnlyList<AccountOutcome>> OutcomesAsync(Slot slot, Receipt receipt, CancellationToken cancellation)
    {
        if (slot.Attempts.Any(attempt => attempt.Hash == receipt.TransactionHash && attempt.IsCancel)) return All(Outcome.Expired, "cancelled");
        if (!receipt.Succeeded)
        {
            var reason = await ReplayAsync(slot, receipt, cancellation).ConfigureAwait(false);
            return reason switch
            {
                nameof(ExecutorCall.DeadlinePassed) => All(Outcome.Expired, reason),
                // The batch would have run at a loss, since somebody else had taken enough of it.
                nameof(ExecutorCall.MinProfitNotMet) => All(Outcome.Raced, reason),
                _ => All(Outcome.Reverted, reason),
            };
        }
        try
        {
            foreach (var (token, amount) in ExecutorCall.DecodeProfits(receipt, settings.Executor))
            {
                var known = _head!.Tokens.FirstOrDefault(reward => reward.Address == token);
                if (known.Address == token) SenderInstruments.Rewarded(known.ToUsd(amount).ToDouble());
            }
            var results = ExecutorCall.DecodeItems(receipt, settings.Executor);
            return slot.Intent.Items.Select((item, index) => (item.Account, Index: index)).GroupBy(item => item.Account)
                .Select(group => Judge(group.Key, group.Select(item => results.GetValueOrDefault(item.Index)).ToArray())).ToArray();
        }
        catch (Exception error) when (error is AbiException or OverflowException)
        {
            return All(Outcome.Reverted, $"the executor's logs are malformed: {error.Message}");
        }

        AccountOutcome[] All(Outcome outcome, string detail) => slot.Accounts.Select(account => new AccountOutcome(account, outcome, detail)).ToArray();
    }

    private AccountOutcome Judge(string account, ItemResult[] items)
    {
        if (items.Any(item => item.Succeeded)) return new(account, Outcome.Won, null);
        var protocol = protocols.FirstOrDefault(protocol => account.StartsWith(protocol.Settings.Name + ":", StringComparison.Ordinal));
        var failure = protocol?.Explain(items[0].Data.Span) ?? new(false, "the protocol is not configured any more");
        return new(account, failure.NoLongerNeeded ? Outcome.Raced : Outcome.Reverted, failure.Detail);
    }

    /// <summary>Asks why a mined transaction failed, by running it again on the state after its block.</summary>
    private async Task<string> ReplayAsync(Slot slot, Receipt receipt, CancellationToken cancellation)
    {
        try
        {
            var call = new CallRequest(settings.Executor, slot.Intent.Data, settings.Operator, slot.Intent.GasLimit);
            var result = (await chain.CallAsync([call], BlockId.At(receipt.BlockNumber), cancellation).ConfigureAwait(false))[0];
            return result is CallResult.Returned ? "reverted on chain, but not when run again after its block" : Describe(result);
        }
        catch (ChainException error)
        {
            return $"reverted; the reason could not be read: {error.Message}";
        }
    }

    private async Task CloseAsync(Slot slot, JournalEntry entry, CancellationToken cancellation)
    {
        await AppendAsync([entry], cancellation).ConfigureAwait(false);
        _slots.Remove(slot.Nonce);
        // Before the accounts: OnReorg opens those of the slots that it finds here.
        foreach (var attempt in slot.Attempts) _byHash.TryRemove(attempt.Hash, out _);
        Release(slot.Accounts, slot.OfferId);
    }

    private void Count(string account, Outcome outcome, string? detail)
    {
        SenderInstruments.Settled(outcome);
        if (outcome == Outcome.Won) SenderLog.Liquidated(logger, account);
        // A race that was lost is everyday life.
        else SenderLog.NotLiquidated(logger, outcome == Outcome.Raced ? LogLevel.Information : LogLevel.Warning, account, Label.Of(outcome), detail);
    }
}
