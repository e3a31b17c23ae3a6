using System.Threading.Channels;
using Keeper.Core.Chain;
using Keeper.Core.Journal;
using Keeper.Core.Primitives;
using Keeper.Core.Submission.Breakers;
using Keeper.Core.Submission.Control;
using Keeper.Core.Telemetry;

namespace Keeper.Core.Submission;

public sealed partial class Sender
{
    /// <summary>Apart from the offers, so that the kill switch does not stand behind 256 of them.</summary>
    private readonly Channel<(ControlRequest Request, TaskCompletionSource<ControlAnswer> Answer)> _requests =
        Channel.CreateBounded<(ControlRequest, TaskCompletionSource<ControlAnswer>)>(new BoundedChannelOptions(16) { SingleReader = true });

    private ulong? _chainNonce;

    /// <summary>
    /// Hands an operator's request to the sender's task, before any offer that waits. After the answer to <see cref="ControlRequest.Halt"/>
    /// or <see cref="ControlRequest.Drain"/> nothing new is signed. Safe for concurrent use.
    /// </summary>
    /// <exception cref="OperationCanceledException">Nobody waits for the answer any more; the request may still be carried out.</exception>
    public async Task<ControlAnswer> AskAsync(ControlRequest request, CancellationToken cancellation)
    {
        var answer = new TaskCompletionSource<ControlAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        await _requests.Writer.WriteAsync((request, answer), cancellation).ConfigureAwait(false);
        // Wakes the task; where the channel is full it is awake.
        _commands.Writer.TryWrite(null);
        return await answer.Task.WaitAsync(cancellation).ConfigureAwait(false);
    }

    private async Task AnswerAsync(CancellationToken cancellation)
    {
        while (_requests.Reader.TryRead(out var asked))
        {
            string? refusal = null, said = null;
            try
            {
                (refusal, said) = asked.Request switch
                {
                    ControlRequest.Halt(var reason) => (null, await HaltAsync(reason, cancellation).ConfigureAwait(false)),
                    ControlRequest.Resume(var breaker) => await ResumeAsync(breaker, cancellation).ConfigureAwait(false),
                    ControlRequest.Drain => (null, Drain()),
                    ControlRequest.AdoptNonce(var next) => await AdoptAsync(next, cancellation).ConfigureAwait(false),
                    _ => (null, null),
                };
            }
            catch (ChainException error)
            {
                refusal = $"the chain could not be asked: {error.Message}";
            }
            asked.Answer.TrySetResult(new(refusal, said, Status()));
        }
    }

    private async Task<string> HaltAsync(string? reason, CancellationToken cancellation)
    {
        if (_board.Find(Breaker.Operator) is { } open) return $"was halted already: {open.Reason}";
        await TripAsync(Breaker.Operator, reason is { Length: > 0 } ? ForeignText.Clean(reason) : "halted by an operator", isManual: true, cancellation).ConfigureAwait(false);
        return "halted: nothing new is sent, what is in flight is brought to its end";
    }

    private string Drain()
    {
        _isDraining = true;
        TellBreakers();
        return _slots.Count == 0 ? "drained: nothing is in flight" : $"draining: {_slots.Count} in flight";
    }

    private async Task<(string? Refusal, string? Said)> ResumeAsync(Breaker? named, CancellationToken cancellation)
    {
        var wasDraining = _isDraining;
        if (named is null)
        {
            _isDraining = false;
            TellBreakers();
        }
        var breaker = named ?? Breaker.Operator;
        if (!_board.IsOpen(breaker)) return (null, wasDraining && named is null ? "does not drain any more" : $"{Label.Of(breaker)} was not open");
        if (RefusalToResume(breaker) is { } refusal) return (refusal, null);
        if (breaker == Breaker.CodeChanged) _code.Trust();
        await CloseBreakerAsync(breaker, "resumed by an operator", isManual: true, cancellation).ConfigureAwait(false);
        return (null, Halted is { } still ? $"{Label.Of(breaker)} is closed; still halted: {still}" : $"{Label.Of(breaker)} is closed");
    }

