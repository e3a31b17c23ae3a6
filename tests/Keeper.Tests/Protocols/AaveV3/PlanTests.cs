using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Protocols.Capital;

namespace Keeper.Tests.Protocols.AaveV3;

public sealed class PlanTests
{
    private static readonly UInt256 Ether = AaveWorld.Wad, Dollar = 1_000_000UL;

    [Fact]
    public void The_loan_is_a_little_more_than_is_owed_now_and_the_reward_is_what_loan_and_sale_leave()
    {
        var world = Borrower(Dollar * 1_700UL);
        var call = Assert.Single(world.Protocol.Plan(0, AaveWorld.Now));
        var (collateral, debt, user, offered) = Read(call.Data);
        Assert.Equal((AaveWorld.Ether, AaveWorld.Dollars, AaveWorld.Alice), (collateral, debt, user));
        // No interest accrues here, so that the debt of later is that of now.
        Assert.Equal(Dollar * 1_700UL, offered);
        // 1,700 * 1.05 of ether, less 0.3 % of the sale, less the debt and 0.05 % of it.
        Assert.Equal(UInt256.Parse("78795000"), call.ExpectedReward);
        Assert.True(call.ReturnsReward);
        Assert.Equal(AaveWorld.Liquidator, call.Target);
        Assert.Equal("pay 1700 of " + AaveWorld.Dollars + " for 0.8925 of " + AaveWorld.Ether, call.What);
        Assert.Contains(call.Token, world.Protocol.RewardTokens);
    }

    [Fact]
    public void With_interest_the_offer_covers_the_debt_of_ten_minutes_later()
    {
        var world = Borrower(Dollar * 1_700UL, one => one.Reserves[AaveWorld.Dollars].DebtRate = AaveWorld.Ray / 10UL);
        var offered = Read(Assert.Single(world.Protocol.Plan(0, AaveWorld.Now)).Data).Offered;
        Assert.InRange(offered.CompareTo(Dollar * 1_700UL), 1, 1);
        Assert.True(offered < Dollar * 1_701UL, offered.ToString());
    }

    [Fact]
    public void Where_half_would_leave_dust_the_most_is_paid_that_leaves_none()
    {
        // 2,500 of 4,600 dollars are owed in dollars: half of all is 2,300, which would leave 200 of them.
        var world = AaveWorld.Ready(with: null, routes: [new(AaveWorld.Ether, AaveWorld.Dollars, AaveWorld.Numbered(0x51), default, 3_000)]);
        world.Give(AaveWorld.Alice, AaveWorld.Ether, supply: Ether * 28UL / 10UL + 1UL, debt: Ether * 105UL / 100UL);
        world.Give(AaveWorld.Alice, AaveWorld.Dollars, debt: Dollar * 2_500UL);
        Assert.True(world.Protocol.Account(0, AaveWorld.Now)!.Value.HealthFactor > AaveWorld.Wad / 100UL * 95UL);
        var call = Assert.Single(world.Protocol.Plan(0, AaveWorld.Now));
        Assert.Equal((AaveWorld.Ether, AaveWorld.Dollars, AaveWorld.Alice, Dollar * 1_500UL), Read(call.Data));
    }

    [Theory]
    [InlineData(500, 500)]
    [InlineData(1_000, 700)] // 700 dollars of debt would be left, which is dust: of 1,000 that must stay, less is paid
    [InlineData(1_699, 700)]
    [InlineData(1_700, 1_700)]
    [InlineData(9_000, 1_700)]
    public void No_more_is_paid_than_the_route_bears_and_no_dust_is_left(ulong most, ulong paid)
    {
        var route = new SwapRoute(AaveWorld.Ether, AaveWorld.Dollars, AaveWorld.Numbered(0x51), default, 3_000) { MaxRepay = most * AaveWorld.Wad };
        var world = AaveWorld.Ready(routes: [route]);
        world.Give(AaveWorld.Alice, AaveWorld.Ether, supply: Ether);
        world.Give(AaveWorld.Alice, AaveWorld.Dollars, debt: Dollar * 1_700UL);
        Assert.Equal(Dollar * paid, Read(Assert.Single(world.Protocol.Plan(0, AaveWorld.Now)).Data).Offered);
    }

