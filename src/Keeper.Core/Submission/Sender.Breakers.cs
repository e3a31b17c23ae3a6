using Keeper.Core.Chain;
using Keeper.Core.Journal;
using Keeper.Core.Planning;
using Keeper.Core.Primitives;
using Keeper.Core.Submission.Breakers;
using Keeper.Core.Submission.Policy;
using Keeper.Core.Telemetry;

namespace Keeper.Core.Submission;

public sealed partial class Sender
{
    /// <summary>The breakers' name in <see cref="Readiness"/>.</summary>
    public const string BreakersComponent = "breakers";

    private readonly TransactionTally _tally = new();

    private readonly CodeWatch _code = new(chain, settings.HashCode,
    [
        new("the executor", settings.Executor, settings.ExecutorCodeHash, settings.ExecutorImplementationCodeHash),
        .. protocols.Select(protocol => new CodePin(protocol.Settings.Name, protocol.Settings.Address, protocol.Settings.CodeHash, protocol.Settings.ImplementationCodeHash, protocol.Settings.Name)),
        .. protocols.SelectMany(protocol => protocol.Functions.Select(function => function.Target).Where(target => target != protocol.Settings.Address).Distinct()
            .Select(target => new CodePin($"what {protocol.Settings.Name} is liquidated by,", target, null, null, protocol.Settings.Name))),
    ]);

    /// <summary>Replaced as a whole by the sender's task, read by any.</summary>
    private volatile BreakerBoard _board = BreakerBoard.Closed;

    /// <summary>A breaker that another task opens, until it stands on the board.</summary>
    private volatile Alarm? _alarm;

    private volatile bool _isDraining;

    /// <summary>A use of the next nonce, which is none of ours, until it is certain.</summary>
    private volatile NonceUse? _nextUsed;

    /// <summary>A nonce below the next one that nothing fills any more, until it is certain.</summary>
    private volatile NonceUse? _lost;

    /// <summary>Why nothing new is sent for any protocol; null while sending.</summary>
    public string? Halted => _board.Halted ?? _alarm?.Text
        ?? (_isDraining ? "draining"
            : _nextUsed is { } used ? $"nonce {used.Nonce} seems to be used by a transaction that the journal does not know"
            : _lost is { } lost ? $"{LostWord(lost.Nonce)}, it seems" : null);

    /// <summary>Why nothing new is sent for this protocol, while there is for others; null while sending.</summary>
    public string? HaltedFor(string protocol) => _board.HaltedFor(protocol);

    /// <summary>Chain time: it neither jumps with the machine's clock nor begins anew with the process.</summary>
    private ulong Now => _head?.Block.Timestamp ?? 0;

    /// <summary>Opens a breaker from any task: nothing new is taken from here on, and the sender's task journals it.</summary>
    /// <param name="reason">For people: one sentence without secrets.</param>
    public void Trip(Breaker breaker, string reason)
    {
        _alarm = new(breaker, reason);
        // Wakes the task; where the channel is full it is awake.
        _commands.Writer.TryWrite(null);
    }

    private async Task HeedAlarmAsync(CancellationToken cancellation)
    {
        if (_alarm is not { } alarm) return;
        await TripAsync(alarm.Breaker, alarm.Reason, isManual: false, cancellation).ConfigureAwait(false);
        Interlocked.CompareExchange(ref _alarm, null, alarm);
    }

    /// <summary>Opens a breaker, once. What is in flight is still confirmed, sent again, bid up and cancelled.</summary>
    /// <param name="protocol">For which alone nothing new is sent; null: for none.</param>
    private async Task TripAsync(Breaker breaker, string reason, bool isManual, CancellationToken cancellation, string? protocol = null)
    {
        if (_board.Open.Any(open => open.Breaker == breaker && open.Protocol == protocol)) return;
        // Before the journal has it: whatever becomes of the commit, nothing new goes out.
        _board = _board.With(new(breaker, reason, Now, isManual, protocol));
        SenderInstruments.Tripped(breaker);
        SenderLog.Tripped(logger, protocol ?? "every protocol", Label.Of(breaker), reason);
        TellBreakers();
        await AppendAsync([new JournalEntry.BreakerChanged(Label.Of(breaker), IsOpen: true, isManual, reason, Now, protocol)], cancellation).ConfigureAwait(false);
    }

