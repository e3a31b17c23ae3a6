using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Keeper.Core.Primitives;
using Org.BouncyCastle.Crypto.Digests;

namespace Keeper.Chain.Native.Crypto;

/// <summary>Keccak-256 with the original padding, as Ethereum uses it: not the SHA3-256 of FIPS 202.</summary>
public static class Keccak
{
    public static Hash32 Hash(ReadOnlySpan<byte> data)
    {
        Span<byte> hash = stackalloc byte[Hash32.Size];
        HashInto(data, hash);
        return new Hash32(hash);
    }

    /// <summary>The first four bytes of the hash of a canonical signature, such as <c>transfer(address,uint256)</c>.</summary>
    public static uint Selector(string signature)
    {
        Span<byte> hash = stackalloc byte[Hash32.Size];
        HashInto(Encoding.ASCII.GetBytes(signature), hash);
        return BinaryPrimitives.ReadUInt32BigEndian(hash);
    }

    /// <summary>The first topic of an event with that canonical signature.</summary>
    public static Hash32 Topic(string signature) => Hash(Encoding.ASCII.GetBytes(signature));

    internal static void HashInto(ReadOnlySpan<byte> data, Span<byte> destination)
    {
        var input = ArrayPool<byte>.Shared.Rent(data.Length + Hash32.Size);
        try
        {
            data.CopyTo(input);
            var digest = new KeccakDigest(256);
            digest.BlockUpdate(input, 0, data.Length);
            digest.DoFinal(input, data.Length);
            input.AsSpan(data.Length, Hash32.Size).CopyTo(destination);
        }
        finally
        {
            // The input may be key material (the MAC of a keystore).
            ArrayPool<byte>.Shared.Return(input, clearArray: true);
        }
    }
}
