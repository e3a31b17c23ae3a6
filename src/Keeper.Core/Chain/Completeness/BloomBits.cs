using System.Buffers.Binary;
using Keeper.Core.Primitives;

namespace Keeper.Core.Chain.Completeness;

/// <summary>The three bits that one address or topic sets: the low eleven of the first three pairs of bytes of its hash.</summary>
internal readonly record struct BloomBits(int First, int Second, int Third)
{
    public static BloomBits Of(ReadOnlySpan<byte> item, Keccak256 keccak)
    {
        Span<byte> hash = stackalloc byte[Hash32.Size];
        keccak(item).CopyTo(hash);
        return new(Bit(hash), Bit(hash[2..]), Bit(hash[4..]));
    }

    private static int Bit(ReadOnlySpan<byte> pair) => BinaryPrimitives.ReadUInt16BigEndian(pair) & 0x7ff;
}