    private async Task CloseBreakerAsync(Breaker breaker, string reason, bool isManual, CancellationToken cancellation, params JournalEntry[] before)
    {
        // After the journal has it: a breaker that was closed in memory alone would be open after a restart.
        // One for each protocol that it was open for; what closes unopened is written all the same.
        var protocols = _board.Open.Where(open => open.Breaker == breaker).Select(open => open.Protocol).DefaultIfEmpty(null);
        await AppendAsync([.. before, .. protocols.Select(protocol => new JournalEntry.BreakerChanged(Label.Of(breaker), IsOpen: false, isManual, reason, Now, protocol))], cancellation).ConfigureAwait(false);
        _board = _board.Without(breaker);
        _tally.Forgive(breaker);
        if (breaker == Breaker.MirrorDivergence) _contradicted.Clear();
        SenderLog.Resumed(logger, Label.Of(breaker), reason);
        TellBreakers();
    }

    /// <summary>Opens what is beyond its limit, and closes what heals by itself.</summary>
    private async Task JudgeBreakersAsync(CancellationToken cancellation)
    {
        // A dry run spends nothing and decides whatever the key's balance is.
        if (signer is null) return;
        foreach (var (breaker, reason) in BreakerRules.Tripped(_tally, _balance, settings.Breakers)) await TripAsync(breaker, reason, isManual: false, cancellation).ConfigureAwait(false);
        foreach (var open in _board.Open.ToArray())
        {
            if (BreakerRules.Resumes(open, Now, _balance, IsTooDear, settings.Breakers) is { } reason) await CloseBreakerAsync(open.Breaker, reason, isManual: false, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>A node's last word on something in flight is that the key cannot pay for it. Each head asks again.</summary>
    private bool IsTooDear => _slots.Values.Any(slot => slot is { Receipt: null, Newest.Answer: SendError.InsufficientFunds });

    /// <summary>What a node said to signed bytes concerns more than these bytes.</summary>
    private async Task HeedAsync(Slot slot, SendError answer, CancellationToken cancellation)
    {
        switch (answer)
        {
            case SendError.DelegatedSender:
                _delegatedAt = time.GetTimestamp();
                break;
            case SendError.InsufficientFunds:
                await TripAsync(
                    Breaker.Balance, $"a node says that the balance does not cover nonce {slot.Nonce}, which may cost {WorstOf(slot)} wei", isManual: false, cancellation).ConfigureAwait(false);
                break;
            case SendError.AddressReserved:
                await TripAsync(
                    Breaker.AddressReserved, $"a node holds transactions of the key of another kind than nonce {slot.Nonce}: another program may send with it", isManual: false, cancellation).ConfigureAwait(false);
                break;
        }
    }

    /// <summary>
    /// The simulation called accounts of a plan healthy at the very state that called them liquidatable. Each is looked at less and less often. Where it is all of them, the mirror may be wrong: but the same
    /// account counts once, since one contract that tells a view another thing than a transaction must not halt the others.
    /// </summary>
    private Task ContradictedAsync(LiquidationPlan plan, CancellationToken cancellation)
    {
        foreach (var account in _refusedAsHealthy) _backoff.Arm(account, BackoffReason.SimulationRefused, Math.Max(_head?.Block.Number ?? 0, plan.Basis.Number));
        if (!_refusedAsHealthy.SetEquals(plan.Accounts.Select(account => account.Key)) || _refusedAsHealthy.IsSubsetOf(_contradicted)) return Task.CompletedTask;
        _contradicted.UnionWith(_refusedAsHealthy);
        _tally.Simulated(isContradicted: true);
        return JudgeBreakersAsync(cancellation);
    }

    /// <summary>Takes the reading of the pinned code that has come back, and starts the next where it is due.</summary>
    private async Task WatchCodeAsync(BlockRef head, bool isDue, CancellationToken cancellation)
    {
        await _code.ApplyAsync().ConfigureAwait(false);
        if (isDue) ReadCode(head, cancellation);
        await JudgeCodeAsync(cancellation).ConfigureAwait(false);
    }

    private async Task JudgeCodeAsync(CancellationToken cancellation)
    {
        await _code.ApplyAsync().ConfigureAwait(false);
        foreach (var (protocol, reason) in _code.Wrong) await TripAsync(Breaker.CodeChanged, reason, isManual: false, cancellation, protocol).ConfigureAwait(false);
    }

    private void TellBreakers()
    {
        SenderInstruments.Breakers(_board);
        if ((Halted ?? _board.Reasons) is { } halted) readiness.Failed(BreakersComponent, halted);
        else readiness.Succeeded(BreakersComponent);
    }

    private sealed record Alarm(Breaker Breaker, string Reason)
    {
        public string Text { get; } = $"{Label.Of(Breaker)}: {Reason}";
    }
}
