using Keeper.Chain.Native;
using Keeper.Chain.Nethereum;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Chain.Contracts;
using Keeper.Core.Primitives;

namespace Keeper.Tests.Chain.Nethereum;

/// <summary>Multicall3 by Nethereum's messages, beside the one encoded by hand.</summary>
public sealed class MulticallTests
{
    private static readonly IMulticallCodec ByHand = NativeChainLibrary.Instance.Multicall;
    private static readonly IMulticallCodec Codec = NethereumLibrary.Instance!.Multicall;
    private static readonly Address Contract = Address.Parse("0xca11bde05977b3631167028862be2a173976ca11");

    [Theory]
    [InlineData(91)]
    [InlineData(92)]
    public void Both_encode_and_decode_the_same(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 60; i++)
        {
            CallRequest[] calls = [.. Enumerable.Range(0, random.Next(8)).Select(_ => new CallRequest(RandomTransactions.Address(random), Bytes(random)))];
            var (expected, encoded) = (ByHand.Encode(Contract, calls), Codec.Encode(Contract, calls));
            Assert.Equal((expected.To, Hex.Encode(expected.Data.Span)), (encoded.To, Hex.Encode(encoded.Data.Span)));

            (bool Success, byte[] Data)[] results = [.. calls.Select(_ => (random.Next(2) == 0, Bytes(random)))];
            var returned = Returned(results);
            Assert.Equal(results.Select(Text), ByHand.Decode(returned, calls.Length).Select(Text));
            Assert.Equal(results.Select(Text), Codec.Decode(returned, calls.Length).Select(Text));
        }
    }

    [Fact]
    public void Every_damage_is_refused_by_both()
    {
        var random = new Random(93);
        (bool, byte[])[] results = [(true, new byte[32]), (false, [1, 2, 3]), (true, [])];
        var good = Returned(results);
        foreach (var codec in new[] { ByHand, Codec })
        {
            Assert.Equal(3, codec.Decode(good, 3).Count);
            Assert.Throws<AbiException>(() => codec.Decode(good, 2));
            Assert.Throws<AbiException>(() => codec.Decode(good, 4));
            Assert.Throws<AbiException>(() => codec.Decode(default, 0));
            Assert.Throws<AbiException>(() => codec.Decode(default, 3));
            for (var length = 0; length < good.Length; length += 7) Assert.Throws<AbiException>(() => codec.Decode(good.AsMemory(0, length), 3));
            Assert.Throws<AbiException>(() => codec.Decode(new byte[good.Length], 3));
            Assert.Throws<AbiException>(() => codec.Decode((byte[])[.. good, .. new byte[32]], 3));
        }
        for (var i = 0; i < 400; i++)
        {
            var damaged = good.ToArray();
            damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            // A change inside a value is another value; of anything else nothing is believed.
            Assert.Equal(Outcome(ByHand, damaged), Outcome(Codec, damaged));
        }
    }

    [Fact]
    public void A_call_with_a_sender_or_gas_of_its_own_cannot_share_a_batch()
    {
        foreach (var codec in new[] { ByHand, Codec })
        {
            Assert.Throws<ArgumentException>(() => codec.Encode(Contract, [new(Contract, default, From: Contract)]));
            Assert.Throws<ArgumentException>(() => codec.Encode(Contract, [new(Contract, default, GasLimit: new Gas(1))]));
        }
    }

    private static string Outcome(IMulticallCodec codec, byte[] returned)
    {
        try
        {
            return string.Join(' ', codec.Decode(returned, 3).Select(Text));
        }
        catch (AbiException)
        {
            return "refused";
        }
    }

    private static byte[] Returned(IReadOnlyList<(bool Success, byte[] Data)> results) =>
        new AbiWriter().DynamicArray(results, (item, result) => item.Word(result.Success).Bytes(result.Data)).ToArray();

    private static string Text((bool Success, byte[] Data) result) => $"{result.Success} {Hex.Encode(result.Data)}";

    private static string Text(CallResult result) => result switch
    {
        CallResult.Returned returned => Text((true, returned.Data.ToArray())),
        CallResult.Reverted reverted => Text((false, reverted.Data.ToArray())),
        _ => "refused by nobody",
    };

    private static byte[] Bytes(Random random)
    {
        var bytes = new byte[random.Next(3) == 0 ? 0 : random.Next(100)];
        random.NextBytes(bytes);
        return bytes;
    }
}