    [Fact]
    public void What_the_route_bears_is_offered_to_the_unit_though_interest_accrues()
    {
        var route = new SwapRoute(AaveWorld.Ether, AaveWorld.Dollars, AaveWorld.Numbered(0x51), default, 3_000) { MaxRepay = 500UL * AaveWorld.Wad };
        var world = AaveWorld.Ready(with: one => one.Reserves[AaveWorld.Dollars].DebtRate = AaveWorld.Ray / 10UL, routes: [route]);
        world.Give(AaveWorld.Alice, AaveWorld.Ether, supply: Ether);
        world.Give(AaveWorld.Alice, AaveWorld.Dollars, debt: Dollar * 1_700UL);
        Assert.Equal(Dollar * 500UL, Read(Assert.Single(world.Protocol.Plan(0, AaveWorld.Now)).Data).Offered);
    }

    [Fact]
    public void Without_a_route_or_where_nothing_is_left_nothing_is_planned()
    {
        Assert.Empty(Prepared([]).Protocol.Plan(0, AaveWorld.Now));
        Assert.Empty(Prepared([new(AaveWorld.Ether, AaveWorld.Dollars, AaveWorld.Numbered(0x51), default, 60_000)]).Protocol.Plan(0, AaveWorld.Now));

        static AaveWorld Prepared(IReadOnlyList<SwapRoute> routes)
        {
            var world = AaveWorld.Ready(routes: routes);
            world.Give(AaveWorld.Alice, AaveWorld.Ether, supply: Ether);
            world.Give(AaveWorld.Alice, AaveWorld.Dollars, debt: Dollar * 1_700UL);
            Assert.Equal(Core.Protocol.VerdictKind.Liquidatable, world.Protocol.Evaluate(0, AaveWorld.Now).Kind);
            return world;
        }
    }

    [Fact]
    public void What_an_account_owes_and_has_supplied_needs_no_route_where_the_operator_names_the_token()
    {
        Assert.Empty(Prepared().Protocol.Plan(0, AaveWorld.Now));
        Assert.Empty(Prepared(AaveWorld.Ether).Protocol.Plan(0, AaveWorld.Now));
        var world = Prepared(AaveWorld.Dollars);
        var call = Assert.Single(world.Protocol.Plan(0, AaveWorld.Now));
        Assert.Equal((AaveWorld.Dollars, AaveWorld.Dollars, AaveWorld.Alice, Dollar * 1_700UL), Read(call.Data));
        // A twentieth, less the loan's premium: nothing is sold.
        Assert.Equal(Dollar * 85UL - Dollar * 85UL / 100UL, call.ExpectedReward);
        Assert.Equal(AaveWorld.Dollars, Assert.Single(world.Protocol.RewardTokens).Address);

        static AaveWorld Prepared(params Address[] sameTokens)
        {
            var world = AaveWorld.Ready(routes: [], sameTokens: sameTokens);
            world.Give(AaveWorld.Alice, AaveWorld.Dollars, supply: Dollar * 2_000UL, debt: Dollar * 1_700UL);
            return world;
        }
    }

    [Fact]
    public void Rewards_are_priced_by_the_oracle()
    {
        var world = Borrower(Dollar);
        var ether = world.Protocol.RewardTokens.Single(token => token.Address == AaveWorld.Ether);
        Assert.Equal((Ether / 2_000UL, 18, "AaveOracle"), (ether.UnitsPerUsd, ether.Decimals, ether.PriceSource));
        Assert.Equal(Dollar, world.Protocol.RewardTokens.Single(token => token.Address == AaveWorld.Dollars).UnitsPerUsd);
    }

