using Keeper.Core.Primitives;

namespace Keeper.Core.Chain.Completeness;

/// <summary>The 2,048 bits over addresses and topics of logs (Yellow Paper, section 4.3.1): what is not in it was not emitted; what is in it may have been.</summary>
public sealed class Bloom : IEquatable<Bloom>
{
    public const int Size = 256;
    private readonly byte[] _bits;

    /// <param name="bits">256 bytes, as a header has them.</param>
    /// <exception cref="ArgumentException">Another length.</exception>
    public Bloom(ReadOnlySpan<byte> bits) => _bits = bits.Length == Size ? bits.ToArray() : throw new ArgumentException($"A bloom has {Size} bytes, not {bits.Length}.", nameof(bits));

    private Bloom(byte[] bits) => _bits = bits;

    public ReadOnlySpan<byte> Bits => _bits;

    public static Bloom Of(IEnumerable<Log> logs, Keccak256 keccak)
    {
        var bloom = new Bloom(new byte[Size]);
        Span<byte> item = stackalloc byte[Hash32.Size];
        foreach (var log in logs)
        {
            log.Address.CopyTo(item[..Address.Size]);
            bloom.Add(BloomBits.Of(item[..Address.Size], keccak));
            for (var i = 0; i < log.TopicCount; i++)
            {
                log.Topic(i).CopyTo(item);
                bloom.Add(BloomBits.Of(item, keccak));
            }
        }
        return bloom;
    }

    internal bool MayHold(BloomBits bits) => Has(bits.First) && Has(bits.Second) && Has(bits.Third);

    public bool Equals(Bloom? other) => other is not null && _bits.AsSpan().SequenceEqual(other._bits);
    public override bool Equals(object? obj) => Equals(obj as Bloom);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(_bits);
        return hash.ToHashCode();
    }

    public override string ToString() => Hex.Encode(_bits);

    private void Add(BloomBits bits)
    {
        Set(bits.First);
        Set(bits.Second);
        Set(bits.Third);
    }

    // Bit 0 is the lowest of the last byte.
    private bool Has(int bit) => (_bits[Size - 1 - bit / 8] & (1 << (bit % 8))) != 0;
    private void Set(int bit) => _bits[Size - 1 - bit / 8] |= (byte)(1 << (bit % 8));
}
