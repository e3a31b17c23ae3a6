using System.Diagnostics.CodeAnalysis;

namespace Keeper.Core.Primitives;

/// <summary>A 32-byte hash or log topic.</summary>
public readonly struct Hash32 : IEquatable<Hash32>, IComparable<Hash32>
{
    /// <summary>The length in bytes.</summary>
    public const int Size = 32;

    /// <param name="word">The hash read as a word, most significant byte first.</param>
    public Hash32(UInt256 word) => Word = word;

    /// <param name="bytes">32 bytes.</param>
    /// <exception cref="ArgumentException">Another length.</exception>
    public Hash32(ReadOnlySpan<byte> bytes) =>
        Word = bytes.Length == Size ? UInt256.ReadBigEndian(bytes) : throw new ArgumentException($"A hash has 32 bytes, not {bytes.Length}.", nameof(bytes));

    public static Hash32 Zero => default;

    /// <summary>The hash read as a word, most significant byte first: indexed event arguments are read from it.</summary>
    public UInt256 Word { get; }

    public bool IsZero => Word.IsZero;
    public void CopyTo(Span<byte> destination) => Word.WriteBigEndian(destination);

    public byte[] ToArray()
    {
        var bytes = new byte[Size];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>Reads 64 hex digits after <c>0x</c>.</summary>
    /// <exception cref="FormatException">Anything else.</exception>
    public static Hash32 Parse(string text) =>
        TryParse(text, out var hash) ? hash : throw new FormatException($"'{text}' is not a hash: 0x and 64 hex digits are expected.");

    public static bool TryParse([NotNullWhen(true)] string? text, out Hash32 hash)
    {
        hash = default;
        Span<byte> bytes = stackalloc byte[Size];
        if (!Hex.TryDecodeExact(text, bytes)) return false;
        hash = new(bytes);
        return true;
    }

    public static bool operator ==(Hash32 a, Hash32 b) => a.Word == b.Word;
    public static bool operator !=(Hash32 a, Hash32 b) => a.Word != b.Word;
    public bool Equals(Hash32 other) => Word == other.Word;
    public override bool Equals(object? obj) => obj is Hash32 other && Equals(other);
    public override int GetHashCode() => Word.GetHashCode();
    public int CompareTo(Hash32 other) => Word.CompareTo(other.Word);

    /// <summary>0x and 64 lower-case hex digits.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        CopyTo(bytes);
        return Hex.Encode(bytes);
    }
}
