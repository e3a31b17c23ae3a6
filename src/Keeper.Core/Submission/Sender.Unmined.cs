using Keeper.Core.Chain;
using Keeper.Core.Journal;
using Keeper.Core.Primitives;
using Keeper.Core.Telemetry;

namespace Keeper.Core.Submission;

public sealed partial class Sender
{
    /// <summary>Slots that this head left unmined, by nonce.</summary>
    private readonly List<Slot> _unmined = [];

    /// <summary>
    /// Every slot that is still to be mined: simulated where this head's state is another than that of its last simulation, then kept
    /// alive, bid up or cancelled. The lowest nonce goes first: without it no node takes those after it.
    /// </summary>
    private async Task PushAsync(CancellationToken cancellation)
    {
        var previews = await PreviewAsync(cancellation).ConfigureAwait(false);
        foreach (var slot in _unmined)
        {
            var isFirst = ReferenceEquals(slot, _unmined[0]);
            await PushAsync(slot, isFirst, IsForsaken(slot) ? Forsaken : previews.GetValueOrDefault(slot), cancellation).ConfigureAwait(false);
        }
    }

    private async Task PushAsync(Slot slot, bool isFirst, Preview preview, CancellationToken cancellation)
    {
        var (head, newest) = (_head!.Block, slot.Newest);
        slot.SignedAt ??= time.GetTimestamp();
        if (newest.IsCancel && head.Timestamp < slot.Intent.Deadline) slot.GivenUp ??= "cancelled before a restart";
        var view = new SendState.View(
            newest.Fees, newest.IsCancel, slot.LastSignedBlock >= head.Number, (slot.Behind is null || newest.IsCancel) && time.GetElapsedTime(slot.SignedAt.Value) >= settings.BumpAfter,
            newest.Answer, isFirst, head.Timestamp >= slot.Intent.Deadline,
            SendState.Urgency(slot.Intent.Basis.Timestamp, head.Timestamp, slot.Intent.Deadline), newest.IsCancel ? slot.Intent.MaxPricePerGas : LimitOf(slot), preview);
        if (slot.IsWithheld && preview.Kind == PreviewKind.Unknown && !view.DeadlinePassed) return;
        slot.IsWithheld = false;
        switch (SendState.Decide(view, _head.Gas, _options))
        {
            case SlotAction.Wait:
                return;
            case SlotAction.Bump(var fees):
                if (await ReplaceAsync(slot, fees, newest.IsCancel, cancellation).ConfigureAwait(false))
                    SenderLog.Bumped(logger, slot.Nonce, slot.Attempts.Count, fees.MaxFeePerGas.ToString());
                else SenderInstruments.Rebroadcast();
                break;
            case SlotAction.Cancel(var fees, var why):
                await CancelAsync(slot, fees, why, isEarly: !view.DeadlinePassed, cancellation).ConfigureAwait(false);
                break;
            case SlotAction.Rebroadcast(var capHit):
                if (capHit) SenderInstruments.FeeCapHit();
                SenderInstruments.Rebroadcast();
                break;
        }
        await BroadcastAsync(slot, _head.Gas, cancellation).ConfigureAwait(false);
    }

    /// <summary>Asks in one request what would become of each call on the state of this head.</summary>
    private async Task<Dictionary<Slot, Preview>> PreviewAsync(CancellationToken cancellation)
    {
        var head = _head!.Block;
        // On an older state than that of the decision its price is not there yet.
        var asked = _unmined.Where(slot => !slot.Newest.IsCancel && slot.Behind is null && slot.SimulatedAt != head.Hash && head.Timestamp < slot.Intent.Deadline
            && (!slot.Intent.FromHint || head.Number >= slot.KnownFrom)).ToArray();
        if (asked.Length == 0) return [];
        foreach (var slot in asked) slot.SimulatedAt = head.Hash;
        try
        {
            var results = await chain.CallAsync([.. asked.Select(slot => CallOf(slot, slot.Newest.Fees, Affordable(slot.Newest.Fees)))], BlockId.At(head), cancellation).ConfigureAwait(false);
            return asked.Zip(results).ToDictionary(pair => pair.First, pair => PreviewOf(pair.First, pair.Second));
        }
        catch (ChainException error)
        {
            SenderLog.PreviewFailed(logger, error.Message);
            return [];
        }
    }

    /// <summary>Whether the call would do what it is for with these fees, on the state that it was simulated on last.</summary>
    private async Task<bool> WouldPayAsync(Slot slot, Fees fees, CancellationToken cancellation)
    {
        try
        {
            var results = await chain.CallAsync([CallOf(slot, fees, fees)], new BlockId.ByHash(slot.SimulatedAt), cancellation).ConfigureAwait(false);
            return PreviewOf(slot, results[0]).Kind == PreviewKind.Pays;
        }
        catch (ChainException error)
        {
            SenderLog.PreviewFailed(logger, error.Message);
            return false;
        }
    }

    /// <param name="offered">What the attempt offers, from which its calldata follows.</param>
    /// <param name="run">What it is run with.</param>
    private CallRequest CallOf(Slot slot, Fees offered, Fees run) =>
        new(settings.Executor, slot.DataFor(offered), settings.Operator, slot.Intent.GasLimit, run.MaxFeePerGas, run.MaxPriorityFeePerGas);

    /// <summary>A node runs no call below the base fee, and what waits for a lower one must be judged meanwhile.</summary>
    private Fees Affordable(Fees fees) =>
        fees.IsLegacy || fees.MaxFeePerGas >= _head!.Gas.BaseFee ? fees : fees with { MaxFeePerGas = _head.Gas.BaseFee + fees.MaxPriorityFeePerGas };

    private Preview PreviewOf(Slot slot, CallResult result) =>
        Preview.Of(result, slot.Intent.Items.Count, (item, data) => Explain(slot.Intent.Items[item].Account, data.Span).Detail);

    /// <summary>The calldata of the attempt with this hash.</summary>
    private static ReadOnlyMemory<byte> DataOf(Slot slot, Hash32 hash) =>
        slot.Attempts.Find(attempt => attempt.Hash == hash) is { } attempt ? slot.DataFor(attempt.Fees) : slot.Intent.Data;
}
