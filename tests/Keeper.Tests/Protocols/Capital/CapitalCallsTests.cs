using System.Text;
using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Protocols.Capital;

namespace Keeper.Tests.Protocols.Capital;

public class CapitalCallsTests
{
    [Fact]
    public void Selectors_are_those_of_the_signatures()
    {
        CallableFunction[] functions = [CapitalCalls.AaveFunction(Of(1), Of(2)), CapitalCalls.MorphoFunction(Of(1), Of(2))];
        Assert.All(functions, function => Assert.Equal((Of(1), Keccak.Selector(function.Signature), Of(2)), (function.Target, function.Selector, function.Venue)));
        Assert.All(CapitalCalls.AllErrors, error => Assert.Equal(Keccak.Selector(error.Signature), error.Selector));
    }

    /// <summary>The bytes are those of <c>cast calldata</c>.</summary>
    [Fact]
    public void A_call_on_aave_is_what_cast_makes_of_it() => Assert.Equal(
        "0x1e1fadb9"
        + "0000000000000000000000001111111111111111111111111111111111111111"
        + "0000000000000000000000002222222222222222222222222222222222222222"
        + "0000000000000000000000003333333333333333333333333333333333333333"
        + "0000000000000000000000004444444444444444444444444444444444444444"
        + "00000000000000000000000000000000000000000000000000000000000f4240"
        + "00000000000000000000000000000000000000000000000000000000000000c0"
        + "0000000000000000000000000000000000000000000000000000000000000000"
        + "0000000000000000000000005555555555555555555555555555555555555555"
        + "0000000000000000000000000000000000000000000000000000000000000080"
        + "000000000000000000000000000000000000000000000000000000000000002a"
        + "0000000000000000000000000000000000000000000000000000000000000005"
        + "0102030405000000000000000000000000000000000000000000000000000000",
        Hex.Encode(CapitalCalls.LiquidateAave(Of(1), Of(2), Of(3), Of(4), 1_000_000UL, new(CapitalFunding.Flash, Of(5), new byte[] { 1, 2, 3, 4, 5 }, 42UL))));

    /// <summary>The bytes are those of <c>cast calldata</c>.</summary>
    [Fact]
    public void A_call_on_morpho_is_what_cast_makes_of_it() => Assert.Equal(
        "0xabd18b59"
        + "0000000000000000000000001111111111111111111111111111111111111111"
        + "0000000000000000000000002222222222222222222222222222222222222222"
        + "0000000000000000000000003333333333333333333333333333333333333333"
        + "0000000000000000000000004444444444444444444444444444444444444444"
        + "0000000000000000000000005555555555555555555555555555555555555555"
        + "0000000000000000000000000000000000000000000000000bef55718ad60000"
        + "0000000000000000000000006666666666666666666666666666666666666666"
        + "0000000000000000000000000000000000000000000000000000000000000000"
        + "00000000000000000000000000000000000000000000000000000000000f4240"
        + "0000000000000000000000000000000000000000000000000000000000000140"
        + "0000000000000000000000000000000000000000000000000000000000000001"
        + "0000000000000000000000007777777777777777777777777777777777777777"
        + "0000000000000000000000000000000000000000000000000000000000000080"
        + "0000000000000000000000000000000000000000000000000000000000000000"
        + "0000000000000000000000000000000000000000000000000000000000000021"
        + string.Concat(Enumerable.Repeat("ab", 33)) + new string('0', 62),
        Hex.Encode(CapitalCalls.LiquidateMorpho(
            Of(1), new(Of(2), Of(3), Of(4), Of(5), 860_000_000_000_000_000UL), Of(6), UInt256.Zero, 1_000_000UL,
            new(CapitalFunding.Own, Of(7), Enumerable.Repeat((byte)0xab, 33).ToArray(), UInt256.Zero))));

    [Fact]
    public void Its_own_refusals_are_told_in_words_and_others_are_left_to_the_adapter()
    {
        Is("ProceedsBelowBound(90, 95)", new AbiWriter().Word(90).Word(95).ToCall(Keccak.Selector("ProceedsBelowBound(uint256,uint256)")));
        Is("ProfitBelowMinimum(-3, 7)", new AbiWriter().Word((Int256)(-3)).Word(7).ToCall(Keccak.Selector("ProfitBelowMinimum(int256,uint256)")));
        Is($"SwapFailed({Of(5)}, \"LOK\")", Failed(new AbiWriter().Bytes("LOK"u8).ToCall(Keccak.Selector("Error(string)"))));
        Is($"SwapFailed({Of(5)}, no revert data)", Failed([]));
        Is($"SwapFailed({Of(5)}, 0x01020304)", Failed([1, 2, 3, 4]));
        Assert.Null(CapitalCalls.Explain(new AbiWriter().Bytes("position is healthy"u8).ToCall(Keccak.Selector("Error(string)"))));
        Assert.Null(CapitalCalls.Explain([]));
        // Cut off: what it said cannot be known, and it is still the liquidator's.
        Assert.False(CapitalCalls.Explain(Failed([])[..20])!.Value.IsKnown);

        static byte[] Failed(byte[] reason) => new AbiWriter().Word(Of(5)).Bytes(reason).ToCall(Keccak.Selector("SwapFailed(address,bytes)"));
        static void Is(string detail, byte[] data)
        {
            var failure = CapitalCalls.Explain(data)!.Value;
            Assert.Equal((false, detail, true), (failure.NoLongerNeeded, failure.Detail, failure.IsKnown));
        }
    }

    [Theory]
    [InlineData("SwapFailed(address,bytes)", true)]
    [InlineData("ProceedsBelowBound(uint256,uint256)", true)]
    [InlineData("ProfitBelowMinimum(int256,uint256)", true)]
    [InlineData("OverBudget(uint256,uint256)", true)]
    [InlineData("NotExecutor()", false)]
    [InlineData("MarketNotAllowed(address,bytes32)", false)]
    public void Another_pair_or_amount_is_tried_where_the_refusal_is_of_the_money(string error, bool cannotPay)
    {
        Assert.Equal(cannotPay, CapitalCalls.Explain(new AbiWriter().Word(1).Word(64).Word(0).ToCall(Keccak.Selector(error)))!.Value.CannotPay);
        // Cut off by whoever handed it on.
        Assert.Equal(cannotPay, CapitalCalls.Explain(new AbiWriter().ToCall(Keccak.Selector(error)))!.Value.CannotPay);
    }

    private static Address Of(int digit) => Address.Parse("0x" + new StringBuilder().Insert(0, digit.ToString(), 40));
}
