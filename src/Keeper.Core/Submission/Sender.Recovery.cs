using Keeper.Core.Chain;
using Keeper.Core.Journal;
using Keeper.Core.Primitives;
using Keeper.Core.Telemetry;

namespace Keeper.Core.Submission;

public sealed partial class Sender
{
    /// <summary>
    /// Takes up what the journal left open, before <see cref="RunAsync"/>: the same bytes go out again, the accounts are open,
    /// and the next nonce follows the highest one ever signed.
    /// </summary>
    /// <exception cref="JournalException">The journal speaks of transactions that this chain does not know.</exception>
    /// <exception cref="ChainException">The chain could not be asked.</exception>
    public async Task RecoverAsync(Head head, CancellationToken cancellation)
    {
        _head = head;
        readiness.Expect(Component, TimeSpan.FromSeconds(Math.Max(30, 10 * settings.Profile.BlockTime.TotalSeconds)));
        var count = await chain.GetTransactionCountAsync(settings.Operator, BlockId.Latest, cancellation).ConfigureAwait(false);
        var recovered = await Recovery.FoldAsync(journal.ReadAsync(0, cancellation), settings.Operator, cancellation).ConfigureAwait(false);
        _nextNonce = Math.Max(count, recovered.NextNonce ?? 0);

        if (recovered.NextNonce is { } next)
        {
            var firstOpen = recovered.Open.Count > 0 ? recovered.Open[0].Intent.Nonce : next;
            if (count < firstOpen)
            {
                throw new JournalException(
                    $"The journal has settled transactions of {settings.Operator} up to nonce {firstOpen - 1}, but this chain knows only {count} of them: it is another chain, or was reset. Name a new file in journal.path.");
            }
            if (count > next)
            {
                SenderInstruments.ForeignTransaction();
                Halt($"nonce {next} of {settings.Operator} was used by a transaction that the journal does not know");
            }
        }
        if (signer is null) return;
        foreach (var plan in recovered.Open)
        {
            var slot = new Slot(plan.Plan, plan.Intent, Interlocked.Increment(ref _offers), head.Block.Number);
            foreach (var signed in plan.Attempts) Add(slot, new Attempt(signed.Hash, signed.Raw, signed.Fees, signed.IsCancel));
            foreach (var account in slot.Accounts) _open[account] = slot.OfferId;
            _slots.Add(slot.Nonce, slot);
        }
        SenderLog.Recovered(logger, _slots.Count, _nextNonce);
        // What was mined meanwhile is settled before the first decision; the rest goes out again.
        await WatchAsync(head, cancellation).ConfigureAwait(false);
    }
}
