using Keeper.Core.Chain;
using Keeper.Core.Primitives;

namespace Keeper.Tests.Chain.Nethereum;

/// <summary>Transactions and keys with the values at which encodings differ: zeros, leading zero bytes, one byte of data, no recipient.</summary>
internal static class RandomTransactions
{
    public static TransactionFields Next(Random random)
    {
        var (tip, rest) = (Number(random, 12), Number(random, 12));
        var fees = random.Next(3) == 0 ? Fees.Legacy(new Wei(rest)) : new Fees(new Wei(tip + rest), new Wei(tip));
        return new(
            (ulong)random.NextInt64(1, random.Next(2) == 0 ? 300 : long.MaxValue), (ulong)Number(random, 8), random.Next(5) == 0 ? null : Address(random),
            new Wei(Number(random, 32)), Data(random), new Gas((ulong)Number(random, 8)), fees);
    }

    public static Core.Primitives.Address Address(Random random) => new(Bytes(random, 20));

    /// <summary>A valid key; a third of them begin with zero bytes.</summary>
    public static byte[] Key(Random random)
    {
        var key = Bytes(random, 32);
        key[0] &= 0x7f;
        if (random.Next(3) == 0) key.AsSpan(0, random.Next(1, 31)).Clear();
        key[31] |= 1;
        return key;
    }

    private static byte[] Data(Random random) => random.Next(4) switch
    {
        0 => [],
        1 => [(byte)random.Next(256)],
        2 => [0],
        _ => Bytes(random, random.Next(2, 400)),
    };

    private static UInt256 Number(Random random, int maxBytes)
    {
        Span<byte> word = stackalloc byte[32];
        word.Clear();
        random.NextBytes(word[(32 - random.Next(maxBytes + 1))..]);
        return UInt256.ReadBigEndian(word);
    }

    private static byte[] Bytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }
}
