using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Chain.Pending;
using Keeper.Core.Mirror.Snapshots;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Core.Telemetry;

namespace Keeper.Core.Mirror;

/// <summary>
/// Every protocol's state as of one block, moved forward and back by chain events. A hint is a provisional frame on top of
/// the last block, undone before the next one is applied. Not safe for concurrent use: the loop owns it.
/// </summary>
public sealed class Mirror(IReadOnlyList<IProtocol> protocols, UndoLog undo, BlockRef start)
{
    /// <summary>Blocks that can be undone: deeper reorgs need a new mirror.</summary>
    public const int RetainedBlocks = 128;

    /// <summary>More were hardly taken by others while a keeper was away.</summary>
    private const int MaxLiquidations = 4_096;

    private readonly LinkedList<BlockRef> _before = new();
    private readonly Dictionary<IProtocol, string> _faults = [];
    private readonly Dictionary<IProtocol, string> _waiting = [];

    /// <summary>The logs of the head's block.</summary>
    private LogRun? _run;

    /// <summary>The logs of the hint's block so far.</summary>
    private readonly List<Log> _hinted = [];

    /// <summary>Those that could not say which logs they want: they are not asked again.</summary>
    private readonly HashSet<IProtocol> _deaf = [];

    /// <summary>Those that could not say what a log of history means: it may be millions of logs.</summary>
    private readonly HashSet<IProtocol> _mute = [];

    private readonly Queue<Log> _liquidations = [];

    public IReadOnlyList<IProtocol> Protocols { get; } = protocols;

    /// <summary>The block whose state this is, hints apart.</summary>
    public BlockRef Head { get; private set; } = start;

    /// <summary>The block of the provisional log on top of <see cref="Head"/>; null where there is none.</summary>
    public Hash32? HintBlock { get; private set; }

    /// <summary>The price update that is taken to be in the next block; null where nothing is supposed.</summary>
    public PendingUpdate? Supposed { get; private set; }

    /// <summary>Blocks before <see cref="Head"/> that can be returned to, newest first.</summary>
    public IReadOnlyList<BlockRef> Ancestors => [.. _before.Reverse()];

    /// <summary>Blocks that were followed were let go, as final or as too many.</summary>
    public bool HasForgotten { get; private set; }

    /// <summary>Why nothing is to be decided on a protocol's state: it can't be believed any more, or lacks something for now; null where it can be decided on.</summary>
    public string? FaultOf(IProtocol protocol) => _faults.GetValueOrDefault(protocol) ?? _waiting.GetValueOrDefault(protocol);

    /// <summary>Which protocol's state is known to be wrong, and why; null where none is. A mirror built anew may be right.</summary>
    public string? Doubted { get; private set; }

    /// <summary>The protocols whose state can be believed, whatever they lack for now.</summary>
    public IEnumerable<IProtocol> Trusted => Protocols.Where(protocol => !_faults.ContainsKey(protocol));

    /// <summary>The time that an evaluation now would see: that of the block, of a price that is ahead of it, or of the block that is supposed.</summary>
    public ulong TimeFor(IProtocol protocol) => HintBlock is not null
        ? Math.Max(Head.Timestamp, AdapterFault.Run(protocol, AdapterCall.Feeds, () => protocol.LatestOracleTime, _ => 0UL)) : Supposed?.Timestamp ?? Head.Timestamp;

    /// <summary>
    /// Logs of the head's block that its own logs made wanted: a market's contracts may speak in the block that lists it. The block is whole, and anything but its
    /// replacement may be applied, once <see cref="Add"/> was given them. Null where nothing is open.
    /// </summary>
    public LogFilter? Unread { get; private set; }

    public LogFilter Filter => FilterOf(Protocols);
    public LogFilter Hints => Union(Protocols, AdapterCall.Hints, protocol => protocol.Hints);

