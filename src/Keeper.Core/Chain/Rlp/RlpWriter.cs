using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Keeper.Core.Primitives;

namespace Keeper.Core.Chain.Rlp;

/// <summary>Writes recursive length prefix items (Yellow Paper, appendix B). A list is written into a writer of its own.</summary>
public sealed class RlpWriter
{
    private const byte ShortString = 0x80, LongString = 0xb7, ShortList = 0xc0, LongList = 0xf7;
    private readonly List<byte> _items = [];

    public RlpWriter Bytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != 1 || bytes[0] >= ShortString) Prefix(bytes.Length, ShortString, LongString);
        return Raw(bytes);
    }

    /// <summary>A scalar: big-endian without leading zeros, zero as the empty string.</summary>
    public RlpWriter Number(UInt256 value)
    {
        Span<byte> word = stackalloc byte[32];
        value.WriteBigEndian(word);
        return Bytes(word[(32 - (value.BitLength + 7) / 8)..]);
    }

    public RlpWriter Hash(Hash32 hash)
    {
        Span<byte> bytes = stackalloc byte[Hash32.Size];
        hash.CopyTo(bytes);
        return Bytes(bytes);
    }

    public RlpWriter Address(Address? address) => address is { } some ? Bytes(some.ToArray()) : Bytes([]);

    public RlpWriter List(RlpWriter items)
    {
        Prefix(items._items.Count, ShortList, LongList);
        return Raw(CollectionsMarshal.AsSpan(items._items));
    }

    /// <summary>An item that is encoded already.</summary>
    public RlpWriter Raw(ReadOnlySpan<byte> item)
    {
        _items.AddRange(item);
        return this;
    }

    /// <summary>The items as one list behind <paramref name="envelope"/>, the type byte of EIP-2718; empty for none.</summary>
    public byte[] ToList(params ReadOnlySpan<byte> envelope) => new RlpWriter().Raw(envelope).List(this).ToArray();

    public byte[] ToArray() => [.. CollectionsMarshal.AsSpan(_items)];

    private void Prefix(int length, byte shortForm, byte longForm)
    {
        if (length <= 55)
        {
            _items.Add((byte)(shortForm + length));
            return;
        }
        Span<byte> digits = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(digits, length);
        var significant = digits.TrimStart((byte)0);
        _items.Add((byte)(longForm + significant.Length));
        _items.AddRange(significant);
    }
}
