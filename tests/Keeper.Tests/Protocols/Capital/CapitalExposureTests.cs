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
    public void What_lies_in_a_liquidator_with_own_funds_is_told_by_token()
    {
        using var measured = new MeasuredHere();
        var reads = new List<StateRead>();
        CapitalExposure.AddPolls(reads, Own);
        Assert.Equal([Weth, Usdc], reads.Select(read => read.Call.To));
        Assert.Equal(Hex.Encode(new AbiWriter().Word(Liquidator).ToCall(Keccak.Selector(CapitalExposure.BalanceOf.Signature))), Hex.Encode(reads[0].Call.Data.Span));
        reads[0].Apply(new AbiWriter().Word(5).ToArray());
        reads[1].Apply(new AbiWriter().Word(UInt256.MaxValue).ToArray());
        Assert.Equal([5.0], measured.Values($"keeper_exposure_token_units{{{Liquidator},{Weth}}}"));
        Assert.Equal([(double)UInt256.MaxValue], measured.Values($"keeper_exposure_token_units{{{Liquidator},{Usdc}}}"));
        Assert.Throws<AbiException>(() => reads[0].Apply(new byte[31]));
    }

    [Fact]
    public void Where_loans_pay_nothing_is_asked_for()
    {
        var reads = new List<StateRead>();
        CapitalExposure.AddPolls(reads, Own with { Funding = CapitalFunding.Flash });
        Assert.Empty(reads);
    }
}
