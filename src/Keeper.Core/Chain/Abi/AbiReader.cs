using Keeper.Core.Primitives;

namespace Keeper.Core.Chain.Abi;

/// <summary>
/// Reads ABI-encoded words in order, strictly: data that is too short, an integer wider than its type or an address with
/// dirty padding throws <see cref="AbiException"/>. Nothing is ever decoded into zeros.
/// </summary>
public ref struct AbiReader(ReadOnlySpan<byte> data)
{
    private readonly ReadOnlySpan<byte> _data = data;
    private int _position;

    /// <summary>The bytes that were not read.</summary>
    public readonly int Remaining => _data.Length - _position;

    public UInt256 ReadUInt256()
    {
        if (Remaining < 32) throw new AbiException($"A word is missing: {_data.Length} bytes were given, {_position + 32} are needed.");
        var word = UInt256.ReadBigEndian(_data.Slice(_position, 32));
        _position += 32;
        return word;
    }

    public Int256 ReadInt256() => Int256.FromBits(ReadUInt256());

    /// <summary>An unsigned integer of at most <paramref name="bits"/> bits.</summary>
    public UInt256 ReadUInt(int bits)
    {
        var word = ReadUInt256();
        return word.BitLength <= bits ? word : throw new AbiException($"A uint{bits} has {word.BitLength} bits.");
    }

    /// <summary>A signed integer of at most <paramref name="bits"/> bits, its sign among them.</summary>
    public Int256 ReadInt(int bits)
    {
        var value = ReadInt256();
        var beyondSign = value.IsNegative ? ~value.Bits : value.Bits;
        return beyondSign.BitLength < bits ? value : throw new AbiException($"An int{bits} has {beyondSign.BitLength + 1} bits.");
    }

    public ulong ReadUInt64() => (ulong)ReadUInt(64);
    public uint ReadUInt32() => (uint)(ulong)ReadUInt(32);
    public ushort ReadUInt16() => (ushort)(ulong)ReadUInt(16);
    public byte ReadByte() => (byte)(ulong)ReadUInt(8);
    public UInt128 ReadUInt128() => (UInt128)ReadUInt(128);

    public bool ReadBool() => ReadByte() switch { 0 => false, 1 => true, var other => throw new AbiException($"A bool is {other}.") };

    public Address ReadAddress() => ToAddress(ReadUInt256());
    public Hash32 ReadHash32() => new(ReadUInt256());

    /// <summary>A reader at the place that the next word points to, counted from the start of this reader's data.</summary>
    public AbiReader ReadOffset()
    {
        var offset = ReadUInt256();
        if (!offset.FitsUInt64 || (ulong)offset > (ulong)_data.Length) throw new AbiException("An offset points beyond the data.");
        return new AbiReader(_data[(int)(ulong)offset..]);
    }

    /// <summary>The length of an array whose elements take at least <paramref name="elementSize"/> bytes each, checked against what is left.</summary>
    public int ReadLength(int elementSize)
    {
        var length = ReadUInt256();
        if (!length.FitsUInt64 || (ulong)length > (ulong)(Remaining / elementSize)) throw new AbiException("A length exceeds the data.");
        return (int)(ulong)length;
    }

    /// <summary>A reader whose offsets count from here, as the elements of an array of dynamic types need.</summary>
    public readonly AbiReader Rest() => new(_data[_position..]);

    /// <summary>The bytes of a <c>bytes</c> or <c>string</c> whose length word comes next.</summary>
    public ReadOnlySpan<byte> ReadBytes()
    {
        var length = ReadLength(1);
        var bytes = _data.Slice(_position, length);
        _position += length;
        return bytes;
    }

    /// <exception cref="AbiException">Something was left unread.</exception>
    public readonly void RequireEnd()
    {
        if (Remaining != 0) throw new AbiException($"{Remaining} bytes are left over.");
    }

    /// <summary>An indexed address argument.</summary>
    /// <exception cref="AbiException">The upper 96 bits are not zero.</exception>
    public static Address ToAddress(UInt256 word)
    {
        if (word.BitLength > 160) throw new AbiException("An address has dirty padding.");
        Span<byte> bytes = stackalloc byte[32];
        word.WriteBigEndian(bytes);
        return new Address(bytes[12..]);
    }
}
