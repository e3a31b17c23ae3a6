using Keeper.Core.Chain;
using Keeper.Core.Journal;
using Keeper.Core.OrderFlow;
using Keeper.Core.Primitives;
using Keeper.Core.Telemetry;

namespace Keeper.Core.Submission;

public sealed partial class Sender
{
    /// <summary>
    /// The one place where signed bytes leave. Where they may go is decided each time, from the window that was journalled with them: for first sends,
    /// rebroadcasts, refills, earlier attempts, cancels, and what a process before this one signed.
    /// </summary>
    /// <returns>What was said to them, journalled where it is another word than the last; null where they may go nowhere yet.</returns>
    private async Task<SendError?> HandOutAsync(Slot slot, Attempt attempt, CancellationToken cancellation)
    {
        var newest = NewestBlock;
        var route = OrderFlowRules.RouteOf(attempt.PrivateUntil, newest, privateFlow is not null);
        if (route == Route.Held)
        {
            SenderInstruments.HeldBack();
            SenderLog.HeldBack(logger, attempt.Hash, slot.Nonce, attempt.PrivateUntil!.Value);
            return null;
        }
        // What a hint decided was signed for the block after the hinted one, which is the next head and not yet known.
        var next = Math.Max(newest, Math.Min(slot.LastSignedBlock, newest + 1)) + 1;
        var (answer, message) = route == Route.Private
            ? await privateFlow!.SendAsync(new(attempt.Raw, slot.Attempts[0].Hash, next, attempt.PrivateUntil!.Value), cancellation).ConfigureAwait(false)
            : await chain.SendRawTransactionAsync(attempt.Raw, cancellation).ConfigureAwait(false);
        slot.IsOut = true;
        SenderInstruments.HandedOut(route, answer);
        SenderInstruments.SendAnswered(answer);
        if (attempt.Answer != answer) await AppendAsync([new JournalEntry.Broadcast(slot.Plan, attempt.Hash, answer)], cancellation).ConfigureAwait(false);
        attempt.Answer = answer;
        if (answer is not (SendError.None or SendError.Known)) SenderLog.SendAnswered(logger, attempt.Hash, slot.Nonce, Label.Of(answer), message);
        await HeedAsync(slot, answer, cancellation).ConfigureAwait(false);
        return answer;
    }

    /// <param name="slot">Null for a first attempt.</param>
    private ulong? WindowOf(JournalEntry.Intended intent, Slot? slot) => slot is null
        ? OrderFlowRules.Window(Math.Max(NewestBlock, intent.Basis.Number + (intent.FromHint ? 1UL : 0)), privateFlow?.Blocks)
        : OrderFlowRules.WindowOfReplacement(slot.Attempts.Select(attempt => attempt.PrivateUntil), NewestBlock);

    /// <summary>The newest head that was told, handled or not.</summary>
    private ulong NewestBlock => (Volatile.Read(ref _newHead) ?? _head)?.Block.Number ?? 0;
}
