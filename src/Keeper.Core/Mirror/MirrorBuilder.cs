using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Mirror.Snapshots;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Core.Telemetry;
using Microsoft.Extensions.Logging;

namespace Keeper.Core.Mirror;

/// <summary>Builds a mirror from the newest snapshot and what came after it, or from history alone, and reads what no log tells.</summary>
/// <param name="protocols">Makes every configured adapter anew, with its tables in that undo log.</param>
/// <param name="store">Where snapshots are; null builds from history alone.</param>
public sealed class MirrorBuilder(
    IChainClient chain, ChainProfile profile, Func<UndoLog, IReadOnlyList<IProtocol>> protocols, TimeProvider time, ILogger<MirrorBuilder> logger, SnapshotStore? store = null)
{
    /// <summary>Answers may lead to further questions (a proxy to its aggregator), but not for ever.</summary>
    private const int MaxRoundsOfReads = 8;

    private readonly Backfill _backfill = new(chain, profile, store, time, logger);
    private readonly TotalsAudit _totals = new(chain, logger);
    private readonly HashSet<string> _told = [];

    /// <summary>
    /// 1. The snapshot, if its block is in the chain, and whose logs are wanted. 2. The logs since, or all of them. 3. What no log tells, at the newest block. 4. The blocks
    /// of step 2 must still be in the chain. 5. The sums must be the contracts': a snapshot that is not as they say gives way to history, and a
    /// protocol that is not after that is not trusted.
    /// </summary>
    /// <exception cref="ChainException">The chain could not be asked.</exception>
    /// <exception cref="MirrorException">What no log tells cannot be read.</exception>
    public async Task<(Mirror Mirror, BlockHeader Header)> BuildAsync(CancellationToken cancellation)
    {
        for (var mayRestore = store is not null; ;)
        {
            var restored = mayRestore ? await RestoreAsync(cancellation).ConfigureAwait(false) : null;
            var mirror = restored ?? Empty();
            var first = restored is null ? mirror.Protocols.Min(protocol => protocol.Settings.DeployBlock) : restored.Head.Number + 1;
            await ReadAsync(mirror, protocol => protocol.SourceReads(), BlockId.Latest, cancellation).ConfigureAwait(false);
            var passes = await _backfill.RunAsync(mirror, first, cancellation).ConfigureAwait(false);
            mirror.ArriveAt(passes[^1].Ref);
            await ReadMissingAsync(mirror, cancellation).ConfigureAwait(false);
            if (await ReplacedAsync(passes, cancellation).ConfigureAwait(false) is { } replaced)
            {
                MirrorLog.Replaced(logger, replaced);
                continue;
            }
            var differences = await CompareTotalsAsync(mirror, cancellation).ConfigureAwait(false);
            if (restored is not null && differences.Count > 0)
            {
                Refuse(new(SnapshotFault.TotalsDiffer, $"{differences.First().Key}, {differences.First().Value}."));
                mayRestore = false;
                continue;
            }
            foreach (var protocol in mirror.Protocols)
                if (differences.TryGetValue(protocol.Settings.Name, out var difference)) mirror.Distrust(protocol, difference);
            MirrorInstruments.Built(restored is not null);
            return (mirror, passes[^1]);
        }
    }

    /// <summary>
    /// Reads what the protocols miss, at the mirror's block, until they miss nothing that can be had. What a contract does not
    /// answer stays missing, is told once, and is asked for again with the next block: the protocol judges without it.
    /// </summary>
    /// <exception cref="MirrorException">The node does not answer at that block, or the questions have no end.</exception>
    public Task ReadMissingAsync(Mirror mirror, CancellationToken cancellation) =>
        ReadAsync(mirror, protocol => protocol.MissingReads(), new BlockId.ByHash(mirror.Head.Hash), cancellation);

    private async Task ReadAsync(Mirror mirror, Func<IProtocol, IReadOnlyList<StateRead>> missing, BlockId at, CancellationToken cancellation)
    {
        var failed = new HashSet<string>();
        for (var round = 0; round < MaxRoundsOfReads; round++)
        {
            var reads = mirror.Protocols.Where(protocol => mirror.FaultOf(protocol) is null)
                .SelectMany(protocol => missing(protocol).Select(read => (Protocol: protocol, Read: read))).Where(asked => !failed.Contains(asked.Read.What)).ToArray();
            if (reads.Length == 0) return;
            var results = await chain.CallAsync(reads.Select(asked => asked.Read.Call).ToArray(), at, cancellation).ConfigureAwait(false);
            for (var i = 0; i < reads.Length; i++)
            {
                var (protocol, read) = reads[i];
                try
                {
                    if (Failure(read, results[i]) is not { } failure) continue;
                    failed.Add(read.What);
                    if (IsNew(read.What)) MirrorLog.Unreadable(logger, read.What, failure);
                }
                catch (MirrorException error) when (results[i] is CallResult.Returned)
                {
                    // The contract is not what the adapter is for: the others go on.
                    mirror.Distrust(protocol, $"{read.What}: {error.Message}");
                }
            }
        }
        throw new MirrorException($"After {MaxRoundsOfReads} rounds of reads something is still missing.");
    }

    /// <summary>Applies an answer; what is wrong with it, or null.</summary>
    private static string? Failure(StateRead read, CallResult result)
    {
        switch (result)
        {
            case CallResult.Returned(var data):
                try
                {
                    read.Apply(data);
                    return null;
                }
                catch (Exception error) when (error is AbiException or OverflowException)
                {
                    return error.Message;
                }
            case CallResult.Refused(var reason):
                throw new MirrorException($"{read.What}: {reason}");
            default:
                read.Reverted?.Invoke();
                return "the call reverted";
        }
    }

    /// <summary>A mirror may be built beside the one at work.</summary>
    private bool IsNew(string what)
    {
        lock (_told) return _told.Add(what);
    }

    private Mirror Empty()
    {
        var undo = new UndoLog();
        return new(protocols(undo), undo, default);
    }

    /// <returns>A mirror as of the snapshot's block; null where there is none to use.</returns>
    /// <exception cref="ChainException">Also where the node does not have that height yet.</exception>
    private async Task<Mirror?> RestoreAsync(CancellationToken cancellation)
    {
        try
        {
            if (store!.Find() is not { } snapshot) return null;
            var there = await chain.GetHeaderAsync(BlockId.At(snapshot.Block.Number), cancellation).ConfigureAwait(false);
            if (there.Ref.Hash != snapshot.Block.Hash) throw new SnapshotException(SnapshotFault.BlockGone, $"Its block {snapshot.Block} is not in the chain, which has {there.Ref} there.");
            var undo = new UndoLog();
            var made = protocols(undo);
            var without = await Task.Run(() => store.Load(snapshot, made), cancellation).ConfigureAwait(false);
            foreach (var (protocol, reason) in without) MirrorLog.Without(logger, protocol.Settings.Name, reason);
            if (without.Count == made.Count) return null;
            var mirror = new Mirror(made, undo, snapshot.Block);
            MirrorLog.Restored(logger, snapshot.Block, made.Sum(protocol => protocol.AccountCount));
            if (without.Count > 0)
            {
                IProtocol[] newcomers = [.. without.Select(one => one.Protocol)];
                await ReadAsync(mirror, protocol => newcomers.Contains(protocol) ? protocol.SourceReads() : [], BlockId.Latest, cancellation).ConfigureAwait(false);
                await _backfill.ReplayAsync(mirror, newcomers, newcomers.Min(protocol => protocol.Settings.DeployBlock), snapshot.Block.Number, cancellation).ConfigureAwait(false);
            }
            return mirror;
        }
        catch (SnapshotException error)
        {
            Refuse(error);
            return null;
        }
    }

    /// <summary>It is not tried again, and kept for somebody to look at.</summary>
    private void Refuse(SnapshotException error)
    {
        MirrorLog.Refused(logger, store!.FilePath, error.Fault.ToString(), error.Message);
        MirrorInstruments.SnapshotRefused(error.Fault);
        try
        {
            store.SetAside();
        }
        catch (SnapshotException)
        {
            // It stays, and is refused again by the next start.
        }
    }

    /// <summary>A block of these that is no longer in the chain.</summary>
    private async Task<BlockRef?> ReplacedAsync(IReadOnlyList<BlockHeader> blocks, CancellationToken cancellation)
    {
        foreach (var block in blocks)
        {
            var there = await chain.GetHeaderAsync(BlockId.At(block.Ref.Number), cancellation).ConfigureAwait(false);
            if (there.Ref.Hash != block.Ref.Hash) return block.Ref;
        }
        return null;
    }

    private async Task<IReadOnlyDictionary<string, string>> CompareTotalsAsync(Mirror mirror, CancellationToken cancellation)
    {
        try
        {
            return await _totals.CompareAsync([.. mirror.Trusted.Select(protocol => (protocol.Settings.Name, protocol.Capture()))], mirror.Head, cancellation).ConfigureAwait(false);
        }
        catch (ChainException error)
        {
            // The next checkpoint asks again.
            MirrorLog.TotalsUnknown(logger, string.Join(", ", mirror.Trusted.Select(protocol => protocol.Settings.Name)), "totals", error.Message);
            return new Dictionary<string, string>();
        }
    }
}