    /// <summary>Applies one event.</summary>
    /// <param name="read">What a block's logs were read with; null for <see cref="Filter"/> as it is.</param>
    /// <returns>False for a hint that is not ahead of the mirror's block by exactly one: it changes nothing.</returns>
    /// <exception cref="MirrorException">The event does not follow from the mirror's block: the mirror must be built anew.</exception>
    public bool Apply(ChainEvent chainEvent, LogFilter? read = null)
    {
        if (Unread is not null && chainEvent is not ChainEvent.Reorg) throw new MirrorException($"Not all logs of block {Head} were applied.");
        switch (chainEvent)
        {
            case ChainEvent.OracleHint(var log):
                if (log.BlockNumber != Head.Number + 1) return false;
                if (HintBlock != log.BlockHash) DropHint();
                if (HintBlock is null) undo.Push();
                HintBlock = log.BlockHash;
                _hinted.Add(log);
                ApplyLog(log, isHint: true);
                break;
            case ChainEvent.Block(var block, _, _, var logs):
                DropHint();
                if (block.ParentHash != Head.Hash) throw new MirrorException($"Block {block} does not follow {Head}.");
                undo.Push();
                _before.AddLast(Head);
                Head = block;
                foreach (var protocol in Trusted) Begin(protocol, block);
                Forget(RetainedBlocks);
                _run = new(logs, read ?? Filter);
                Unread = (read is null ? null : _run.Lacks(Filter)) ?? Tell(_run);
                break;
            case ChainEvent.Reorg(var ancestor):
                DropHint();
                // Before anything is undone: how much was held tells how deep the chain went.
                if (Head.Hash != ancestor.Hash && _before.All(block => block.Hash != ancestor.Hash))
                    throw new MirrorException($"The chain went back to {ancestor}, below every block that can be undone.") { IsDeepReorg = true };
                while (Head.Hash != ancestor.Hash) UndoBlock();
                break;
            case ChainEvent.Finalized(var number):
                // A hint's frame stands on top; it is never final.
                if (HintBlock is null) Forget((int)Math.Min(RetainedBlocks, Head.Number > number ? Head.Number - number : 0));
                break;
        }
        return true;
    }

    /// <summary>Applies what was <see cref="Unread"/> of the head's block, and the logs behind it. More may be by then.</summary>
    public void Add(IReadOnlyList<Log> logs)
    {
        _run!.Add(logs);
        Unread = Tell(_run);
    }

    /// <summary>Whether a block is that of the state, an ancestor of it, or that of the hint. One below all that can be undone is taken for an ancestor.</summary>
    public bool Has(Hash32 hash, ulong number) =>
        hash == Head.Hash || hash == HintBlock || (number < Head.Number && (_before.First is not { Value: var oldest } || number < oldest.Number || _before.Any(block => block.Hash == hash)));

    /// <summary>Changes the state of <see cref="Head"/>; a hint on top of it is put there again.</summary>
    public void Amend(Action change)
    {
        if (HintBlock is null)
        {
            change();
            return;
        }
        undo.Rollback();
        change();
        undo.Push();
        foreach (var log in _hinted) ApplyLog(log, isHint: true);
    }

    /// <summary>
    /// Supposes that the next block has this update: its price is on top of the mirror's block until <see cref="Withdraw"/>. Nothing else may be applied meanwhile.
    /// </summary>
    /// <returns>False, and nothing is supposed, where it is no update of a known feed, or where a hint tells that the next block is there already.</returns>
    public bool Suppose(PendingUpdate update)
    {
        if (HintBlock is not null) return false;
        var logs = Trusted.Select(protocol => AdapterFault.Run(protocol, AdapterCall.Update, () => protocol.UpdateOf(update.Transaction, update.Timestamp), _ => null));
        if (logs.FirstOrDefault(log => log is not null) is not { } log) return false;
        undo.Push();
        Supposed = update;
        ApplyLog(log, isHint: true);
        return true;
    }

    /// <summary>Takes back what was supposed.</summary>
    public void Withdraw()
    {
        if (Supposed is null) return;
        undo.Rollback();
        Supposed = null;
    }

    /// <summary>Applies a log of history, before anything can be undone.</summary>
    public void ApplyHistory(Log log) => ApplyLog(log);

    /// <summary>Applies logs in order until all are applied, or more are wanted than were read.</summary>
    /// <returns>What must be added to the run, of its last log's block on; null where it is at its end.</returns>
    internal LogFilter? Tell(LogRun run)
    {
        while (true)
        {
            if (run.Grown.Count > 0)
            {
                if (run.Lacks(FilterOf(run.To ?? Protocols)) is { } more) return more;
                if (run.IsEndless)
                    foreach (var protocol in run.Grown) Distrust(protocol, "the logs that it wants have no end");
                foreach (var (log, protocol) in run.TakeEarlier()) ApplyLog(log, to: [protocol], run: run);
            }
            else if (run.Next() is { } log) ApplyLog(log, to: run.To, run: run);
            else return null;
        }
    }

    /// <summary>Keeps a log of the back-fill that tells of a liquidation, for <see cref="TakeLiquidations"/>.</summary>
    internal void Note(Log log)
    {
        foreach (var protocol in Protocols.Where(protocol => !_mute.Contains(protocol)))
        {
            var activity = AdapterFault.Run(protocol, AdapterCall.Activity, () => protocol.ActivityOf(log), _ =>
            {
                _mute.Add(protocol);
                return null;
            });
            if (activity is not { Liquidator: not null }) continue;
            _liquidations.Enqueue(log);
            if (_liquidations.Count > MaxLiquidations) _liquidations.Dequeue();
            return;
        }
    }

