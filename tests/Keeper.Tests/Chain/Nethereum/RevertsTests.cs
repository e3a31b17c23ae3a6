using System.Numerics;
using Keeper.Chain.Native.Crypto;
using Keeper.Chain.Nethereum.Contracts;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keeper.Tests.Chain.Nethereum;

/// <summary>Revert data by Nethereum's error data objects, in the words of Core's decoder whatever the bytes are.</summary>
public sealed class RevertsTests
{
    private static readonly string[] Signatures = ["Everything(address,bool,string,bytes,bytes4,bytes32,uint64,int128,uint256)", "Nothing()"];
    private static readonly RevertDecoder ByHand = new(Signatures.ToDictionary(Keccak.Selector));
    private static readonly Reverts Reverts = new(typeof(EverythingError), typeof(NothingError));

    [Fact]
    public void The_language_s_own_errors_have_the_same_words()
    {
        byte[][] known =
        [
            [], [1], [1, 2, 3], [8, 0xc3, 0x79, 0xa0], [0x99, 0x99, 0x99, 0x99],
            new AbiWriter().Bytes("not yet"u8).ToCall(0x08c379a0), new AbiWriter().Bytes([]).ToCall(0x08c379a0), new AbiWriter().Bytes("a\nb\u001b\""u8).ToCall(0x08c379a0),
            new AbiWriter().Bytes([0xff, 0xfe, 0x41]).ToCall(0x08c379a0), new AbiWriter().Bytes(Enumerable.Repeat((byte)'x', 5000).ToArray()).ToCall(0x08c379a0),
            .. new ulong[] { 0, 1, 0x11, 0x12, 0x21, 0x22, 0x31, 0x32, 0x41, 0x51, 0x77 }.Select(code => new AbiWriter().Word(code).ToCall(0x4e487b71)),
            new AbiWriter().Word(UInt256.MaxValue).ToCall(0x4e487b71), new AbiWriter().ToCall(0x4e487b71), new AbiWriter().ToCall(Keccak.Selector("Nothing()")),
        ];
        Assert.All(known, data => Assert.Equal(ByHand.Describe(data), Reverts.Describe(data)));
        Assert.Equal("not yet", Reverts.Describe(known[5]));
    }

    [Theory]
    [InlineData(111)]
    [InlineData(112)]
    public void Custom_errors_and_their_ruins_have_the_same_words(int seed)
    {
        var random = new Random(seed);
        var told = 0;
        for (var i = 0; i < 600; i++)
        {
            var data = Sample(random);
            if (i % 3 == 1) data = data[..random.Next(data.Length)];
            if (i % 3 == 2) data[random.Next(data.Length)] ^= (byte)(1 << random.Next(8));
            var expected = ByHand.Describe(data);
            Assert.Equal(expected, Reverts.Describe(data));
            if (expected.StartsWith("Everything(", StringComparison.Ordinal)) told++;
        }
        Assert.InRange(told, 200, 599);
    }

    private static byte[] Sample(Random random)
    {
        var text = new byte[random.Next(80)];
        random.NextBytes(text);
        return new AbiWriter()
            .Word(RandomTransactions.Address(random)).Word(random.Next(2) == 0)
            .Bytes(random.Next(2) == 0 ? text : "plain words"u8).Bytes(text)
            .Word(new UInt256(0, 0, 0, (ulong)random.Next() << 32)).Word(new Hash32(Keccak.Hash(text).Word))
            .Word((ulong)random.NextInt64()).Word((Int256)random.NextInt64(long.MinValue, long.MaxValue)).Word(Keccak.Hash(text).Word)
            .ToCall(Keccak.Selector(Signatures[0]));
    }

    [Error("Nothing")]
    internal sealed class NothingError : IErrorDTO;

    [Error("Everything")]
    internal sealed class EverythingError : IErrorDTO
    {
        [Parameter("address", "account", 1)]
        public string Account { get; set; } = "";

        [Parameter("bool", "flag", 2)]
        public bool Flag { get; set; }

        [Parameter("string", "text", 3)]
        public string Text { get; set; } = "";

        [Parameter("bytes", "data", 4)]
        public byte[] Data { get; set; } = [];

        [Parameter("bytes4", "selector", 5)]
        public byte[] Selector { get; set; } = [];

        [Parameter("bytes32", "hash", 6)]
        public byte[] Hash { get; set; } = [];

        [Parameter("uint64", "small", 7)]
        public BigInteger Small { get; set; }

        [Parameter("int128", "signed", 8)]
        public BigInteger Signed { get; set; }

        [Parameter("uint256", "large", 9)]
        public BigInteger Large { get; set; }
    }
}
