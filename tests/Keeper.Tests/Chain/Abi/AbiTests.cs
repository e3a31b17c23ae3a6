using System.Text;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;

namespace Keeper.Tests.Chain.Abi;

/// <summary>The examples of the Solidity documentation, "Contract ABI Specification".</summary>
public sealed class AbiTests
{
    [Fact]
    public void Baz_of_static_types() => Assert.Equal(
        "cdcd77c0" + Word("45") + Word("1"),
        Convert.ToHexStringLower(new AbiWriter().Word(69u).Word(true).ToCall(0xcdcd77c0)));

    [Fact]
    public void Sam_of_bytes_bool_and_an_array() => Assert.Equal(
        "a5643bf2" + Word("60") + Word("1") + Word("a0") + Word("4") + Left("64617665") + Word("3") + Word("1") + Word("2") + Word("3"),
        Convert.ToHexStringLower(new AbiWriter().Bytes("dave"u8).Word(true).StaticArray<uint>([1, 2, 3], (writer, item) => writer.Word(item)).ToCall(0xa5643bf2)));

    [Fact]
    public void F_of_dynamic_types_between_static_ones()
    {
        var call = new AbiWriter()
            .Word(0x123u)
            .StaticArray<uint>([0x456, 0x789], (writer, item) => writer.Word(item))
            .Word(new Hash32([.. "1234567890"u8, .. new byte[22]]))
            .Bytes("Hello, world!"u8)
            .ToCall(0x8be65246);
        Assert.Equal(
            "8be65246" + Word("123") + Word("80") + Left("31323334353637383930") + Word("e0") + Word("2") + Word("456") + Word("789") + Word("d") + Left("48656c6c6f2c20776f726c6421"),
            Convert.ToHexStringLower(call));

        var reader = new AbiReader(call.AsSpan(4));
        Assert.Equal((UInt256)0x123u, reader.ReadUInt256());
        var items = reader.ReadOffset();
        Assert.Equal(2, items.ReadLength(32));
        Assert.Equal((0x456u, 0x789u), (items.ReadUInt32(), items.ReadUInt32()));
        Assert.StartsWith("0x31323334353637383930", reader.ReadHash32().ToString(), StringComparison.Ordinal);
        Assert.Equal("Hello, world!", Encoding.UTF8.GetString(reader.ReadOffset().ReadBytes()));
    }

    [Fact]
    public void G_of_nested_arrays()
    {
        uint[][] numbers = [[1, 2], [3]];
        var call = new AbiWriter()
            .DynamicArray(numbers, (writer, inner) =>
            {
                writer.Word((ulong)inner.Length);
                foreach (var number in inner) writer.Word(number);
            })
            .DynamicArray(["one", "two", "three"], (writer, word) => writer.Word((ulong)word.Length).Word(new Hash32([.. Encoding.ASCII.GetBytes(word), .. new byte[32 - word.Length]])))
            .ToCall(0x2289b18c);
        Assert.Equal(
            "2289b18c" + Word("40") + Word("140") + Word("2") + Word("40") + Word("a0") + Word("2") + Word("1") + Word("2") + Word("1") + Word("3")
            + Word("3") + Word("60") + Word("a0") + Word("e0") + Word("3") + Left("6f6e65") + Word("3") + Left("74776f") + Word("5") + Left("7468726565"),
            Convert.ToHexStringLower(call));
    }

    [Fact]
    public void Short_wide_or_dirty_words_are_never_guessed_at()
    {
        Assert.Throws<AbiException>(() => new AbiReader(new byte[31]).ReadUInt256());
        Assert.Throws<AbiException>(() => new AbiReader(Bytes(Word("10000000000000000"))).ReadUInt64());
        Assert.Throws<AbiException>(() => new AbiReader(Bytes(Word("2"))).ReadBool());
        Assert.Throws<AbiException>(() => new AbiReader(Bytes(Left("01"))).ReadAddress());
        Assert.Throws<AbiException>(() => new AbiReader(Bytes(Word("21"))).ReadOffset());
        Assert.Throws<AbiException>(() => new AbiReader(Bytes(new string('f', 64))).ReadOffset());
        Assert.Throws<AbiException>(() => new AbiReader(Bytes(Word("1"))).ReadLength(32));
        Assert.Throws<AbiException>(() => new AbiReader(Bytes(new string('f', 64))).ReadBytes());
        Assert.Throws<AbiException>(() => new AbiReader(new byte[32]).RequireEnd());
    }

    private static string Word(string digits) => digits.PadLeft(64, '0');
    private static string Left(string digits) => digits.PadRight(64, '0');
    private static byte[] Bytes(string digits) => Convert.FromHexString(digits);
}
