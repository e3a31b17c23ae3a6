using Keeper.Core.Primitives;

namespace Keeper.Chain.Native.Rlp;

/// <summary>
/// Reads items in order and accepts the one canonical encoding of each only: a length that a shorter form could carry, a
/// leading zero or an item that runs beyond the data throws <see cref="RlpException"/>.
/// </summary>
internal ref struct RlpReader(ReadOnlySpan<byte> data)
{
    private ReadOnlySpan<byte> _rest = data;

    public readonly bool AtEnd => _rest.IsEmpty;

    /// <summary>The next item is a list.</summary>
    public readonly bool NextIsList => !_rest.IsEmpty && _rest[0] >= 0xc0;

    public ReadOnlySpan<byte> ReadBytes()
    {
        var first = Peek();
        if (first >= 0xc0) throw new RlpException("A list stands where bytes are expected.");
        if (first < 0x80) return Take(0, 1);
        if (first > 0xb7) return Take(1 + first - 0xb7, ReadLength(first - 0xb7));
        var content = Take(1, first - 0x80);
        return content.Length == 1 && content[0] < 0x80 ? throw new RlpException("A single byte below 0x80 has a prefix.") : content;
    }

    public RlpReader ReadList()
    {
        var first = Peek();
        if (first < 0xc0) throw new RlpException("Bytes stand where a list is expected.");
        return new RlpReader(first <= 0xf7 ? Take(1, first - 0xc0) : Take(1 + first - 0xf7, ReadLength(first - 0xf7)));
    }

    public UInt256 ReadNumber()
    {
        var digits = ReadBytes();
        if (digits.Length > 32) throw new RlpException("A number has more than 256 bits.");
        if (digits.Length > 0 && digits[0] == 0) throw new RlpException("A number has a leading zero.");
        Span<byte> word = stackalloc byte[32];
        word.Clear();
        digits.CopyTo(word[(32 - digits.Length)..]);
        return UInt256.ReadBigEndian(word);
    }

    public ulong ReadUInt64()
    {
        var number = ReadNumber();
        return number.FitsUInt64 ? (ulong)number : throw new RlpException("A number has more than 64 bits.");
    }

    /// <summary>20 bytes, or none: the recipient of a transaction that creates a contract.</summary>
    public Address? ReadAddress()
    {
        var bytes = ReadBytes();
        return bytes.Length switch
        {
            0 => null,
            Core.Primitives.Address.Size => new Address(bytes),
            _ => throw new RlpException($"An address has {bytes.Length} bytes."),
        };
    }

    public readonly void RequireEnd()
    {
        if (!_rest.IsEmpty) throw new RlpException($"{_rest.Length} bytes are left over.");
    }

    private readonly byte Peek() => _rest.IsEmpty ? throw new RlpException("An item is missing.") : _rest[0];

    /// <summary>The length in <paramref name="digits"/> bytes after the first one of a long form.</summary>
    private readonly int ReadLength(int digits)
    {
        if (_rest.Length < 1 + digits) throw new RlpException("A length is cut off.");
        var bytes = _rest.Slice(1, digits);
        if (bytes[0] == 0) throw new RlpException("A length has a leading zero.");
        if (digits > 4) throw new RlpException("An item runs beyond the data.");
        ulong length = 0;
        foreach (var digit in bytes) length = (length << 8) | digit;
        if (length <= 55) throw new RlpException("A short item has the long form.");
        return length <= (ulong)_rest.Length ? (int)length : throw new RlpException("An item runs beyond the data.");
    }

    private ReadOnlySpan<byte> Take(int prefix, int length)
    {
        if (_rest.Length - prefix < length) throw new RlpException("An item runs beyond the data.");
        var content = _rest.Slice(prefix, length);
        _rest = _rest[(prefix + length)..];
        return content;
    }
}
