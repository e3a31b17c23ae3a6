using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Keeper.Core.Primitives;

namespace Keeper.Core.Mirror.Snapshots;

/// <summary>
/// Writes values of a snapshot, small ones short: an integer takes a byte and as many as it has digits. What was written is hashed
/// on the way. <see cref="SnapshotReader"/> reads the same values in the same order. Not safe for concurrent use.
/// </summary>
public sealed class SnapshotWriter : IDisposable
{
    private readonly Stream _stream;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _buffer = new byte[1 << 16];
    private int _used;

    internal SnapshotWriter(Stream stream) => _stream = stream;

    /// <summary>Bytes since the last <see cref="End"/>.</summary>
    internal long Length { get; private set; }

    public void Byte(byte value) => Take(1)[0] = value;

    /// <summary>Seven bits a byte, the lowest first.</summary>
    public void Number(ulong value)
    {
        Span<byte> bytes = stackalloc byte[10];
        var length = 0;
        for (; value >= 0x80; value >>= 7) bytes[length++] = (byte)(value | 0x80);
        bytes[length++] = (byte)value;
        bytes[..length].CopyTo(Take(length));
    }

    public void Count(int value) => Number((ulong)value);

    public void Unsigned(UInt256 value)
    {
        var length = (value.BitLength + 7) / 8;
        var bytes = Take(1 + length);
        bytes[0] = (byte)length;
        Digits(value, bytes[1..]);
    }

    public void Signed(Int256 value)
    {
        var magnitude = value.Abs;
        var length = (magnitude.BitLength + 7) / 8;
        var bytes = Take(1 + length);
        bytes[0] = (byte)(length << 1 | (value.IsNegative ? 1 : 0));
        Digits(magnitude, bytes[1..]);
    }

    public void Address(Address value) => value.CopyTo(Take(Primitives.Address.Size));

    public void Hash(Hash32 value) => value.CopyTo(Take(Hash32.Size));

    /// <summary>At most <see cref="SnapshotReader.MaxText"/> bytes of UTF-8.</summary>
    public void Text(string value)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        if (bytes.Length > SnapshotReader.MaxText) throw new ArgumentException($"A text of {bytes.Length} bytes.", nameof(value));
        Count(bytes.Length);
        bytes.CopyTo(Take(bytes.Length));
    }

    /// <summary>Ends a piece.</summary>
    /// <returns>The hash of what was written since the piece before it.</returns>
    internal Hash32 End()
    {
        Flush();
        Length = 0;
        return new(_hash.GetHashAndReset());
    }

    /// <summary>Forgets what was written since the piece before; of it, more or less may be in the stream already.</summary>
    internal void Drop()
    {
        _used = 0;
        Length = 0;
        _hash.GetHashAndReset();
    }

    public void Dispose() => _hash.Dispose();

    /// <summary>Least significant first, each limb whole bytes.</summary>
    private static void Digits(UInt256 value, Span<byte> bytes)
    {
        Span<byte> word = stackalloc byte[8];
        for (var limb = 0; bytes.Length > 0; limb++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(word, value.Limb(limb));
            var length = Math.Min(8, bytes.Length);
            word[..length].CopyTo(bytes);
            bytes = bytes[length..];
        }
    }

    private Span<byte> Take(int length)
    {
        if (_used + length > _buffer.Length) Flush();
        _used += length;
        Length += length;
        return _buffer.AsSpan(_used - length, length);
    }

    private void Flush()
    {
        _hash.AppendData(_buffer, 0, _used);
        _stream.Write(_buffer, 0, _used);
        _used = 0;
    }
}
