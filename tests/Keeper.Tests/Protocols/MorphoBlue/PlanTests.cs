using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Protocols.Capital;

namespace Keeper.Tests.Protocols.MorphoBlue;

public sealed class PlanTests
{
    private static readonly UInt256 Wad = Scene.Wad;
    private static readonly MorphoMarket Market = new(Scene.Loan, Scene.Collateral, Scene.Oracle, Scene.Irm, Scene.Terms.Lltv);
    private static readonly CapitalTerms Payment = new(CapitalFunding.Flash, Scene.Swapper, new byte[43], UInt256.One);

    [Fact]
    public void A_debt_that_the_collateral_covers_is_repaid_by_all_its_shares()
    {
        var scene = Scene.Simple(Wad * 85UL);
        var call = Assert.Single(scene.Protocol.Plan(0, Scene.Now));
        var shares = Wad * 85_000_000UL;
        Assert.Equal(CapitalCalls.LiquidateMorpho(Scene.Contract, Market, Scene.Borrower, UInt256.Zero, shares, Payment), call.Data.ToArray());
        Assert.Equal((Scene.Liquidator, true, Scene.Loan), (call.Target, call.ReturnsReward, call.Token.Address));
        Assert.Equal(Assert.Single(scene.Protocol.Functions) is var function ? (function.Target, function.Selector) : default, call.Function);
        // 85 at an incentive of 1 / 0.94, less 1 % for the route, less 85.
        var (reward, seized) = (call.ExpectedReward, UInt256.Parse("90425531914893617000"));
        Assert.True(reward > seized / 100UL * 99UL - Wad * 85UL - 1_000UL && reward < seized / 100UL * 99UL - Wad * 85UL + 1_000UL, reward.ToString());
    }

    [Fact]
    public void A_debt_beyond_the_collateral_is_dealt_with_by_seizing_all_of_it()
    {
        var scene = Scene.Simple(Wad * 97UL);
        var call = Assert.Single(scene.Protocol.Plan(0, Scene.Now));
        Assert.Equal(CapitalCalls.LiquidateMorpho(Scene.Contract, Market, Scene.Borrower, Wad * 100UL, UInt256.Zero, Payment), call.Data.ToArray());
    }

    [Fact]
    public void No_more_is_repaid_than_the_operator_lets()
    {
        var scene = Scene.Simple(Wad * 85UL, maxRepay: Wad * 10UL);
        var call = Assert.Single(scene.Protocol.Plan(0, Scene.Now));
        Assert.Equal(CapitalCalls.LiquidateMorpho(Scene.Contract, Market, Scene.Borrower, UInt256.Zero, Wad * 10_000_000UL, Payment), call.Data.ToArray());
    }

    [Fact]
    public void What_cannot_be_paid_for_is_tried_by_less_of_the_collateral()
    {
        var scene = Scene.Simple(Wad * 97UL);
        Assert.True(Assert.Single(scene.Protocol.Plan(0, Scene.Now)).HasAlternative);
        foreach (var (refused, part, isLast) in ((int, ulong, bool)[])[(1, 50, false), (2, 25, false), (4, 100, false)])
        {
            var call = Assert.Single(scene.Protocol.PlanAfter(0, Scene.Now, refused));
            Assert.Equal(CapitalCalls.LiquidateMorpho(Scene.Contract, Market, Scene.Borrower, Wad * part, UInt256.Zero, Payment), call.Data.ToArray());
            Assert.Equal(isLast, !call.HasAlternative);
        }
        Assert.False(Assert.Single(scene.Protocol.PlanAfter(0, Scene.Now, 3)).HasAlternative);
    }

    [Fact]
    public void Of_a_debt_that_is_repaid_by_shares_a_part_is_the_collateral_that_half_of_them_would_take()
    {
        var scene = Scene.Simple(Wad * 85UL);
        var (whole, half) = (Assert.Single(scene.Protocol.Plan(0, Scene.Now)), Assert.Single(scene.Protocol.PlanAfter(0, Scene.Now, 1)));
        Assert.True(half.ExpectedReward + 10UL > whole.ExpectedReward / 2UL && half.ExpectedReward < whole.ExpectedReward / 2UL + 10UL, half.ExpectedReward.ToString());
        Assert.StartsWith("repay 4250000000000000000", half.What);
    }

