using Keeper.Core.Primitives;
using Keeper.Protocols.Capital;

namespace Keeper.Tests.Protocols.Capital;

public class CapitalOptionsTests
{
    private static readonly Address Weth = Address.Parse("0x1111111111111111111111111111111111111111");
    private static readonly Address Usdc = Address.Parse("0x2222222222222222222222222222222222222222");
    private static readonly Address Swapper = Address.Parse("0x3333333333333333333333333333333333333333");
    private static readonly CapitalOptions Flash = new(default, CapitalFunding.Flash, 500, [new(Weth, Usdc, Swapper, new byte[] { 1 }, 3_000)]);

    [Theory]
    [InlineData(1_050_000, 1_000_000, 46_350)] // 1,050,000 less 0.3 % less 1,000,000 less 0.05 %
    [InlineData(1_003_511, 1_000_000, 0)] // what the sale brings (1,000,500.467, rounded down) is just what is owed
    [InlineData(1_003_512, 1_000_000, 1)]
    [InlineData(900_000, 1_000_000, 0)]
    public void Profit_is_what_the_sale_brings_less_the_loan_and_its_premium(ulong seized, ulong repaid, ulong profit) =>
        Assert.Equal((UInt256)profit, Flash.ProfitOf(Weth, Usdc, seized, repaid));

    [Fact]
    public void Own_funds_pay_no_premium_and_the_same_token_no_route()
    {
        Assert.Equal((UInt256)46_850UL, (Flash with { Funding = CapitalFunding.Own }).ProfitOf(Weth, Usdc, 1_050_000UL, 1_000_000UL));
        Assert.Equal((UInt256)49_500UL, Flash.ProfitOf(Weth, Weth, 1_050_000UL, 1_000_000UL));
    }

    [Fact]
    public void A_pair_needs_a_route_and_a_route_without_a_swapper_needs_own_funds_that_may_buy()
    {
        Assert.Equal(Swapper, Flash.TermsOf(Weth, Usdc)!.Swapper);
        Assert.Equal(default, Flash.TermsOf(Weth, Weth)!.Swapper);
        Assert.Null(Flash.TermsOf(Usdc, Weth));
        Assert.Equal(UInt256.Zero, Flash.ProfitOf(Usdc, Weth, 1_050_000UL, 1_000_000UL));
        var bought = Flash with { Routes = [new(Weth, Usdc, default, default, 10_000)] };
        Assert.Null(bought.TermsOf(Weth, Usdc));
        var held = bought with { Funding = CapitalFunding.OwnOrHold };
        Assert.Equal((CapitalFunding.OwnOrHold, default, UInt256.One), (held.TermsOf(Weth, Usdc)!.Funding, held.TermsOf(Weth, Usdc)!.Swapper, held.TermsOf(Weth, Usdc)!.MinProfit));
        Assert.Equal((UInt256)39_500UL, held.ProfitOf(Weth, Usdc, 1_050_000UL, 1_000_000UL));
    }
}
