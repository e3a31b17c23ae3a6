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

    /// <summary>Reads asked for at once: accounts of a list may be many.</summary>
    private const int MaxReads = 2_000;

    private readonly Backfill _backfill = new(chain, profile, store?.ForAnotherWriter(".backfill"), time, logger);
    private readonly TotalsAudit _totals = new(chain, logger);
    private readonly HashSet<string> _told = [];

    /// <summary>
    /// 1. The snapshot, if its block is in the chain, and whose logs are wanted. 2. The logs since, or all of them. 3. What no log tells, at the newest block. 4. The blocks
    /// of step 2 must still be in the chain. 5. The sums must be the contracts': a protocol whose part of the snapshot is not as they say gets its history
    /// instead, and one that is not after that is not trusted. What is wrong with one protocol's part changes nothing for the others'.
    /// </summary>
    /// <exception cref="ChainException">The chain could not be asked.</exception>
    public async Task<(Mirror Mirror, BlockHeader Header)> BuildAsync(CancellationToken cancellation)
    {
        // Whose part of the snapshot is of no use.
        var unused = new HashSet<string>();
        for (var mayRestore = store is not null; ;)
        {
            var restored = mayRestore ? await RestoreAsync(unused, cancellation).ConfigureAwait(false) : null;
            var mirror = restored?.Mirror ?? Empty();
            var first = restored is null ? mirror.Protocols.Min(protocol => protocol.Settings.FirstBlock) : mirror.Head.Number + 1;
            await ReadAsync(mirror, AdapterCall.SourceReads, protocol => protocol.SourceReads(), BlockId.Latest, cancellation).ConfigureAwait(false);
            foreach (var protocol in mirror.Protocols)
                if (protocol.Settings.Start is { } start && restored?.Names.Contains(protocol.Settings.Name) != true) MirrorLog.BeginsWith(logger, protocol.Settings.Name, start.Block, start.Accounts.Count);
            var passes = await _backfill.RunAsync(mirror, first, cancellation).ConfigureAwait(false);
            mirror.ArriveAt(passes[^1].Ref);
            await ReadMissingAsync(mirror, cancellation).ConfigureAwait(false);
            if (await ReplacedAsync(passes, cancellation).ConfigureAwait(false) is { } replaced)
            {
                MirrorLog.Replaced(logger, replaced);
                continue;
            }
            var differences = await CompareTotalsAsync(mirror, cancellation).ConfigureAwait(false);
            if (restored is { } from && differences.FirstOrDefault(difference => from.Names.Contains(difference.Key)) is { Key: not null } wrong)
            {
                var error = new SnapshotException(SnapshotFault.TotalsDiffer, $"{wrong.Key}, {wrong.Value}.") { Protocol = wrong.Key };
                mayRestore = Refuse(error, from.Snapshot, unused, from.Names.Count);
                unused.UnionWith(differences.Keys);
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
    /// answer stays missing, is told once, and is asked for again with the next block: the protocol judges without it. Where the node does not let the contract answer and the
    /// adapter cannot do without (<see cref="StateRead.Refused"/>), or the questions have no end, nothing is decided by that protocol until the next block; the others go on.
    /// </summary>
    /// <exception cref="ChainException">The chain could not be asked: nothing is known of any.</exception>
    public Task ReadMissingAsync(Mirror mirror, CancellationToken cancellation) =>
        ReadAsync(mirror, AdapterCall.MissingReads, protocol => protocol.MissingReads(), new BlockId.ByHash(mirror.Head.Hash), cancellation);

    private async Task ReadAsync(Mirror mirror, AdapterCall call, Func<IProtocol, IReadOnlyList<StateRead>> wanted, BlockId at, CancellationToken cancellation)
    {
        var failed = new HashSet<(IProtocol, string)>();
        var lacking = new Dictionary<IProtocol, string>();
        for (var round = 0; ; round++)
        {
            var reads = mirror.Trusted.Where(protocol => !lacking.ContainsKey(protocol)).ToArray()
                .SelectMany(protocol => ReadsOf(mirror, protocol, call, wanted).Where(read => !failed.Contains((protocol, read.What))).Select(read => (Protocol: protocol, Read: read))).ToArray();
            if (reads.Length == 0) break;
            if (round == MaxRoundsOfReads)
            {
                foreach (var (protocol, read) in reads) Lack(protocol, read.What, $"it is still missing after {MaxRoundsOfReads} rounds of reads");
                break;
            }
            var results = new List<CallResult>(reads.Length);
            foreach (var some in reads.Select(entry => entry.Read.Call).Chunk(MaxReads))
                results.AddRange(await chain.CallAsync(some, at, cancellation).ConfigureAwait(false));
            for (var i = 0; i < reads.Length; i++)
            {
                var (protocol, read) = reads[i];
                if (read.Refused is null && results[i] is CallResult.Refused(var reason)) Lack(protocol, read.What, reason);
                else if (Failure(mirror, protocol, call, read, results[i]) is { } failure)
                {
                    failed.Add((protocol, read.What));
                    Tell(protocol, read.What, failure);
                }
            }
        }
        mirror.Lack(lacking);

        void Lack(IProtocol protocol, string what, string reason)
        {
            // The first tells enough: of accounts there may be thousands.
            if (lacking.TryAdd(protocol, $"{what} cannot be read: {reason}")) Tell(protocol, what, reason);
        }
    }

    private static IReadOnlyList<StateRead> ReadsOf(Mirror mirror, IProtocol protocol, AdapterCall call, Func<IProtocol, IReadOnlyList<StateRead>> wanted) => AdapterFault.Run(protocol, call, () => AdapterFault.Whole(wanted(protocol)), fault =>
    {
        mirror.Distrust(protocol, fault);
        return [];
    });

    /// <summary>Applies an answer; what is wrong with it, or null.</summary>
    private static string? Failure(Mirror mirror, IProtocol protocol, AdapterCall call, StateRead read, CallResult result)
    {
        try
        {
            if (result is CallResult.Returned(var data))
            {
                read.Apply(data);
                return null;
            }
            if (result is CallResult.Refused(var reason))
            {
                read.Refused?.Invoke();
                return reason;
            }
            read.Reverted?.Invoke();
            return "the call reverted";
        }
        catch (Exception error) when (error is AbiException or OverflowException)
        {
            return error.Message;
        }
        catch (MirrorException error)
        {
            // The contract is not what the adapter is for: that is no fault of the adapter.
            mirror.Distrust(protocol, $"{read.What}: {error.Message}");
            return error.Message;
        }
        catch (Exception error) when (AdapterFault.Is(error))
        {
            var fault = AdapterFault.Tell(protocol.Settings.Name, call, error);
            mirror.Distrust(protocol, $"{read.What}: {fault}");
            return fault;
        }
    }

    /// <summary>Once: a mirror may be built beside the one at work, and asks for the same.</summary>
    private void Tell(IProtocol protocol, string what, string reason)
    {
        lock (_told)
            if (!_told.Add($"{protocol.Settings.Name}: {what}")) return;
        MirrorLog.Unreadable(logger, $"{protocol.Settings.Name}: {what}", ForeignText.Clean(reason));
    }

    private Mirror Empty()
    {
        var undo = new UndoLog();
        return new(protocols(undo), undo, default);
    }

    /// <param name="unused">Whose part is not used; grows by whose part is found to be of no use.</param>
    /// <returns>A mirror as of the snapshot's block, and whose state in it is the snapshot's; null where there is none to use.</returns>
    /// <exception cref="ChainException">Also where the node does not have that height yet.</exception>
    private async Task<(Mirror Mirror, HashSet<string> Names, SnapshotHeader Snapshot)?> RestoreAsync(HashSet<string> unused, CancellationToken cancellation)
    {
        while (true)
        {
            SnapshotHeader? snapshot = null;
            var count = 0;
            try
            {
                snapshot = store!.Find();
                if (snapshot is null) return null;
                var there = await chain.GetHeaderAsync(BlockId.At(snapshot.Block.Number), cancellation).ConfigureAwait(false);
                if (there.Ref.Hash != snapshot.Block.Hash) throw new SnapshotException(SnapshotFault.BlockGone, $"Its block {snapshot.Block} is not in the chain, which has {there.Ref} there.");
                var undo = new UndoLog();
                var made = protocols(undo);
                count = made.Count(protocol => !unused.Contains(protocol.Settings.Name));
                var without = await Task.Run(() => store.Load(snapshot, made, unused), cancellation).ConfigureAwait(false);
                foreach (var (protocol, reason) in without) MirrorLog.Without(logger, protocol.Settings.Name, reason);
                if (without.Count == made.Count) return null;
                var mirror = new Mirror(made, undo, snapshot.Block);
                MirrorLog.Restored(logger, snapshot.Block, made.Sum(protocol => protocol.AccountCount));
                IProtocol[] newcomers = [.. without.Select(one => one.Protocol)];
                if (newcomers.Length > 0)
                {
                    await ReadAsync(mirror, AdapterCall.SourceReads, protocol => newcomers.Contains(protocol) ? protocol.SourceReads() : [], BlockId.Latest, cancellation).ConfigureAwait(false);
                    await _backfill.ReplayAsync(mirror, newcomers, newcomers.Min(protocol => protocol.Settings.FirstBlock), snapshot.Block.Number, cancellation).ConfigureAwait(false);
                }
                return (mirror, [.. made.Except(newcomers).Select(protocol => protocol.Settings.Name)], snapshot);
            }
            catch (SnapshotException error) when (error.Fault == SnapshotFault.Replaced)
            {
                // A checkpoint's came meanwhile: it is as good.
            }
            catch (SnapshotException error)
            {
                if (!Refuse(error, snapshot, unused, count)) return null;
            }
        }
    }

    /// <summary>
    /// One protocol's part is not used, and what the file holds of others is. Where nothing of it can be, it is kept for somebody to look at and not tried again.
    /// </summary>
    /// <param name="looked">Null where it could not be read.</param>
    /// <param name="parts">How many parts were to be used.</param>
    /// <returns>Whether the rest may be used.</returns>
    private bool Refuse(SnapshotException error, SnapshotHeader? looked, HashSet<string> unused, int parts)
    {
        MirrorInstruments.SnapshotRefused(error.Fault);
        if (error.Protocol is { } name && parts > 1)
        {
            MirrorLog.PartRefused(logger, name, store!.FilePath, error.Fault.ToString(), error.Message);
            unused.Add(name);
            return true;
        }
        MirrorLog.Refused(logger, store!.FilePath, error.Fault.ToString(), error.Message);
        try
        {
            store.SetAside(looked);
        }
        catch (SnapshotException)
        {
            // It stays, and is refused again by the next start.
        }
        return false;
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
            return await _totals.CompareAsync([.. mirror.Trusted.ToArray().Select(mirror.Capture).OfType<SnapshotPart>().Select(part => (part.Settings.Name, part.State))], mirror.Head, cancellation).ConfigureAwait(false);
        }
        catch (ChainException error)
        {
            // The next checkpoint asks again.
            MirrorLog.TotalsUnknown(logger, string.Join(", ", mirror.Trusted.Select(protocol => protocol.Settings.Name)), "totals", error.Message);
            return new Dictionary<string, string>();
        }
    }
}
