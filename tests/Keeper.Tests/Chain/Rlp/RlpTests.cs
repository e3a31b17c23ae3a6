using System.Numerics;
using System.Text;
using Keeper.Chain.Native.Rlp;
using Keeper.Core.Chain.Rlp;
using Keeper.Core.Primitives;

namespace Keeper.Tests.Chain.Rlp;

/// <summary>Values of ethereum/tests, RLPTests/rlptest.json and invalidRLPTest.json.</summary>
public sealed class RlpTests
{
    [Theory]
    [InlineData("", "80")]
    [InlineData("\u0000", "00")]
    [InlineData("\u0001", "01")]
    [InlineData("\u007f", "7f")]
    [InlineData("dog", "83646f67")]
    [InlineData("Lorem ipsum dolor sit amet, consectetur adipisicing eli", "b74c6f72656d20697073756d20646f6c6f722073697420616d65742c20636f6e7365637465747572206164697069736963696e6720656c69")]
    [InlineData("Lorem ipsum dolor sit amet, consectetur adipisicing elit", "b8384c6f72656d20697073756d20646f6c6f722073697420616d65742c20636f6e7365637465747572206164697069736963696e6720656c6974")]
    public void Strings_are_encoded_as_the_vectors_say(string text, string encoded)
    {
        Assert.Equal(encoded, Convert.ToHexStringLower(new RlpWriter().Bytes(Encoding.ASCII.GetBytes(text)).ToArray()));
        var reader = new RlpReader(Convert.FromHexString(encoded));
        Assert.Equal(text, Encoding.ASCII.GetString(reader.ReadBytes()));
        reader.RequireEnd();
    }

    [Fact]
    public void A_string_of_1024_bytes_has_a_length_of_two_bytes()
    {
        var encoded = new RlpWriter().Bytes(new byte[1024]).ToArray();
        Assert.Equal("b90400", Convert.ToHexStringLower(encoded.AsSpan(0, 3)));
        Assert.Equal(1024, new RlpReader(encoded).ReadBytes().Length);
    }

    [Theory]
    [InlineData("0", "80")]
    [InlineData("1", "01")]
    [InlineData("16", "10")]
    [InlineData("79", "4f")]
    [InlineData("127", "7f")]
    [InlineData("128", "8180")]
    [InlineData("1000", "8203e8")]
    [InlineData("100000", "830186a0")]
    [InlineData("83729609699884896815286331701780722", "8f102030405060708090a0b0c0d0e0f2")]
    [InlineData("105315505618206987246253880190783558935785933862974822347068935681", "9c0100020003000400050006000700080009000a000b000c000d000e01")]
    public void Numbers_are_encoded_as_the_vectors_say(string number, string encoded)
    {
        Assert.Equal(encoded, Convert.ToHexStringLower(new RlpWriter().Number(UInt256.Parse(number)).ToArray()));
        Assert.Equal(BigInteger.Parse(number, System.Globalization.CultureInfo.InvariantCulture), (BigInteger)new RlpReader(Convert.FromHexString(encoded)).ReadNumber());
    }

    [Fact]
    public void Lists_are_encoded_as_the_vectors_say()
    {
        Assert.Equal("c0", Encoded(new RlpWriter()));
        Assert.Equal("cc83646f6783676f6483636174", Encoded(Words("dog", "god", "cat")));
        Assert.Equal("c6827a77c10401", Encoded(Words("zw").List(new RlpWriter().Number(4u)).Number(1u)));
        Assert.Equal("c4c2c0c0c0", Encoded(new RlpWriter().List(new RlpWriter().List(new()).List(new())).List(new())));
        Assert.Equal("c7c0c1c0c3c0c1c0", Encoded(new RlpWriter().List(new()).List(new RlpWriter().List(new())).List(new RlpWriter().List(new()).List(new RlpWriter().List(new())))));
        Assert.Equal("f784617364668471776572847a78637684617364668471776572847a78637684617364668471776572847a78637684617364668471776572",
            Encoded(Words("asdf", "qwer", "zxcv", "asdf", "qwer", "zxcv", "asdf", "qwer", "zxcv", "asdf", "qwer")));
        var inner = new RlpWriter();
        for (var i = 0; i < 4; i++) inner.List(Words("asdf", "qwer", "zxcv"));
        Assert.Equal("f840" + string.Concat(Enumerable.Repeat("cf84617364668471776572847a786376", 4)), Encoded(inner));
        for (var i = 4; i < 32; i++) inner.List(Words("asdf", "qwer", "zxcv"));
        Assert.Equal("f90200" + string.Concat(Enumerable.Repeat("cf84617364668471776572847a786376", 32)), Encoded(inner));
        Assert.Equal("ecca846b6579318476616c31ca846b6579328476616c32ca846b6579338476616c33ca846b6579348476616c34",
            Encoded(new RlpWriter().List(Words("key1", "val1")).List(Words("key2", "val2")).List(Words("key3", "val3")).List(Words("key4", "val4"))));
    }

    [Theory]
    [InlineData("bf0f000000000000021111")]
    [InlineData("ff0f000000000000021111")]
    [InlineData("f80180")]
    [InlineData("f80100")]
    [InlineData("b9002100dc2b275d0f74e8a53e6f4ec61b27f24278820be3f82ea2110e582081b0565df0")]
    [InlineData("8100")]
    [InlineData("8101")]
    [InlineData("817f")]
    [InlineData("b90040000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f")]
    [InlineData("b800")]
    [InlineData("fb00000040000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f")]
    [InlineData("f800")]
    [InlineData("b81000112233445566778899aabbccddeeff")]
    [InlineData("b801ff")]
    [InlineData("f810000102030405060708090a0b0c0d0e0f")]
    [InlineData("f803112233")]
    [InlineData("")]
    [InlineData("83646f")]
    [InlineData("b8")]
    [InlineData("c4c2c0c0")]
    public void Bytes_that_are_not_canonical_are_refused(string encoded) => Assert.Throws<RlpException>(() => ReadAll(Convert.FromHexString(encoded)));

    [Theory]
    [InlineData("820001")]
    [InlineData("a1010000000000000000000000000000000000000000000000000000000000000000")]
    public void Numbers_with_leading_zeros_or_more_than_256_bits_are_refused(string encoded) => Assert.Throws<RlpException>(() => new RlpReader(Convert.FromHexString(encoded)).ReadNumber());

    private static void ReadAll(ReadOnlySpan<byte> encoded)
    {
        var reader = new RlpReader(encoded);
        do
        {
            if (reader.NextIsList)
            {
                var list = reader.ReadList();
                while (!list.AtEnd)
                {
                    if (list.NextIsList) list.ReadList();
                    else list.ReadBytes();
                }
            }
            else reader.ReadBytes();
        }
        while (!reader.AtEnd);
    }

    private static RlpWriter Words(params string[] words)
    {
        var writer = new RlpWriter();
        foreach (var word in words) writer.Bytes(Encoding.ASCII.GetBytes(word));
        return writer;
    }

    private static string Encoded(RlpWriter items) => Convert.ToHexStringLower(items.ToList());
}
