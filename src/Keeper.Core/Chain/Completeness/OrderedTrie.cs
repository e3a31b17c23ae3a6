using Keeper.Core.Chain.Rlp;
using Keeper.Core.Primitives;

namespace Keeper.Core.Chain.Completeness;

/// <summary>The root of a Merkle Patricia trie whose keys are the positions of its values, in RLP (Yellow Paper, appendix D): transactions, receipts, withdrawals.</summary>
internal sealed class OrderedTrie
{
    private readonly (byte[] Nibbles, byte[] Value)[] _items;
    private readonly Keccak256 _keccak;

    private OrderedTrie(IReadOnlyList<byte[]> values, Keccak256 keccak)
    {
        // No key begins another: each is a single byte below 0x80, or says its own length first.
        _items = [.. values.Select((value, i) => (Nibbles(new RlpWriter().Number((ulong)i).ToArray()), value))];
        Array.Sort(_items, static (a, b) => a.Nibbles.AsSpan().SequenceCompareTo(b.Nibbles));
        _keccak = keccak;
    }

    public static Hash32 Root(IReadOnlyList<byte[]> values, Keccak256 keccak) =>
        keccak(values.Count == 0 ? new RlpWriter().Bytes([]).ToArray() : new OrderedTrie(values, keccak).Node(0, values.Count, 0));

    /// <summary>The node over the items from <paramref name="from"/> to before <paramref name="to"/>, which are the same up to <paramref name="depth"/>.</summary>
    private byte[] Node(int from, int to, int depth)
    {
        var (first, value) = _items[from];
        if (to - from == 1) return new RlpWriter().Bytes(Compact(first.AsSpan(depth), isLeaf: true)).Bytes(value).ToList();
        // Sorted: what the first and the last share, all between them share.
        var shared = first.AsSpan(depth).CommonPrefixLength(_items[to - 1].Nibbles.AsSpan(depth));
        if (shared > 0) return Reference(new RlpWriter().Bytes(Compact(first.AsSpan(depth, shared), isLeaf: false)), Node(from, to, depth + shared)).ToList();
        var branch = new RlpWriter();
        for (byte nibble = 0; nibble < 16; nibble++)
        {
            var end = from;
            while (end < to && _items[end].Nibbles[depth] == nibble) end++;
            if (end == from) branch.Bytes([]);
            else Reference(branch, Node(from, end, depth + 1));
            from = end;
        }
        return branch.Bytes([]).ToList();
    }

    /// <summary>A node shorter than a hash stands itself where its hash would.</summary>
    private RlpWriter Reference(RlpWriter writer, byte[] node) => node.Length < Hash32.Size ? writer.Raw(node) : writer.Hash(_keccak(node));

    /// <summary>Nibbles as bytes, with a flag for a leaf and for an odd number of them (Yellow Paper, appendix C).</summary>
    private static byte[] Compact(ReadOnlySpan<byte> nibbles, bool isLeaf)
    {
        var odd = nibbles.Length % 2;
        var bytes = new byte[nibbles.Length / 2 + 1];
        bytes[0] = (byte)(((isLeaf ? 2 : 0) + odd) << 4 | (odd == 1 ? nibbles[0] : 0));
        for (var i = odd; i < nibbles.Length; i += 2) bytes[i / 2 + 1] = (byte)(nibbles[i] << 4 | nibbles[i + 1]);
        return bytes;
    }

    private static byte[] Nibbles(byte[] key) => [.. key.SelectMany(part => (byte[])[(byte)(part >> 4), (byte)(part & 0xf)])];
}
