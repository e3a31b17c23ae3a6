using Keeper.Core.Chain.Completeness;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Primitives;
using Keeper.Core.Telemetry;
using Microsoft.Extensions.Logging;

namespace Keeper.Core.Chain.Following;

/// <summary>
/// Links blocks by parent hash from the last one told to a head, and tells them with their logs:
/// 1. a head that follows the last block needs no header; else the newest header is asked for;
/// 2. the headers in between, in pieces; 3. back by parent until a block that the caller holds; 4. the logs of the piece, proven (<see cref="BlockLogs"/>);
/// 5. the reorganisation, if there was one, then the blocks. Nothing is told before all of a piece is known, so a fault leaves no trace.
/// Used by one task.
/// </summary>
internal sealed class ChainWalker(NodeRouter router, BlockLogs logs, FollowRequest request, FollowOptions options, EventQueue queue, TimeProvider time, ILogger logger)
{
    private readonly ChainTail _tail = new(request.After, request.Ancestors);
    private long? _behindSince;

    public BlockRef Last => _tail.Last;

    /// <summary>Whether another block was followed at that height, or none yet. Below the oldest that is held nothing is known.</summary>
    public bool Contradicts(BlockRef block) => block.Number > _tail.Last.Number || (block.Number >= _tail.Oldest.Number && _tail.Find(block.Hash) is null);

    /// <summary>Whether the block was followed, or is one that the caller holds.</summary>
    public bool Knows(BlockRef block) => _tail.Find(block.Hash) is not null;

    /// <summary>The node's newest block is one that we have already passed: soon it is known whether it lags or rolled back.</summary>
    public bool SuspectsRollback => _behindSince is not null;

    /// <exception cref="ChainException">Told again by the next call.</exception>
    /// <exception cref="LostTrackException">No block that the caller holds is in the chain.</exception>
    public async Task AdvanceAsync(BlockHeader? announced, CancellationToken cancellation)
    {
        if (announced is not null && announced.Ref.Hash == _tail.Last.Hash) return;
        if (announced is not null && announced.Ref.ParentHash == _tail.Last.Hash)
        {
            await TellAsync([announced], cancellation).ConfigureAwait(false);
            return;
        }

        // The announced head may be late, repeated or of a lost branch: the node's own word counts.
        var head = await router.ReadHeaderAsync(BlockId.Latest, cancellation).ConfigureAwait(false);
        while (head.Ref.Hash != _tail.Last.Hash)
        {
            if (_tail.Find(head.Ref.Hash) is { } passed)
            {
                await RollBackAsync(passed, cancellation).ConfigureAwait(false);
                return;
            }
            var piece = await ReachAsync(head, cancellation).ConfigureAwait(false);
            if (piece.Count > 1) FilledGap(piece);
            await TellAsync(piece, cancellation).ConfigureAwait(false);
        }
        _behindSince = null;
    }

    /// <summary>Headers, oldest first, that begin with a child of a held block and lead to the head or towards it.</summary>
    private async Task<List<BlockHeader>> ReachAsync(BlockHeader head, CancellationToken cancellation)
    {
        var last = _tail.Last;
        List<BlockHeader> piece = [head];
        if (head.Ref.Number > last.Number + 1)
        {
            var to = Math.Min(last.Number + FollowOptions.SegmentLength, head.Ref.Number - 1);
            piece = await router.ReadHeadersAsync(last.Number + 1, to, cancellation).ConfigureAwait(false);
            if (to == head.Ref.Number - 1) piece.Add(head);
            // The head was told before, and may be another endpoint's: nobody is to blame.
            if (piece.Count > 1 && piece[^1].Ref.ParentHash != piece[^2].Ref.Hash) throw new ChainException("The chain changed while its headers were read.", ChainFault.UnknownBlock);
        }
        while (_tail.Find(piece[0].Ref.ParentHash) is null)
        {
            var first = piece[0].Ref;
            // Its parent is at or below our oldest block and is not that block: there is nothing left to return to.
            if (first.Number <= _tail.Oldest.Number + 1) throw new LostTrackException($"The chain left ours before block {_tail.Oldest.Number}, the oldest that can be returned to.");
            var parent = await router.ReadHeaderAsync(new BlockId.ByHash(first.ParentHash), cancellation).ConfigureAwait(false);
            // Of two headers that do not fit the one is true whose fields hash to its block's hash.
            piece[0].RequireChildOf(parent.Ref, piece[0].Logs is { IsSealed: true } ? parent.Source : null);
            piece.Insert(0, parent);
        }
        return piece;
    }

    private async Task TellAsync(List<BlockHeader> piece, CancellationToken cancellation)
    {
        // The caller counts by height and judges by time: a header that follows its parent in neither is none, whoever announced it.
        var parent = _tail.Find(piece[0].Ref.ParentHash)!.Value;
        foreach (var header in piece)
        {
            header.RequireChildOf(parent);
            parent = header.Ref;
        }
        var told = await logs.ReadAsync(piece, cancellation).ConfigureAwait(false);
        if (piece[0].Ref.ParentHash != _tail.Last.Hash) await ReorganiseAsync(_tail.Find(piece[0].Ref.ParentHash)!.Value, cancellation).ConfigureAwait(false);
        for (var i = 0; i < piece.Count; i++)
        {
            var header = piece[i];
            _tail.Append(header.Ref);
            await queue.BlockAsync(new ChainEvent.Block(header.Ref, header.BaseFeePerGas, header.GasLimit, told[i]), cancellation).ConfigureAwait(false);
        }
        _behindSince = null;
    }

    /// <summary>The node has fewer blocks than we told. One that lags catches up; one that rolled back stays there.</summary>
    private async Task RollBackAsync(BlockRef to, CancellationToken cancellation)
    {
        _behindSince ??= time.GetTimestamp();
        if (time.GetElapsedTime(_behindSince.Value) < options.RollbackPatience) return;
        await ReorganiseAsync(to, cancellation).ConfigureAwait(false);
        _behindSince = null;
    }

    private ValueTask ReorganiseAsync(BlockRef ancestor, CancellationToken cancellation)
    {
        var depth = _tail.RewindTo(ancestor);
        ChainInstruments.Reorg(depth);
        ChainLog.Reorganised(logger, ancestor.Number, depth);
        return queue.ReorgAsync(ancestor, cancellation);
    }

    private void FilledGap(List<BlockHeader> piece)
    {
        ChainInstruments.GapFilled(piece.Count - 1);
        ChainLog.GapFilled(logger, piece.Count - 1, piece[^1].Ref.Number);
    }
}
