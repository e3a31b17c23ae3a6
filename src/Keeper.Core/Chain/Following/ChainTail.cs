using Keeper.Core.Primitives;

namespace Keeper.Core.Chain.Following;

/// <summary>The blocks that the caller holds, oldest first, linked by hash, and not more of them than a bound. Not safe for concurrent use.</summary>
internal sealed class ChainTail
{
    private readonly int _capacity;
    private readonly List<BlockRef> _blocks;
    private readonly HashSet<Hash32> _hashes;

    /// <param name="ancestors">Blocks before <paramref name="last"/>, newest first; may be empty.</param>
    public ChainTail(BlockRef last, IReadOnlyList<BlockRef> ancestors, int capacity = 1024)
    {
        _capacity = Math.Max(capacity, ancestors.Count + 1);
        _blocks = [.. ancestors.Reverse(), last];
        _hashes = [.. _blocks.Select(block => block.Hash)];
    }

    public BlockRef Last => _blocks[^1];
    public BlockRef Oldest => _blocks[0];

    /// <summary>The block with that hash; reorganisations are shallow, so the search begins at the end.</summary>
    public BlockRef? Find(Hash32 hash) => _hashes.Contains(hash) ? _blocks.FindLast(block => block.Hash == hash) : null;

    public void Append(BlockRef block)
    {
        if (block.ParentHash != Last.Hash) throw new InvalidOperationException($"Block {block} does not follow {Last}.");
        _blocks.Add(block);
        _hashes.Add(block.Hash);
        if (_blocks.Count <= _capacity) return;
        _hashes.Remove(_blocks[0].Hash);
        _blocks.RemoveAt(0);
    }

    /// <summary>Forgets every block after <paramref name="ancestor"/>; gives their number.</summary>
    public int RewindTo(BlockRef ancestor)
    {
        var keep = _blocks.FindLastIndex(block => block.Hash == ancestor.Hash) + 1;
        if (keep == 0) throw new InvalidOperationException($"Block {ancestor} is not held.");
        var undone = _blocks.Count - keep;
        foreach (var block in _blocks.Skip(keep)) _hashes.Remove(block.Hash);
        _blocks.RemoveRange(keep, undone);
        return undone;
    }
}
