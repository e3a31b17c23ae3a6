using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Protocols.RefPerps;

namespace Keeper.Tests.Protocols.RefPerps;

public class ErrorTests
{
    [Fact]
    public void Refusals_that_say_somebody_was_first_are_told_apart()
    {
        Is(true, "NotLiquidatable(7, -3, 4)", new AbiWriter().Word((UInt256)7UL).Word((Int256)(-3)).Word((UInt256)4UL).ToCall(Keccak.Selector("NotLiquidatable(uint256,int256,uint256)")));
        Is(true, "NoPosition(7, 2)", new AbiWriter().Word((UInt256)7UL).Word((UInt256)2UL).ToCall(Keccak.Selector("NoPosition(uint256,uint32)")));
        Is(true, "NoBadDebt(7)", new AbiWriter().Word((UInt256)7UL).ToCall(Keccak.Selector("NoBadDebt(uint256)")));
        Is(false, "OracleStale(2, 99)", new AbiWriter().Word((UInt256)2UL).Word((UInt256)99UL).ToCall(Keccak.Selector("OracleStale(uint32,uint256)")));
        Is(false, "SequencerDown(2)", new AbiWriter().Word((UInt256)2UL).ToCall(Keccak.Selector("SequencerDown(uint32)")));
        Is(false, "Reentered()", new AbiWriter().ToCall(Keccak.Selector("Reentered()")));
        Is(false, "Panic(17)", new AbiWriter().Word((UInt256)17UL).ToCall(Keccak.Selector("Panic(uint256)")));
    }

    [Fact]
    public void Data_that_cannot_be_read_in_full_is_shown_as_it_is_and_never_called_a_race()
    {
        var cut = new AbiWriter().Word((UInt256)7UL).ToCall(Keccak.Selector("NotLiquidatable(uint256,int256,uint256)"));
        Is(false, Hex.Encode(cut), cut);
        Is(false, "no revert data", []);
        Is(false, "0xe592", [0xe5, 0x92]);
        Is(false, "0x01020304", [1, 2, 3, 4]);
        Is(false, "0x" + string.Concat(Enumerable.Repeat("ab", 68)) + "... (5000 bytes)", Enumerable.Repeat((byte)0xab, 5000).ToArray());
    }

    [Fact]
    public void Text_of_strangers_is_bounded_and_has_no_control_characters()
    {
        Is(false, "Error(\"a\\u000a\\u001b\\u0022\\u2028b\")", Error("a\n\u001b\"\u2028b"));
        var bounded = Errors.Explain(Error(new string('\n', 5000))).Detail;
        Assert.True(bounded.Length < 250 && bounded.All(character => character is >= ' ' and <= '~'));
        Is(false, Hex.Encode(Error("a")[..40]), Error("a")[..40]);
    }

    private static byte[] Error(string text) => new AbiWriter().Bytes(System.Text.Encoding.UTF8.GetBytes(text)).ToCall(Keccak.Selector("Error(string)"));

    private static void Is(bool noLongerNeeded, string detail, byte[] data)
    {
        var failure = Errors.Explain(data);
        Assert.Equal((noLongerNeeded, detail), (failure.NoLongerNeeded, failure.Detail));
    }
}