    private string? RefusalToResume(Breaker breaker)
    {
        switch (breaker)
        {
            case Breaker.ForeignNonce:
                return "somebody else used a nonce of the key: `keeper ctl adopt-nonce` takes it over when you know who, and closes the breaker";
            case Breaker.LostNonce when _chainNonce is { } count && LostNonceFrom(count) is { } lost:
                return $"{LostWord(lost)}. {FillThem}";
            case Breaker.Balance when IsTooDear:
                return $"a node says that the balance does not cover what is in flight: fund {settings.Operator}, and it closes by itself";
            case Breaker.Balance when _balance < settings.Breakers.MinBalance:
                return $"{_balance} wei are left, less than {settings.Breakers.MinBalance}: fund {settings.Operator}, and it closes by itself";
            case Breaker.CodeChanged when _code.IsAgainstPins:
                return $"{_code.Wrong[0].Reason}: change what the configuration pins, if the new code is right, and start anew";
            default:
                return null;
        }
    }

    /// <summary>
    /// Goes on behind an operator's own transactions. What the chain counts must be all that there is: a slot of ours that is open
    /// must follow on it without a gap, or have its receipt.
    /// </summary>
    private async Task<(string? Refusal, string? Said)> AdoptAsync(ulong? wanted, CancellationToken cancellation)
    {
        var count = await chain.GetTransactionCountAsync(settings.Operator, BlockId.Latest, cancellation).ConfigureAwait(false);
        _chainNonce = count;
        if (_isReorgUnchecked) return ("a reorg is being looked into: try again with the next block", null);
        if (_slots.Values.Where(slot => slot.Receipt is not null).Concat(_settled.Values).Select(slot => slot.Nonce).DefaultIfEmpty(0UL).Max() is var mined && mined >= count && mined > 0)
            return ($"the chain counts {count}, but nonce {mined} is one of ours that was mined: the node lags; try again with the next block", null);
        var open = _slots.Values.Where(slot => slot.Receipt is null).Select(slot => slot.Nonce).ToArray();
        if (NonceAdoption.Judge(count, _nextNonce, wanted, open, _board.IsOpen(Breaker.ForeignNonce) || _nextUsed is not null) is { } refusal) return (refusal, null);
        var next = Math.Max(count, open.Length == 0 ? 0 : open[^1] + 1);
        var reason = $"an operator took over every nonce below {next}";
        await CloseBreakerAsync(Breaker.ForeignNonce, reason, isManual: true, cancellation, new JournalEntry.Adopted(settings.Operator, next, reason)).ConfigureAwait(false);
        _nextNonce = next;
        _nextUsed = null;
        TellBreakers();
        return (null, $"the next nonce is {next}{(Halted is { } still ? $"; still halted: {still}" : "")}");
    }

    private SenderStatus Status() => new(
        settings.Operator, Halted, _isDraining, _head?.Block, _nextNonce, _chainNonce, _balance, settings.Breakers.MinBalance,
        _budget.SpentAt(Now), OpenAtWorst(), _options.MaxCostPerHour, _budget.Spent, _options.MaxCostPerKey,
        [.. Enum.GetValues<Breaker>().SelectMany(breaker => _board.Open.Where(open => open.Breaker == breaker).DefaultIfEmpty(null).Select(open => new BreakerStatus(
            breaker, open, BreakerRules.NeedsPerson(breaker), open is null ? null : BreakerRules.ResumesAt(open, settings.Breakers))))],
        [.. _slots.Values.Select(StatusOf)], [.. _settled.Values.OrderBy(slot => slot.Nonce).Select(StatusOf)]);

    private SlotStatus StatusOf(Slot slot) => new(
        slot.Nonce, StateOf(slot), slot.Newest.Hash, slot.Attempts.Count, slot.Newest.IsCancel, slot.Newest.Fees, AgeOf(slot), slot.Receipt?.BlockNumber, slot.Accounts);

    private Wei OpenAtWorst() => _slots.Values.Aggregate(Wei.Zero, (sum, open) => sum + WorstOf(open));

    /// <summary>Seconds since the block that it was decided on: known after a restart too.</summary>
    private ulong AgeOf(Slot slot) => Now - Math.Min(Now, slot.Intent.Basis.Timestamp);
}
