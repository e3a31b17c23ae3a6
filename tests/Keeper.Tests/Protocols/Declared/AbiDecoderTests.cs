using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Protocols.Declared.Abi;

namespace Keeper.Tests.Protocols.Declared;

public class AbiDecoderTests
{
    [Fact]
    public void A_struct_with_a_list_is_read_as_solidity_writes_it()
    {
        var members = new AbiWriter().Word(7UL).Word((Int256)(-5)).StaticArray<ulong>([3, 9], (writer, item) => writer.Word(item)).ToArray();
        var answer = new AbiWriter().Tail(members).ToArray();
        var value = Assert.Single(Read("f() returns ((uint256 a, int256 b, uint32[] c))", answer));
        Assert.Equal(7UL, value.Items![0].Bits);
        Assert.Equal((Int256)(-5), Int256.FromBits(value.Items[1].Bits));
        Assert.Equal([3UL, 9UL], value.Items[2].Items!.Select(item => (ulong)item.Bits));
    }

    [Fact]
    public void Static_tuples_and_arrays_stand_where_they_are()
    {
        var answer = new AbiWriter().Word(1UL).Word(2UL).Word(3UL).Word(4UL).Word(5UL).ToArray();
        var values = Read("f() returns ((uint8 a, uint8[2] b), uint256 c, uint256 d)", answer);
        Assert.Equal([2UL, 3UL], values[0].Items![1].Items!.Select(item => (ulong)item.Bits));
        Assert.Equal(5UL, values[2].Bits);
    }

    [Fact]
    public void A_list_of_structs_and_a_text_are_read()
    {
        var answer = new AbiWriter().Bytes("text"u8).StaticArray<ulong>([1, 2], (writer, item) => writer.Word(item).Word(item * 10)).ToArray();
        var values = Read("f() returns (string s, (uint256 id, uint256 size)[] positions)", answer);
        Assert.Equal([10UL, 20UL], values[1].Items!.Select(item => (ulong)item.Items![1].Bits));
    }

    [Theory]
    [InlineData("f() returns (uint8)", "0000000000000000000000000000000000000000000000000000000000000100")]
    [InlineData("f() returns (bool)", "0000000000000000000000000000000000000000000000000000000000000002")]
    [InlineData("f() returns (address)", "0100000000000000000000000000000000000000000000000000000000000001")]
    [InlineData("f() returns (int8)", "0000000000000000000000000000000000000000000000000000000000000080")]
    [InlineData("f() returns (bytes4)", "0000000001000000000000000000000000000000000000000000000000000000")]
    [InlineData("f() returns (uint256)", "00")]
    [InlineData("f() returns (uint256)", "")]
    [InlineData("f() returns (uint256)", "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("f() returns (uint256[])", "00000000000000000000000000000000000000000000000000000000000000ff")]
    [InlineData("f() returns (uint256[])", "000000000000000000000000000000000000000000000000000000000000002000000000000000000000000000000000000000000000000000000000ffffffff")]
    public void What_is_not_as_the_types_say_is_refused(string signature, string answer) => Assert.Throws<AbiException>(() => Read(signature, Convert.FromHexString(answer)));

    [Fact]
    public void A_megabyte_is_not_looked_at() => Assert.Throws<AbiException>(() => Read("f() returns (uint256[])", new byte[1 << 20]));

    /// <summary>Lists of lists whose offsets all point to one place would be millions of values.</summary>
    [Fact]
    public void Data_that_points_to_itself_over_and_over_is_given_up()
    {
        const int Count = 1_000;
        var data = new byte[32 * (2 + Count + 1 + Count)];
        Put(0, 32);
        Put(1, Count);
        for (var i = 0; i < Count; i++) Put(2 + i, 32 * Count);
        Put(2 + Count, Count);
        Assert.Throws<AbiException>(() => Read("f() returns (uint256[][])", data));

        void Put(int word, ulong value) => ((UInt256)value).WriteBigEndian(data.AsSpan(32 * word, 32));
    }

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3)]
    public void Garbage_is_refused_or_read_and_never_anything_else(int seed)
    {
        var random = new Random(seed);
        string[] signatures = ["f() returns (uint256[])", "f() returns ((address a, uint8[] b)[] c, string d)", "f() returns (bool, int16, bytes3)", "f() returns ((uint256 a, (bytes b, uint8[2][] c) d))"];
        for (var i = 0; i < 3_000; i++)
        {
            var data = new byte[random.Next(12) * 32 + (random.Next(8) == 0 ? random.Next(32) : 0)];
            // Small words are offsets and lengths that lead somewhere.
            for (var word = 0; word < data.Length / 32; word++) data[32 * word + 31] = (byte)(random.Next(4) == 0 ? random.Next(256) : 32 * random.Next(8));
            try
            {
                Read(signatures[i % signatures.Length], data);
            }
            catch (AbiException)
            {
                // Refused.
            }
        }
    }

    private static IReadOnlyList<AbiValue> Read(string signature, byte[] answer) => AbiDecoder.Decode(AbiSignature.Parse(signature).Outputs, answer);
}
