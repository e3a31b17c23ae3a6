using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;
using Keeper.Core.Primitives;

namespace Keeper.Core.Mirror.Snapshots;

/// <summary>
/// Reads what <see cref="SnapshotWriter"/> wrote, strictly: what is missing, too large or not in its one form throws
/// <see cref="SnapshotException"/>. A count is bounded by the bytes that are left, so that no length that a file claims is believed.
/// </summary>
/// <remarks>A start reads millions of numbers within the time that the runtime would take to find out that it does: they are compiled well at once.</remarks>
public ref struct SnapshotReader(ReadOnlySpan<byte> data)
{
    /// <summary>The longest text, in bytes of UTF-8.</summary>
    public const int MaxText = 256;

    private readonly ReadOnlySpan<byte> _data = data;
    private int _position;

    /// <summary>The bytes that were not read.</summary>
    public readonly int Remaining => _data.Length - _position;

    public byte Byte() => Take(1)[0];

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public ulong Number()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Byte();
            value |= (ulong)(next & 0x7f) << shift;
            if (next >= 0x80) continue;
            if ((next == 0 && shift > 0) || (shift == 63 && next > 1)) break;
            return value;
        }
        throw Damaged("A number is not in its one form.");
    }

    /// <param name="bytesEach">The least that one of what is counted takes.</param>
    public int Count(int bytesEach)
    {
        var count = Number();
        return count <= (ulong)(Remaining / bytesEach) ? (int)count : throw Damaged($"{count} entries are announced, and {Remaining} bytes are left.");
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public UInt256 Unsigned() => Digits(Byte());

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public Int256 Signed()
    {
        var head = Byte();
        var magnitude = Digits((byte)(head >> 1));
        if ((head & 1) == 0) return magnitude.BitLength < 256 ? (Int256)magnitude : throw Damaged("A signed number has too many digits.");
        if (magnitude.IsZero || magnitude > Int256.MinValue.Bits) throw Damaged("A signed number is not in its one form.");
        return Int256.FromBits(UInt256.WrappingSubtract(UInt256.Zero, magnitude));
    }

    public Address Address() => new(Take(Primitives.Address.Size));

    public Hash32 Hash() => new(Take(Hash32.Size));

    public string Text()
    {
        var length = Count(1);
        if (length > MaxText) throw Damaged($"A text of {length} bytes.");
        return Encoding.UTF8.GetString(Take(length));
    }

    public readonly void RequireEnd()
    {
        if (Remaining != 0) throw Damaged($"{Remaining} bytes follow what was expected.");
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private UInt256 Digits(byte length)
    {
        if (length > 32) throw Damaged($"A number of {length} bytes.");
        var bytes = Take(length);
        if (length > 0 && bytes[^1] == 0) throw Damaged("A number is not in its one form.");
        return new(Limb(bytes, 0), Limb(bytes, 8), Limb(bytes, 16), Limb(bytes, 24));
    }

    private static ulong Limb(ReadOnlySpan<byte> bytes, int from)
    {
        if (bytes.Length >= from + 8) return BinaryPrimitives.ReadUInt64LittleEndian(bytes[from..]);
        ulong limb = 0;
        for (var i = bytes.Length - 1; i >= from; i--) limb = limb << 8 | bytes[i];
        return limb;
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > Remaining) throw Damaged($"It ends where {length} bytes are expected.");
        _position += length;
        return _data.Slice(_position - length, length);
    }

    private static SnapshotException Damaged(string what) => new(SnapshotFault.Damaged, what);
}
