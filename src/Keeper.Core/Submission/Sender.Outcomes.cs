using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Journal;
using Keeper.Core.Primitives;
using Keeper.Core.Submission.Breakers;
using Keeper.Core.Submission.Rivals;
using Keeper.Core.Telemetry;
using Microsoft.Extensions.Logging;

namespace Keeper.Core.Submission;

public sealed partial class Sender
{
    private async Task SettleAsync(Slot slot, Receipt receipt, CancellationToken cancellation)
    {
        var judged = await JudgeAsync(slot, receipt, cancellation).ConfigureAwait(false);
        var outcomes = judged.Select(entry => entry.Outcome).ToArray();
        var paid = PaidBy(receipt);
        // Before it leaves the open ones: a reorg must find it in one of the two.
        _settled[slot.Nonce] = slot;
        await CloseAsync(slot, new JournalEntry.Settled(slot.Plan, receipt.TransactionHash, outcomes, paid, MovedBy(receipt)), cancellation).ConfigureAwait(false);
        Count(slot, receipt, outcomes, paid);
        LearnGas(slot, receipt, outcomes);
        foreach (var (outcome, pause) in judged)
        {
            if (pause is { } reason) _backoff.Arm(outcome.Account, reason, receipt.BlockNumber);
            else if (outcome.Outcome == Outcome.Won) _backoff.Forget(outcome.Account);
        }
        SenderLog.Settled(logger, receipt.TransactionHash, slot.Nonce, receipt.BlockNumber, outcomes.Count(entry => entry.Outcome == Outcome.Won), outcomes.Length, receipt.GasUsed.Value);
    }

    /// <summary>Items that failed used less than they would have: only a transaction without one teaches what they use.</summary>
    private void LearnGas(Slot slot, Receipt receipt, AccountOutcome[] outcomes)
    {
        if (outcomes.Any(entry => entry.Detail == ExecutorCall.InsufficientGas)) Experience.Forget(slot.Calls);
        if (outcomes.Any(entry => entry.Outcome != Outcome.Won)) return;
        var items = ExecutorCall.DecodeItems(receipt, settings.Executor);
        if (items.Count == slot.Calls.Count && items.Values.All(item => item.Succeeded)) Experience.Learn(slot.Calls, receipt.GasUsed);
    }

    /// <summary>What became of each account of a mined transaction. "Won" is said only by its receipt.</summary>
    private async Task<IReadOnlyList<Judged>> JudgeAsync(Slot slot, Receipt receipt, CancellationToken cancellation)
    {
        if (slot.Attempts.Any(attempt => attempt.Hash == receipt.TransactionHash && attempt.IsCancel))
        {
            return slot.Accounts.Select(account => Judgement.OfCancelled(account, slot.GivenUp, First(account))).ToArray();
        }
        if (!receipt.Succeeded) return await JudgeRevertAsync().ConfigureAwait(false);
        try
        {
            var results = ExecutorCall.DecodeItems(receipt, settings.Executor);
            var items = slot.Intent.Items.Select((_, index) => results.GetValueOrDefault(index)).ToArray();
            var touched = ActivityIn(receipt.Logs).Select(activity => activity.Account).ToHashSet();
            return FatesOf(AccountsOf(slot.Intent), items)
                .Select(pair => Judgement.OfMined(pair.Key, Judgement.Witnessed(pair.Value, touched.Contains(pair.Key)), First(pair.Key))).ToArray();
        }
        catch (AbiException error)
        {
            return slot.Accounts.Select(account => new Judged(new(account, Outcome.Reverted, $"the executor's logs are malformed: {error.Message}"), BackoffReason.Reverted)).ToArray();
        }

        async Task<IReadOnlyList<Judged>> JudgeRevertAsync()
        {
            var (reason, fates) = await ReplayAsync(slot, receipt, cancellation).ConfigureAwait(false);
            if (reason == nameof(ExecutorCall.DeadlinePassed)) return slot.Accounts.Select(account => new Judged(new(account, Outcome.Expired, reason))).ToArray();
            var culprits = fates.Where(pair => pair.Value is Fate.Fails or Fate.Breaks || First(pair.Key) is { IsOurs: false }).Select(pair => pair.Key).ToHashSet();
            return fates.Select(pair => Judgement.OfReverted(pair.Key, reason, pair.Value, First(pair.Key), culprits.Count > 0)).ToArray();
        }

        // A liquidation by this very transaction is no earlier one.
        Sighting? First(string account) => _rivals.Find(account, slot.Intent.Basis.Number, receipt.BlockNumber) is { } sighting && sighting.Transaction != receipt.TransactionHash ? sighting : null;
    }

    /// <summary>
    /// Counts each account once for each nonce. Where a reorg led to another outcome after one was counted, both are: the one that no
    /// longer holds also as revised, since a counter can't fall.
    /// </summary>
    private void Count(Slot slot, Receipt receipt, AccountOutcome[] outcomes, IReadOnlyList<PaidToken>? paid)
    {
        Count(slot, outcomes);
        var cost = receipt.Fee;
        _budget.Settle(slot.Nonce, _head!.Block.Timestamp, cost);
        _tally.Settle(slot.Nonce, cost, TransactionTally.FateOf(outcomes.Select(outcome => outcome.Outcome)));
        var reward = (paid ?? []).Aggregate(Usd.Zero, (sum, token) => sum + (token.Value ?? Usd.Zero));
        if (cost > slot.CountedCost) SenderInstruments.Spent((double)(cost - slot.CountedCost).Value / 1e18, receipt.Succeeded);
        if (reward > slot.CountedReward) SenderInstruments.Rewarded((reward - slot.CountedReward).ToDouble());
        (slot.CountedCost, slot.CountedReward) = (Wei.Max(cost, slot.CountedCost), reward > slot.CountedReward ? reward : slot.CountedReward);
    }

    private void Count(Slot slot, AccountOutcome[] outcomes)
    {
        foreach (var entry in outcomes)
        {
            var before = slot.Outcomes.FirstOrDefault(known => known.Account == entry.Account);
            if (before?.Outcome == entry.Outcome) continue;
            if (before is not null) SenderInstruments.Revised(before.Outcome);
            SenderInstruments.Settled(entry.Outcome);
            if (entry.Outcome == Outcome.Won) SenderLog.Liquidated(logger, entry.Account);
            // A race that was lost is everyday life.
            else SenderLog.NotLiquidated(
                logger, entry.Outcome is Outcome.Raced or Outcome.Superseded ? LogLevel.Information : LogLevel.Warning, entry.Account, Label.Of(entry.Outcome),
                entry.Rival is { } rival ? $"{entry.Detail}; {rival.Liquidator} was first, in block {rival.BlockNumber}" : entry.Detail);
        }
        slot.Outcomes = outcomes;
    }
}
