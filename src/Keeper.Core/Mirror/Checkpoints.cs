using Keeper.Core.Chain;
using Keeper.Core.Mirror.Snapshots;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Core.Telemetry;
using Microsoft.Extensions.Logging;

namespace Keeper.Core.Mirror;

/// <summary>
/// Proves and keeps the mirror from time to time, beside the loop. 1. The state at a block is captured, which copies nothing. 2. Its sums must be the
/// contracts' at that block; asked now, while every node has its state. 3. It is written beside the snapshot that counts, and read back.
/// 4. Once the block is final it takes its place; a reorg below the block throws it away. Not safe for concurrent use: the loop owns it.
/// </summary>
/// <param name="store">Null proves and keeps nothing.</param>
public sealed class Checkpoints(IChainClient chain, SnapshotStore? store, CheckpointOptions options, TimeProvider time, ILogger<Checkpoints> logger)
{
    /// <summary>Where the node did not tell the sums, or the disk did not take the file.</summary>
    private static readonly TimeSpan AgainAfter = TimeSpan.FromMinutes(1);

    private static readonly IReadOnlyDictionary<string, string> Nothing = new Dictionary<string, string>();

    private readonly TotalsAudit _totals = new(chain, logger);

    /// <summary>What is being proven and written; null while nothing is.</summary>
    private (BlockRef Block, Task<Result> Task)? _running;

    /// <summary>Whose snapshot waits to become final.</summary>
    private BlockRef? _written;

    private Task _promoting = Task.CompletedTask;
    private bool _isOrphaned;
    private TimeSpan _wait;
    private long _since;

    public CheckpointOptions Options => options;

    /// <summary>A mirror that was just built is followed from here on: what waits of the one before is forgotten.</summary>
    public void Begin()
    {
        (_written, _isOrphaned) = (null, _running is not null);
        // Without a snapshot a kill costs the whole history.
        Wait(store is { IsReadOnly: false } && !File.Exists(store.FilePath) ? TimeSpan.Zero : options.Every);
    }

    /// <summary>To be called when a block was applied, with nothing provisional on top of it.</summary>
    /// <returns>Protocols whose sums were wrong, each with what differs.</returns>
    public IReadOnlyDictionary<string, string> OnBlock(Mirror mirror, CancellationToken cancellation)
    {
        var differences = Settle();
        if (options.Every > TimeSpan.Zero && !IsWriting && _running is null && time.GetElapsedTime(_since) >= _wait)
        {
            var (block, parts) = (mirror.Head, mirror.Trusted.Where(protocol => !differences.ContainsKey(protocol.Settings.Name)).ToArray().Select(mirror.Capture).OfType<SnapshotPart>().ToArray());
            // One that is not final yet is not overwritten: where finality comes late, none ever would be.
            var mayWrite = store is { IsReadOnly: false } && parts.Length > 0 && _written is null;
            Wait(options.Every);
            _running = (block, Task.Run(() => TakeAsync(block, parts, mayWrite, cancellation), cancellation));
        }
        return differences;
    }

    /// <summary>Blocks above this height are no longer in the chain.</summary>
    public void OnReorg(ulong commonAncestor)
    {
        if (_written?.Number > commonAncestor) _written = null;
        if (_running?.Block.Number > commonAncestor) _isOrphaned = true;
    }

    /// <summary>One is being compared, written and read back, or takes its place.</summary>
    internal bool IsWriting => _running is { Task.IsCompleted: false } || !_promoting.IsCompleted;

    /// <summary>Blocks up to this height stay.</summary>
    public void OnFinalized(ulong number)
    {
        if (_written is not { } block || block.Number > number || !_promoting.IsCompleted) return;
        _written = null;
        _promoting = Task.Run(() => Promote(block));
    }

    private IReadOnlyDictionary<string, string> Settle()
    {
        if (_running is not { Task.IsCompleted: true } done) return Nothing;
        _running = null;
        var result = done.Task.GetAwaiter().GetResult();
        if (result.IsToBeRepeated) Wait(AgainAfter < options.Every ? AgainAfter : options.Every);
        if (_isOrphaned)
        {
            _isOrphaned = false;
            return Nothing;
        }
        if (result.IsWritten) _written = done.Block;
        return result.Differences;
    }

    private async Task<Result> TakeAsync(BlockRef block, SnapshotPart[] parts, bool mayWrite, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        try
        {
            var differences = await _totals.CompareAsync([.. parts.Select(part => (part.Settings.Name, part.State))], block, cancellation).ConfigureAwait(false);
            // One whose sums are wrong is left out: the others do not depend on it.
            SnapshotPart[] right = [.. parts.Where(part => !differences.ContainsKey(part.Settings.Name))];
            if (!mayWrite || right.Length == 0) return new(differences, false, false);
            var (bytes, without) = store!.Write(block, right);
            foreach (var (name, reason) in without) MirrorLog.LeftOut(logger, name, block, reason);
            MirrorInstruments.SnapshotWritten(bytes, time.GetElapsedTime(began));
            MirrorLog.Written(logger, block, bytes, (long)time.GetElapsedTime(began).TotalMilliseconds);
            return new(differences, true, false);
        }
        catch (Exception error) when (error is ChainException or SnapshotException)
        {
            MirrorLog.NotWritten(logger, block, error.Message);
            return new(Nothing, false, true);
        }
    }

    private void Promote(BlockRef block)
    {
        try
        {
            store!.Promote();
            MirrorInstruments.SnapshotFinal(block);
            MirrorLog.Promoted(logger, block);
        }
        catch (SnapshotException error)
        {
            MirrorLog.NotWritten(logger, block, error.Message);
        }
    }

    private void Wait(TimeSpan wait) => (_since, _wait) = (time.GetTimestamp(), wait);

    private sealed record Result(IReadOnlyDictionary<string, string> Differences, bool IsWritten, bool IsToBeRepeated);
}