    /// <summary>The newest liquidations that the back-fill told, in their order; they are given once.</summary>
    public IReadOnlyList<Log> TakeLiquidations()
    {
        Log[] taken = [.. _liquidations];
        _liquidations.Clear();
        return taken;
    }

    /// <summary>The back-fill has come to this block.</summary>
    /// <exception cref="InvalidOperationException">Blocks were applied: it is they that move the mirror from here on.</exception>
    public void ArriveAt(BlockRef block) =>
        Head = _before.Count == 0 && HintBlock is null ? block : throw new InvalidOperationException("A mirror that follows blocks moves with them.");

    /// <summary>The protocol's state is known to be wrong: nothing is decided by it any more.</summary>
    public void Distrust(IProtocol protocol, string reason)
    {
        if (_faults.TryAdd(protocol, reason)) Doubted ??= $"{protocol.Settings.Name}: {reason}";
    }

    /// <summary>What protocols lack until further notice, as of the mirror's block: nothing is decided by them meanwhile. In place of what was said before.</summary>
    public void Lack(IReadOnlyDictionary<IProtocol, string> what)
    {
        _waiting.Clear();
        foreach (var (protocol, reason) in what) _waiting[protocol] = reason;
    }

    /// <summary>The logs that these want.</summary>
    internal LogFilter FilterOf(IEnumerable<IProtocol> protocols) => Union(protocols, AdapterCall.Filter, protocol => protocol.Filter);

    /// <summary>A protocol's state as it is now; null where its adapter fails at it, and is not believed any more.</summary>
    internal SnapshotPart? Capture(IProtocol protocol) => AdapterFault.Run<SnapshotPart?>(protocol, AdapterCall.Capture, () => SnapshotPart.Of(protocol), fault =>
    {
        Distrust(protocol, fault);
        return null;
    });

    private LogFilter Union(IEnumerable<IProtocol> protocols, AdapterCall call, Func<IProtocol, LogFilter> of) =>
        protocols.Where(protocol => !_deaf.Contains(protocol)).Aggregate(LogFilter.None, (sum, protocol) => sum.Union(AdapterFault.Run(protocol, call, () => AdapterFault.Whole(of(protocol)), fault =>
        {
            _deaf.Add(protocol);
            Distrust(protocol, fault);
            return LogFilter.None;
        })));

    private void Begin(IProtocol protocol, BlockRef block)
    {
        try
        {
            protocol.BeginBlock(block);
        }
        catch (Exception error) when (AdapterFault.Is(error))
        {
            Distrust(protocol, $"block {block.Number}: {AdapterFault.Tell(protocol.Settings.Name, AdapterCall.BeginBlock, error)}");
        }
    }

    private void UndoBlock()
    {
        undo.Rollback();
        Unread = null;
        Head = _before.Last!.Value;
        _before.RemoveLast();
    }

    private void DropHint()
    {
        if (HintBlock is null) return;
        undo.Rollback();
        HintBlock = null;
        _hinted.Clear();
    }

    private void Forget(int keep)
    {
        HasForgotten |= _before.Count > keep;
        undo.Forget(keep);
        while (_before.Count > keep) _before.RemoveFirst();
    }

    /// <param name="isHint">Nothing stands behind it yet: where it is malformed, only its block can tell that the protocol's state is lost.</param>
    /// <param name="to">Whom it is for; null for everybody.</param>
    /// <param name="run">Told whose filter it changes.</param>
    private void ApplyLog(Log log, bool isHint = false, IReadOnlyCollection<IProtocol>? to = null, LogRun? run = null)
    {
        foreach (var protocol in to ?? Protocols)
        {
            // What is not believed is of no more use: another mirror takes its place.
            if (_faults.ContainsKey(protocol)) continue;
            try
            {
                var filter = protocol.Filter;
                if (!filter.Matches(log)) continue;
                protocol.Apply(log);
                MirrorInstruments.LogApplied(protocol.Settings.Name);
                // The same instance wants the same.
                run?.Taken(protocol, log, grew: !ReferenceEquals(protocol.Filter, filter));
            }
            catch (Exception error) when (error is AbiException or MirrorException or ArithmeticException)
            {
                // What one dirty log hides cannot be known: this protocol's decisions stop, the others go on.
                if (!isHint) Distrust(protocol, $"log {log.LogIndex} of block {log.BlockNumber}: {error.Message}");
                MirrorInstruments.LogRejected(protocol.Settings.Name, error is AbiException ? "malformed" : "inconsistent");
            }
            catch (Exception error) when (AdapterFault.Is(error))
            {
                var fault = AdapterFault.Tell(protocol.Settings.Name, AdapterCall.Apply, error);
                if (!isHint) Distrust(protocol, $"log {log.LogIndex} of block {log.BlockNumber}: {fault}");
            }
        }
    }
}
