using Keeper.Core.Primitives;

namespace Keeper.Core.Chain.Nodes.Health;

/// <summary>The newest blocks that one endpoint has told of, by height. Not safe for concurrent use.</summary>
internal sealed class HeadWindow
{
    private const ulong Length = 256;

    /// <summary>A head further above the newest one says nothing by itself.</summary>
    public const ulong MaxJump = 64;

    private readonly (ulong Number, Hash32 Hash)?[] _blocks = new (ulong, Hash32)?[Length];

    /// <summary>Null before the first.</summary>
    public ulong? Newest { get; private set; }

    public Hash32? HashAt(ulong number) => _blocks[number % Length] is { } held && held.Number == number ? held.Hash : null;

    /// <summary>The chain of the endpoint ends at this block.</summary>
    /// <param name="isAnnounced">By its socket, which may repeat an old one; else the endpoint was asked.</param>
    /// <returns>Whether it did not before.</returns>
    public bool Extend(BlockRef head, bool isAnnounced)
    {
        if (HashAt(head.Number) == head.Hash && (isAnnounced || Newest == head.Number)) return false;
        Forget(number => number > head.Number);
        Newest = head.Number;
        Note(head);
        return true;
    }

    /// <summary>The endpoint has this block, wherever its chain ends.</summary>
    public void Note(BlockRef block)
    {
        if (block.Number + Length <= Newest) return;
        if (HashAt(block.Number) is { } other && other != block.Hash) Forget(number => number < block.Number);
        _blocks[block.Number % Length] = (block.Number, block.Hash);
        if (block.Number == 0) return;
        if (HashAt(block.Number - 1) is { } parent && parent != block.ParentHash) Forget(number => number < block.Number);
        _blocks[(block.Number - 1) % Length] = (block.Number - 1, block.ParentHash);
    }

    /// <summary>Whether both have the same block at the greatest height of which both have told; null without such a height.</summary>
    public bool? AgreesWith(HeadWindow other)
    {
        if (Newest is not { } mine || other.Newest is not { } theirs) return null;
        var top = Math.Min(mine, theirs);
        for (var number = top; number + Length > top; number--)
        {
            if (HashAt(number) is { } a && other.HashAt(number) is { } b) return a == b;
            if (number == 0) break;
        }
        return null;
    }

    private void Forget(Predicate<ulong> which)
    {
        for (var i = 0; i < _blocks.Length; i++)
            if (_blocks[i] is { } held && which(held.Number)) _blocks[i] = null;
    }
}
