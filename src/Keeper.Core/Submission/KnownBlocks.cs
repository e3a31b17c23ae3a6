using Keeper.Core.Chain;
using Keeper.Core.Primitives;

namespace Keeper.Core.Submission;

/// <summary>
/// The newest blocks as the loop has linked them, so that a receipt is held against the chain and not against the word of the node that
/// gave it. Safe for concurrent use.
/// </summary>
internal sealed class KnownBlocks
{
    /// <summary>More than any receipt that is asked for is old.</summary>
    private const int Most = 256;

    private readonly Lock _gate = new();
    private readonly SortedDictionary<ulong, Hash32> _hashes = [];

    public void Add(BlockRef block)
    {
        lock (_gate)
        {
            _hashes[block.Number] = block.Hash;
            if (_hashes.Count > Most) _hashes.Remove(_hashes.Keys.First());
        }
    }

    public void RewindTo(ulong commonAncestor)
    {
        lock (_gate)
        {
            foreach (var number in _hashes.Keys.Where(number => number > commonAncestor).ToArray()) _hashes.Remove(number);
        }
    }

    /// <summary>Whether the chain holds another block at the receipt's height. Of heights that are not known nothing is said.</summary>
    public bool Deny(Receipt receipt)
    {
        lock (_gate) return _hashes.TryGetValue(receipt.BlockNumber, out var hash) && hash != receipt.BlockHash;
    }
}
