using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Protocol;
using Microsoft.Extensions.Logging;

namespace Keeper.Core.Mirror;

/// <summary>Builds a mirror from the chain's history, and reads what no log tells.</summary>
/// <param name="protocols">Makes every configured adapter anew, with its tables in that undo log.</param>
public sealed class MirrorBuilder(IChainClient chain, Func<UndoLog, IReadOnlyList<IProtocol>> protocols, ILogger<MirrorBuilder> logger)
{
    /// <summary>Blocks asked for at once; the client splits further where a node wants it.</summary>
    private const ulong BlocksPerStep = 50_000;

    /// <summary>Answers may lead to further questions (a proxy to its aggregator), but not for ever.</summary>
    private const int MaxRoundsOfReads = 8;

    private readonly HashSet<string> _told = [];

    /// <summary>Replays the logs of every protocol from its first block to the newest one.</summary>
    /// <exception cref="ChainException">The chain could not be asked.</exception>
    public async Task<(Mirror Mirror, BlockHeader Header)> BuildAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var header = await chain.GetHeaderAsync(BlockId.Latest, cancellation).ConfigureAwait(false);
            var undo = new UndoLog();
            var mirror = new Mirror(protocols(undo), undo, header.Ref);
            await ReplayAsync(mirror, header.Ref.Number, cancellation).ConfigureAwait(false);
            await ReadMissingAsync(mirror, cancellation).ConfigureAwait(false);
            // Logs were asked for by height: they are those of this block only if it is still in the chain.
            var again = await chain.GetHeaderAsync(BlockId.At(header.Ref.Number), cancellation).ConfigureAwait(false);
            if (again.Ref.Hash == header.Ref.Hash) return (mirror, header);
            LoopLog.Rebuilding(logger, $"block {header.Ref} was replaced while its history was read");
        }
    }

    /// <summary>
    /// Reads what the protocols miss, at the mirror's block, until they miss nothing that can be had. What a contract does not
    /// answer stays missing, is told once, and is asked for again with the next block: the protocol judges without it.
    /// </summary>
    /// <exception cref="MirrorException">The node does not answer at that block, or the questions have no end.</exception>
    public async Task ReadMissingAsync(Mirror mirror, CancellationToken cancellation)
    {
        var failed = new HashSet<string>();
        for (var round = 0; round < MaxRoundsOfReads; round++)
        {
            var reads = mirror.Protocols.Where(protocol => mirror.FaultOf(protocol) is null)
                .SelectMany(protocol => protocol.MissingReads()).Where(read => !failed.Contains(read.What)).ToArray();
            if (reads.Length == 0) return;
            var results = await chain.CallAsync(reads.Select(read => read.Call).ToArray(), new BlockId.ByHash(mirror.Head.Hash), cancellation).ConfigureAwait(false);
            for (var i = 0; i < reads.Length; i++)
            {
                if (Failure(reads[i], results[i]) is not { } failure) continue;
                failed.Add(reads[i].What);
                if (_told.Add(reads[i].What)) LoopLog.Unreadable(logger, reads[i].What, failure);
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

    private async Task ReplayAsync(Mirror mirror, ulong last, CancellationToken cancellation)
    {
        var from = mirror.Protocols.Min(protocol => protocol.Settings.DeployBlock);
        for (var step = from; step <= last; step += BlocksPerStep)
        {
            var to = Math.Min(last, step + BlocksPerStep - 1);
            var logs = await chain.GetLogsAsync(mirror.Filter, step, to, cancellation).ConfigureAwait(false);
            foreach (var log in logs) mirror.ApplyHistory(log);
            LoopLog.Replayed(logger, to, last, logs.Count);
        }
    }
}
