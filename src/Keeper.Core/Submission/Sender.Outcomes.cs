using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Journal;
using Keeper.Core.Telemetry;
using Microsoft.Extensions.Logging;

namespace Keeper.Core.Submission;

public sealed partial class Sender
{
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

    private void Count(string account, Outcome outcome, string? detail)
    {
        SenderInstruments.Settled(outcome);
        if (outcome == Outcome.Won) SenderLog.Liquidated(logger, account);
        // A race that was lost is everyday life.
        else SenderLog.NotLiquidated(logger, outcome == Outcome.Raced ? LogLevel.Information : LogLevel.Warning, account, Label.Of(outcome), detail);
    }
}