    [Fact]
    public void Nothing_is_planned_for_the_healthy_without_a_route_without_a_price_or_for_worthless_collateral()
    {
        Assert.Empty(Scene.Simple(Wad * 80UL).Protocol.Plan(0, Scene.Now));
        Assert.Empty(Scene.Simple(Wad * 85UL, hasRoute: false).Protocol.Plan(0, Scene.Now));
        Assert.Empty(Scene.Simple(Wad * 85UL, hasFeed: true).Protocol.Plan(0, Scene.Now));
        var scene = Scene.Simple(Wad * 85UL);
        scene.Price(0);
        scene.Poll();
        Assert.Equal(UInt256.Zero, Assert.Single(scene.Protocol.Plan(0, Scene.Now)).ExpectedReward);
    }

    [Fact]
    public void The_price_of_the_loan_token_is_of_its_feed_and_of_its_decimals()
    {
        var scene = new Scene(hasFeed: true);
        scene.Views(Scene.Loan, "decimals()", new(), new AbiWriter().Word(6u));
        scene.Views(Scene.UsdFeed, "decimals()", new(), new AbiWriter().Word(8u));
        scene.Views(Scene.UsdFeed, "latestRoundData()", new(), Scene.Round(1, 200_000_000UL));
        scene.Read();
        var token = Assert.Single(scene.Protocol.RewardTokens);
        Assert.Equal((Scene.Loan, (UInt256)500_000UL, 6), (token.Address, token.UnitsPerUsd, token.Decimals));
        scene.Views(Scene.UsdFeed, "latestRoundData()", new(), Scene.Round(2, 0));
        scene.Poll();
        Assert.Empty(scene.Protocol.RewardTokens);
        Assert.Equal(PriceFault.Zero, scene.Protocol.Feeds(Scene.Now).Single(feed => feed.Name.StartsWith("usd_of_", StringComparison.Ordinal)).Fault);
    }

    [Fact]
    public void A_token_that_claims_impossible_decimals_has_no_price()
    {
        var scene = new Scene();
        scene.Views(Scene.Loan, "decimals()", new(), new AbiWriter().Word(255u));
        scene.Read();
        Assert.Empty(scene.Protocol.RewardTokens);
    }

    [Fact]
    public void A_refusal_tells_whether_the_account_is_still_there_to_be_liquidated()
    {
        var scene = new Scene();
        Assert.True(scene.Protocol.Explain(Error("position is healthy")) is { NoLongerNeeded: true, IsKnown: true });
        Assert.True(scene.Protocol.Explain(Error("transferFrom reverted")) is { NoLongerNeeded: false, IsKnown: true, Detail: "Error(\"transferFrom reverted\")" });
        Assert.True(scene.Protocol.Explain(new AbiWriter().Word(UInt256.One).Word(UInt256.Zero).ToCall(0x4cfb9d19)) is { NoLongerNeeded: false, IsKnown: true });
        Assert.False(scene.Protocol.Explain([1, 2, 3, 4]).IsKnown);
        Assert.False(scene.Protocol.Explain([]).IsKnown);

        static byte[] Error(string text) => new AbiWriter().Bytes(System.Text.Encoding.ASCII.GetBytes(text)).ToCall(0x08c379a0);
    }

    [Fact]
    public void Logs_tell_whose_account_has_changed_and_who_liquidated_it()
    {
        var scene = Scene.Simple();
        var key = scene.Protocol.KeyOf(0);
        foreach (var log in (Core.Chain.Log[])[Scene.Borrowed(Wad, Wad), Scene.Repaid(Wad, Wad), Scene.CollateralIn(Wad), Scene.CollateralOut(Wad)])
            Assert.Equal(new AccountActivity(key, null), scene.Protocol.ActivityOf(log));
        Assert.Equal(new AccountActivity(key, Scene.Caller), scene.Protocol.ActivityOf(Scene.Liquidated(Wad, Wad, Wad)));
        foreach (var log in (Core.Chain.Log[])[Scene.Supplied(Wad), Scene.Fee(Wad), Scene.Rated(Wad, Wad), Scene.Accrued(Wad, Wad, Wad)]) Assert.Null(scene.Protocol.ActivityOf(log));
    }
}