    [Fact]
    public void What_cannot_be_paid_for_is_followed_by_the_next_in_the_order_of_what_it_earns()
    {
        // 1,700 and 500 dollars of debt, in dollars and in ether; collateral of both is taken for either.
        var world = AaveWorld.Ready();
        world.Give(AaveWorld.Alice, AaveWorld.Ether, supply: Ether * 14UL / 10UL, debt: Ether / 4UL);
        world.Give(AaveWorld.Alice, AaveWorld.Dollars, supply: Dollar * 200UL, debt: Dollar * 2_200UL);
        var way = Assert.Single(world.Protocol.Plan(0, AaveWorld.Now));
        var rewards = new List<Usd> { way.Token.ToUsd(way.ExpectedReward) };
        var ways = new List<(Address, Address, Address, UInt256)> { Read(way.Data) };
        while (way.HasAlternative)
        {
            way = Assert.Single(world.Protocol.PlanAfter(0, AaveWorld.Now, ways.Count));
            ways.Add(Read(way.Data));
            rewards.Add(way.Token.ToUsd(way.ExpectedReward));
        }
        Assert.Equal(rewards.OrderDescending(), rewards);
        Assert.Equal(ways.Distinct(), ways);
        Assert.Equal((AaveWorld.Ether, AaveWorld.Dollars, AaveWorld.Alice, Dollar * 2_200UL), ways[0]);
        // Of 2,200 a half would leave 1,100, which is enough; of the ether 400 of 500 dollars would be left, or all of the dollars be taken.
        Assert.Contains((AaveWorld.Ether, AaveWorld.Dollars, AaveWorld.Alice, Dollar * 1_100UL), ways);
        Assert.Contains((AaveWorld.Ether, AaveWorld.Dollars, AaveWorld.Alice, Dollar * 550UL), ways);
        Assert.Contains(ways, other => other is var (collateral, debt, _, _) && (collateral, debt) == (AaveWorld.Dollars, AaveWorld.Ether));
        // Then from the beginning.
        Assert.Equal(ways[0], Read(Assert.Single(world.Protocol.PlanAfter(0, AaveWorld.Now, ways.Count)).Data));
    }

    [Theory]
    [InlineData(900, new ulong[] { 900 })] // any less would leave dust
    [InlineData(1_500, new ulong[] { 1_500, 500, 375, 187 })] // of a half 750 would be left
    [InlineData(1_900, new ulong[] { 1_900, 900, 475, 237 })]
    public void A_part_leaves_no_dust(ulong debt, ulong[] paid)
    {
        var world = AaveWorld.Ready();
        world.Give(AaveWorld.Alice, AaveWorld.Ether, supply: Ether * debt / 1_600UL);
        world.Give(AaveWorld.Alice, AaveWorld.Dollars, debt: Dollar * debt + UInt256.One);
        var ways = new List<UInt256>();
        for (var has = true; has;)
        {
            var call = Assert.Single(ways.Count == 0 ? world.Protocol.Plan(0, AaveWorld.Now) : world.Protocol.PlanAfter(0, AaveWorld.Now, ways.Count));
            ways.Add(Read(call.Data).Offered / Dollar);
            has = call.HasAlternative;
        }
        Assert.Equal(paid, ways.Select(way => (ulong)way));
    }

    private static AaveWorld Borrower(UInt256 debt, Action<AaveWorld>? with = null)
    {
        var world = AaveWorld.Ready(with: with);
        world.Give(AaveWorld.Alice, AaveWorld.Ether, supply: Ether);
        world.Give(AaveWorld.Alice, AaveWorld.Dollars, debt: debt);
        return world;
    }

    private static (Address Collateral, Address Debt, Address User, UInt256 Offered) Read(ReadOnlyMemory<byte> data)
    {
        var reader = new AbiReader(data.Span[4..]);
        Assert.Equal(AaveWorld.Pool, reader.ReadAddress());
        return (reader.ReadAddress(), reader.ReadAddress(), reader.ReadAddress(), reader.ReadUInt256());
    }
}
