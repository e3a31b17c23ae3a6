using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Protocols.Capital;
using Keeper.Tests.Support;

namespace Keeper.Tests.Protocols.Capital;

public sealed class CapitalExposureTests
{
    private static readonly Address Weth = Address.Parse("0x1111111111111111111111111111111111111111");
    private static readonly Address Usdc = Address.Parse("0x2222222222222222222222222222222222222222");
    private static readonly Address Liquidator = Address.Parse("0x3333333333333333333333333333333333333333");
    private static readonly CapitalOptions Own = new(Liquidator, CapitalFunding.Own, 0, [new(Weth, Usdc, Liquidator, new byte[] { 1 }, 0)]);

    [Fact]
    public void Selectors_are_those_of_the_signatures() => Assert.All(CapitalExposure.Calls, call => Assert.Equal(Keccak.Selector(call.Signature), call.Selector));

    [Fact]
    public void What_lies_in_a_liquidator_with_own_funds_is_told_by_token_in_whole_tokens()
    {
        using var measured = new MeasuredHere();
        var exposure = new CapitalExposure(Own);
        var reads = Polls(exposure);
        Assert.Equal([Weth, Usdc], reads.Select(read => read.Call.To));
        Assert.Equal(Hex.Encode(new AbiWriter().ToCall(Keccak.Selector("decimals()"))), Hex.Encode(reads[0].Call.Data.Span));
        reads[0].Apply(new AbiWriter().Word(18).ToArray());
        reads[1].Apply(new AbiWriter().Word(6).ToArray());
        reads = Polls(exposure);
        Assert.Equal([Weth, Usdc], reads.Select(read => read.Call.To));
        Assert.Equal(Hex.Encode(new AbiWriter().Word(Liquidator).ToCall(Keccak.Selector("balanceOf(address)"))), Hex.Encode(reads[0].Call.Data.Span));
        reads[0].Apply(new AbiWriter().Word(2_500_000_000_000_000_000UL).ToArray());
        reads[1].Apply(new AbiWriter().Word(1_250_000UL).ToArray());
        Assert.Equal([2.5], measured.Values($"keeper_exposure_tokens{{{Liquidator},{Weth}}}"));
        Assert.Equal([1.25], measured.Values($"keeper_exposure_tokens{{{Liquidator},{Usdc}}}"));
        Assert.Throws<AbiException>(() => reads[0].Apply(new byte[31]));
    }

    [Fact]
    public void A_token_that_does_not_tell_its_decimals_is_asked_again_and_one_that_claims_impossible_ones_is_not_told()
    {
        using var measured = new MeasuredHere();
        var exposure = new CapitalExposure(Own);
        Polls(exposure)[1].Apply(new AbiWriter().Word(UInt256.MaxValue).ToArray());
        var reads = Polls(exposure);
        Assert.Equal(["decimals", "balance"], reads.Select(read => read.What.Split(' ')[0]));
        reads[1].Apply(new AbiWriter().Word(5).ToArray());
        Assert.Empty(measured.Values($"keeper_exposure_tokens{{{Liquidator},{Usdc}}}"));
    }

    [Fact]
    public void Where_loans_pay_nothing_is_asked_for()
    {
        Assert.Empty(Polls(new(Own with { Funding = CapitalFunding.Flash })));
    }

    private static List<StateRead> Polls(CapitalExposure exposure)
    {
        var reads = new List<StateRead>();
        exposure.AddPolls(reads);
        return reads;
    }
}
