using Keeper.Core.Chain;
using Keeper.Core.Mirror.Snapshots;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Microsoft.Extensions.Logging;

namespace Keeper.Core.Mirror;

/// <summary>
/// Replays the logs of protocols by ranges of blocks up to the newest. While it is under way the state is kept as a snapshot of a final block from time to
/// time, so that a start after a kill continues there.
/// </summary>
/// <param name="store">Null keeps nothing.</param>
internal sealed class Backfill(IChainClient chain, ChainProfile profile, SnapshotStore? store, TimeProvider time, ILogger logger)
{
    /// <summary>Blocks asked for at once; the client splits further where a node wants it.</summary>
    private const ulong BlocksPerStep = 50_000;

    /// <summary>Blocks that may have come during a pass without another one: what is read at the last block must still be there to be read.</summary>
    private const ulong ShortEnough = 32;

    private static readonly TimeSpan KeepEvery = TimeSpan.FromMinutes(1);

    /// <summary>Until endpoints that keep the rest of the day's requests for following are asked again.</summary>
    private static readonly TimeSpan AgainAfter = TimeSpan.FromMinutes(1);

    private readonly IChainClient _long = chain.For(RequestPurpose.History);

    /// <summary>One protocol's history alone.</summary>
    public async Task ReplayAsync(Mirror mirror, IReadOnlyCollection<IProtocol> protocols, ulong first, ulong last, CancellationToken cancellation)
    {
        if (first > last) return;
        var progress = new BackfillProgress(first, last, profile.MaxLogRange, mirror.FilterOf(protocols).Queries.Count, time, logger);
        progress.Begin();
        foreach (var (from, to) in Steps(first, last)) progress.Reached(to, await StepAsync(mirror, protocols, from, to, last, cancellation).ConfigureAwait(false));
    }

    /// <summary>Everybody's history up to the newest block, in passes that get shorter.</summary>
    /// <returns>The last block of each pass, the newest last: their history is theirs only if they are still in the chain.</returns>
    public async Task<IReadOnlyList<BlockHeader>> RunAsync(Mirror mirror, ulong first, CancellationToken cancellation)
    {
        var passes = new List<BlockHeader>();
        var kept = time.GetTimestamp();
        while (true)
        {
            var header = await chain.GetHeaderAsync(BlockId.Latest, cancellation).ConfigureAwait(false);
            var last = header.Ref.Number;
            // Another endpoint, a little behind the one that told the last block of the pass before: that one is as new as any.
            if (last + 1 < first && passes.Count > 0) return passes;
            passes.Add(header);
            if (last + 1 < first) throw new ChainException($"The newest block is {last}, and history up to block {first - 1} was read already: the node lags, or its chain was reset.", ChainFault.UnknownBlock);
            if (last + 1 == first) return passes;
            var final = last - first < BlocksPerStep ? 0 : await FinalAsync(last, cancellation).ConfigureAwait(false);
            var progress = new BackfillProgress(first, last, profile.MaxLogRange, mirror.Filter.Queries.Count, time, logger);
            progress.Begin();
            foreach (var (from, reached) in Steps(first, last))
            {
                var logs = await StepAsync(mirror, mirror.Protocols, from, reached, last, cancellation).ConfigureAwait(false);
                progress.Reached(reached, logs);
                if (store is null or { IsReadOnly: true } || reached > final || time.GetElapsedTime(kept) < KeepEvery) continue;
                await KeepAsync(mirror, reached, cancellation).ConfigureAwait(false);
                kept = time.GetTimestamp();
            }
            if (last - first < ShortEnough) return passes;
            first = last + 1;
        }
    }

    /// <summary>A history that takes several steps begins with one of a single request: by that the time of the rest is told before it is asked for.</summary>
    private IEnumerable<(ulong From, ulong To)> Steps(ulong first, ulong last)
    {
        var from = first;
        if (last - first >= BlocksPerStep)
        {
            from += Math.Min((ulong)profile.MaxLogRange, BlocksPerStep);
            yield return (first, from - 1);
        }
        for (; from <= last; from += BlocksPerStep) yield return (from, Math.Min(last, from + BlocksPerStep - 1));
    }

    private async Task<int> StepAsync(Mirror mirror, IReadOnlyCollection<IProtocol> protocols, ulong from, ulong to, ulong last, CancellationToken cancellation)
    {
        var source = to < last ? _long : chain;
        var filter = mirror.FilterOf(protocols);
        var run = new LogRun(await LogsAsync(source, filter, from, to, cancellation).ConfigureAwait(false), filter, protocols);
        // What a log of the range makes known is read from its block on.
        while (mirror.Tell(run) is { } more) run.Add(await LogsAsync(source, more, run.BlockNumber, to, cancellation).ConfigureAwait(false));
        // What is read for some alone was never looked after by a keeper: nothing of it was missed.
        if (ReferenceEquals(protocols, mirror.Protocols))
            foreach (var log in run.Logs) mirror.Note(log);
        return run.Logs.Count;
    }

    /// <summary>What a restart missed is read as what decides; a long history waits where it would take what following needs.</summary>
    private async Task<IReadOnlyList<Log>> LogsAsync(IChainClient source, LogFilter filter, ulong first, ulong to, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return await source.GetLogsAsync(filter, first, to, cancellation).ConfigureAwait(false);
            }
            catch (ChainException error) when (error.Fault == ChainFault.Deferred)
            {
                MirrorLog.Waits(logger, first, error.Message);
                await Task.Delay(AgainAfter, time, cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The height below which nothing is replaced: by the node's tag, or by depth where it knows none.</summary>
    private async Task<ulong> FinalAsync(ulong newest, CancellationToken cancellation)
    {
        try
        {
            return (await chain.GetHeaderAsync(new BlockId.Tagged(BlockTag.Finalized), cancellation).ConfigureAwait(false)).Ref.Number;
        }
        catch (ChainException error) when (error.Fault is ChainFault.Rejected or ChainFault.UnknownBlock)
        {
            return newest > (ulong)profile.FinalityDepth ? newest - (ulong)profile.FinalityDepth : 0;
        }
    }

    private async Task KeepAsync(Mirror mirror, ulong number, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        var block = (await chain.GetHeaderAsync(BlockId.At(number), cancellation).ConfigureAwait(false)).Ref;
        try
        {
            var (bytes, _) = store!.Write(block, [.. mirror.Trusted.ToArray().Select(mirror.Capture).OfType<SnapshotPart>()]);
            store.Promote();
            MirrorLog.Written(logger, block, bytes, (long)time.GetElapsedTime(began).TotalMilliseconds);
        }
        catch (SnapshotException error)
        {
            // Only a kill would have had use for it.
            MirrorLog.NotWritten(logger, block, error.Message);
        }
    }
}
