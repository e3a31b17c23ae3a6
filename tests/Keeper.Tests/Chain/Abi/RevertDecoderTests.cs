using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;

namespace Keeper.Tests.Chain.Abi;

public sealed class RevertDecoderTests
{
    private static readonly RevertDecoder Decoder = new(new Dictionary<uint, string>
    {
        [0x11111111] = "NotLiquidatable(address,int256)",
        [0x22222222] = "Paused()",
        [0x33333333] = "Odd((uint256,bool),uint256[])",
        [0x44444444] = "Says(string,bytes,bool)",
    });

    [Fact]
    public void The_reason_of_a_require_is_told() => Assert.Equal("not yet", Decoder.Describe(new AbiWriter().Bytes("not yet"u8).ToCall(0x08c379a0)));

    [Theory]
    [InlineData(0x11u, "panic: arithmetic overflow")]
    [InlineData(0x12u, "panic: division by zero")]
    [InlineData(0x77u, "panic: 0x77")]
    public void A_panic_is_named(uint code, string expected) => Assert.Equal(expected, Decoder.Describe(new AbiWriter().Word(code).ToCall(0x4e487b71)));

    [Fact]
    public void Custom_errors_are_told_with_their_arguments()
    {
        var account = Address.Parse("0x00000000000000000000000000000000000000aa");
        Assert.Equal($"NotLiquidatable({account}, -5)", Decoder.Describe(new AbiWriter().Word(account).Word((Int256)(-5L)).ToCall(0x11111111)));
        Assert.Equal("Paused()", Decoder.Describe(new AbiWriter().ToCall(0x22222222)));
        Assert.Equal("Odd", Decoder.Describe(new AbiWriter().ToCall(0x33333333)));
        Assert.Equal("Says(\"hi\", 0x0102, true)", Decoder.Describe(new AbiWriter().Bytes("hi"u8).Bytes([1, 2]).Word(true).ToCall(0x44444444)));
    }

    [Fact]
    public void Whatever_comes_there_is_one_short_clean_line()
    {
        Assert.Equal("no reason given", Decoder.Describe([]));
        Assert.Equal("unknown revert data 0x0102", Decoder.Describe([1, 2]));
        Assert.Equal("unknown error 0x99999999 with 0 bytes", Decoder.Describe([0x99, 0x99, 0x99, 0x99]));
        Assert.StartsWith("malformed revert data", Decoder.Describe([0x08, 0xc3, 0x79, 0xa0, 1]), StringComparison.Ordinal);
        Assert.Equal("a\\u000ab\\u001b", Decoder.Describe(new AbiWriter().Bytes("a\nb\u001b"u8).ToCall(0x08c379a0)));
        Assert.Equal(200, Decoder.Describe(new AbiWriter().Bytes(Enumerable.Repeat((byte)'x', 5000).ToArray()).ToCall(0x08c379a0)).Length);
    }
}
