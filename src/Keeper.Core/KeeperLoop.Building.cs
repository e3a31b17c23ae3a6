using Keeper.Core.Chain;
using Keeper.Core.Chain.Streaming;
using Keeper.Core.Mirror;
using Keeper.Core.Primitives;
using Keeper.Core.Submission.Breakers;

namespace Keeper.Core;

public sealed partial class KeeperLoop
{
    /// <summary>How long a mirror must have been followed until the next pause is a short one again.</summary>
    private static readonly TimeSpan Calm = TimeSpan.FromMinutes(10);

    /// <summary>Pauses between mirrors, longer with each.</summary>
    private readonly Backoff _pauses = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1), jitter ?? new Random(1));

    private long _built;

    /// <summary>The oldest block of a mirror that lost track, where the chain may have replaced it though it was final, and the words for that.</summary>
    private (BlockRef Oldest, string Reason)? _suspected;

    /// <summary>The mirror must be built anew.</summary>
    private void LoseTrack(Mirror.Mirror mirror, Exception error)
    {
        LoopLog.Rebuilding(logger, error.Message);
        readiness.Failed(Component, $"the mirror is being built anew: {error.Message}");
        // A mirror that is a few blocks old can undo no more than those: below them a reorg may be shallow.
        var replaced = mirror.Ancestors.Count + 1;
        if (error is not MirrorException { IsDeepReorg: false } && (mirror.HasForgotten || replaced > profile.FinalityDepth))
            _suspected = (mirror.Ancestors.Append(mirror.Head).MinBy(block => block.Number), $"the chain replaced {replaced} blocks or more, down from {mirror.Head}");
    }

    /// <summary>
    /// Where the chain did replace what was final, nothing new is sent before somebody could look: it may do so again. An endpoint that only lags makes a mirror lose track too, and has the same block
    /// there, or none.
    /// </summary>
    private async Task TellReplacedAsync(CancellationToken cancellation)
    {
        if (_suspected is not var (oldest, reason)) return;
        try
        {
            var header = await chain.GetHeaderAsync(BlockId.At(oldest.Number), cancellation).ConfigureAwait(false);
            if (header.Ref.Hash != oldest.Hash) sender.Trip(Breaker.DeepReorg, reason);
        }
        catch (ChainException error) when (error.Fault == ChainFault.UnknownBlock)
        {
            // The chain is shorter than that: nothing is in its place.
        }
        _suspected = null;
    }

    /// <summary>Builds a mirror, however often it fails. Nothing new is sent meanwhile; what is in flight hears of heads.</summary>
    /// <param name="last">The one that lost the chain; null at the start.</param>
    private async Task<(Mirror.Mirror Mirror, BlockHeader Header)> BuildAsync(Mirror.Mirror? last, CancellationToken cancellation)
    {
        using var built = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        // Two that are built would ask for the same twice.
        await _repair.CancelAsync().ConfigureAwait(false);
        var heads = last is null ? Task.CompletedTask : TellHeadsAsync(last, built.Token);
        if (last is not null && time.GetElapsedTime(_built) < Calm) await Task.Delay(_pauses.Next(), time, cancellation).ConfigureAwait(false);
        else _pauses.Reset();
        try
        {
            while (true)
            {
                try
                {
                    var mirror = await builder.BuildAsync(cancellation).ConfigureAwait(false);
                    await TellReplacedAsync(cancellation).ConfigureAwait(false);
                    return mirror;
                }
                catch (Exception error) when (error is ChainException or MirrorException)
                {
                    var pause = _pauses.Next();
                    LoopLog.Waiting(logger, error.Message, Math.Round(pause.TotalSeconds, 1));
                    readiness.Failed(Component, $"the mirror cannot be built: {error.Message}");
                    await Task.Delay(pause, time, cancellation).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            _built = time.GetTimestamp();
            await built.CancelAsync().ConfigureAwait(false);
            await heads.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Tells the sender of heads while no mirror does, so that what it has in flight is watched, told again and settled.</summary>
    private async Task TellHeadsAsync(Mirror.Mirror last, CancellationToken cancellation)
    {
        var known = HeadOf(last, default!);
        while (true)
        {
            await Task.Delay(profile.BlockTime, time, cancellation).ConfigureAwait(false);
            try
            {
                var header = await chain.GetHeaderAsync(BlockId.Latest, cancellation).ConfigureAwait(false);
                sender.OnBlock(known with { Block = header.Ref, Gas = gas.After(header.BaseFeePerGas, header.GasLimit) }, []);
            }
            catch (ChainException)
            {
                // Asked again a block later.
            }
        }
    }

    /// <summary>Reads the logs that the block's own logs made wanted. Where they cannot be had the block is taken back, as if it had not been told yet: half of one is no state to go on from.</summary>
    /// <returns>Whether the mirror's block is whole.</returns>
    private async Task<bool> TryReadUnreadAsync(Mirror.Mirror mirror, CancellationToken cancellation)
    {
        try
        {
            while (mirror.Unread is { } wanted) mirror.Add(await _following.GetLogsAsync(wanted, mirror.Head, cancellation).ConfigureAwait(false));
            return true;
        }
        catch (ChainException error)
        {
            LoopLog.HeldBack(logger, mirror.Head, error.Message);
            HeldBack(error.Message);
            mirror.Apply(new ChainEvent.Reorg(mirror.Ancestors[0]));
            await Task.Delay(DoubtedFor, time, cancellation).ConfigureAwait(false);
            return false;
        }
    }

    /// <returns>Whether everything that can be had was had.</returns>
    private async Task<bool> TryReadMissingAsync(Mirror.Mirror mirror, CancellationToken cancellation)
    {
        try
        {
            await builder.ReadMissingAsync(mirror, cancellation).ConfigureAwait(false);
            return true;
        }
        catch (Exception error) when (error is ChainException or MirrorException)
        {
            // Where the block itself is gone, the chain tells a reorg.
            LoopLog.MissingUnread(logger, mirror.Head, error.Message);
            readiness.Failed(Component, $"what block {mirror.Head} leaves missing cannot be read: {error.Message}");
            return false;
        }
    }

    private void Checkpoint(Mirror.Mirror mirror, CancellationToken cancellation)
    {
        var differences = checkpoints.OnBlock(mirror, cancellation);
        foreach (var protocol in mirror.Trusted.ToArray())
            if (differences.TryGetValue(protocol.Settings.Name, out var difference)) mirror.Distrust(protocol, difference);
        _repair.DropUnlessBetter(mirror);
        if (mirror.Doubted is { } doubt && !_repair.IsReady) _repair.Begin(doubt);
    }
}
