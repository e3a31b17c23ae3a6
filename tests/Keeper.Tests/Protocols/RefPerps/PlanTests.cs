using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Protocols.RefPerps;

namespace Keeper.Tests.Protocols.RefPerps;

public class PlanTests
{
    /// <summary>10 % margin, 1 % fee, of which the keeper gets half: a position of 1,000 needs 110.</summary>
    private static readonly MarketTerms Terms = new()
    {
        Maintenance = [(MarketTerms.NoLimit, 100_000)], LiqFeePpm = 10_000, KeeperSharePpm = 500_000, Lot = 10UL, PartialFloorPpm = 500_000,
    };

    [Theory]
    [InlineData(55, 550, false)] // E * 1e6 = R * floor
    [InlineData(54, 1000, true)]
    public void Below_the_floor_the_whole_position_goes(long quote, ulong leastClosed, bool full)
    {
        var scene = Scene.Simple(Terms);
        scene.Apply(Scene.Quote(1, quote), Scene.Position(1, 1, 1000, 1000, 0));
        var working = new WorkingAccount(scene.Protocol.State, scene.Protocol.Margin, 0, Scene.Now);
        var (equity, requirement) = working.Measure();
        var close = working.Try(working.Positions[0], equity, requirement);
        Assert.Equal(full, close.Full);
        Assert.True(close.Size >= leastClosed);
        Assert.Equal(full, close.Size == 1000UL);
    }

    [Theory]
    [InlineData(110, "")] // E = R
    [InlineData(109, "close 0.00000000000000002 of market 1")] // two lots: 980 need 98 + 10, and the fee of 1 leaves 108
    [InlineData(-1, "close 0.000000000000001 of market 1|resolve bad debt")]
    public void Closes_what_is_needed_and_resolves_what_is_left(long quote, string what)
    {
        var scene = Scene.Simple(Terms);
        scene.Apply(Scene.Pool(1_000), Scene.Quote(1, quote), Scene.Position(1, 1, 1000, 1000, 0));
        Assert.Equal(what, string.Join('|', scene.Protocol.Plan(0, Scene.Now).Select(call => call.What)));
    }

    [Theory]
    [InlineData(980, "close 0.00000000000000002 of market 1")]
    [InlineData(981, "close 0.000000000000001 of market 1")]
    public void What_remains_is_at_least_the_least_notional_or_nothing(ulong minNotional, string what)
    {
        var scene = Scene.Simple(Terms with { MinNotional = minNotional });
        scene.Apply(Scene.Pool(1_000), Scene.Quote(1, 109), Scene.Position(1, 1, 1000, 1000, 0));
        Assert.Equal(what, Assert.Single(scene.Protocol.Plan(0, Scene.Now)).What);
    }

    /// <summary>
    /// Skew 1,000 of 10,000: a mark of 1.1. Closing 100 of 1,000 leaves 90 of equity for 90 of margin, were it not for the mark,
    /// which falls to 1.09 and takes 9; so another 90 must go. What that moves the mark by is left to the next plan.
    /// </summary>
    [Fact]
    public void A_close_that_moves_the_mark_against_the_rest_is_followed_by_one_more()
    {
        var scene = Scene.Simple(Terms with { LiqFeePpm = 0, PartialFloorPpm = 0, PremiumCap = Scene.Wad / 2UL, SkewScale = 10_000UL });
        scene.Apply(Scene.Pool(1_000), Scene.State(1, 1000, 0), Scene.Quote(1, 90), Scene.Position(1, 1, 1000, 1100, 0));
        Assert.Equal(
            ["close 0.0000000000000001 of market 1", "close 0.00000000000000009 of market 1"], scene.Protocol.Plan(0, Scene.Now).Select(call => call.What));
    }

    [Fact]
    public void Takes_the_position_that_pays_most_and_of_equals_the_lowest_market()
    {
        var scene = Scene.Simple(Terms);
        scene.List(2, Terms with { KeeperSharePpm = 900_000 });
        scene.List(3, Terms with { KeeperSharePpm = 900_000 });
        scene.Read();
        scene.Apply(
            Scene.Pool(1_000_000), Scene.Quote(1, 100), Scene.Position(1, 3, 1000, 1000, 0), Scene.Position(1, 1, 1000, 1000, 0), Scene.Position(1, 2, -1000, -1000, 0));
        var plan = scene.Protocol.Plan(0, Scene.Now); // R = 330, E = 100: in full
        Assert.Equal([2u, 3u], plan.Take(2).Select(MarketOf));
        Assert.Equal([(UInt256)9UL, 9UL], plan.Take(2).Select(call => call.ExpectedReward)); // 0.9 of 10
        Assert.True(plan[0].GasLimit > plan[1].GasLimit); // one market less to sync
        Assert.All(plan, call => Assert.Equal((Scene.Contract, new RewardToken(Scene.QuoteToken, Scene.Wad)), (call.Target, call.Token)));
    }

    [Theory]
    [InlineData(0, 1_000_000, 1_000_000, 5)] // half of the penalty
    [InlineData(7, 1_000_000, 1_000_000, 12)] // and the stipend
    [InlineData(7, 3, 1_000_000, 8)] // as far as the fund has it
    [InlineData(7, 1_000_000, 11, 11)] // not above the cap
    public void Expects_the_share_the_stipend_and_the_cap_of_the_contract(ulong stipend, ulong fund, ulong cap, ulong reward)
    {
        var scene = Scene.Simple(Terms);
        scene.Apply(Scene.Globals(stipend, (UInt256)cap), Scene.Insurance(fund), Scene.Pool(1_000_000), Scene.Quote(1, 54), Scene.Position(1, 1, 1000, 1000, 0));
        Assert.Equal((UInt256)reward, Assert.Single(scene.Protocol.Plan(0, Scene.Now)).ExpectedReward);
    }

    [Theory]
    [InlineData(-50, 4)] // quote 54 + pool - 50 = 4 held in all
    [InlineData(-54, 0)]
    public void Expects_no_more_than_the_exchange_holds(long pool, ulong reward)
    {
        var scene = Scene.Simple(Terms);
        scene.Apply(Scene.Pool(pool), Scene.Quote(1, 54), Scene.Position(1, 1, 1000, 1000, 0));
        Assert.Equal((UInt256)reward, scene.Protocol.Plan(0, Scene.Now)[0].ExpectedReward);
    }

    [Fact]
    public void The_penalty_never_exceeds_what_the_account_has()
    {
        var scene = Scene.Simple(Terms);
        scene.Apply(Scene.Pool(1_000), Scene.Quote(1, 4), Scene.Position(1, 1, 1000, 1000, 0));
        Assert.Equal((UInt256)2UL, Assert.Single(scene.Protocol.Plan(0, Scene.Now)).ExpectedReward);
    }

    [Fact]
    public void Calldata_is_what_the_contract_expects()
    {
        var scene = Scene.Simple(Terms);
        scene.Apply(Scene.Pool(1_000), Scene.Quote(1, -1), Scene.Position(1, 1, 1000, 1000, 0));
        var plan = scene.Protocol.Plan(0, Scene.Now);
        Assert.Equal(
            new AbiWriter().Word(UInt256.One).Word(UInt256.One).Word(UInt256.MaxValue).ToCall(Keccak.Selector("liquidatePosition(uint256,uint32,uint256)")), plan[0].Data.ToArray());
        Assert.Equal(new AbiWriter().Word(UInt256.One).ToCall(Keccak.Selector("resolveBadDebt(uint256)")), plan[1].Data.ToArray());
        Assert.Equal(UInt256.Zero, plan[1].ExpectedReward);
        Assert.Equal([plan[0], plan[1]], plan.Where(call => scene.Protocol.Functions.Any(function => call.Data.Span[..4].SequenceEqual(new AbiWriter().ToCall(function.Selector)))));
    }

    [Fact]
    public void Nothing_is_planned_for_what_the_contract_would_refuse()
    {
        var scene = Scene.Simple(Terms);
        Assert.Empty(scene.Protocol.Plan(0, Scene.Now));
        scene.Apply(Scene.Pool(1_000), Scene.Quote(1, -1), Scene.Position(1, 1, 1000, 1000, 0));
        Assert.Empty(scene.Protocol.Plan(0, Scene.Now + 3601));
        scene.Apply(Scene.Position(1, 1, 0, 0, 0));
        Assert.Equal("resolve bad debt", Assert.Single(scene.Protocol.Plan(0, Scene.Now + 3601)).What);
    }

    [Fact]
    public void Planning_changes_nothing()
    {
        var scene = Scene.Simple(Terms);
        scene.Apply(Scene.Pool(1_000), Scene.Quote(1, 30), Scene.Position(1, 1, 1000, 1000, 0));
        var before = scene.Fingerprint();
        Assert.Equal(scene.Protocol.Plan(0, Scene.Now).Select(call => call.What), scene.Protocol.Plan(0, Scene.Now).Select(call => call.What));
        Assert.Equal(before, scene.Fingerprint());
    }

    private static uint MarketOf(LiquidationCall call) => (uint)(ulong)UInt256.ReadBigEndian(call.Data.Span[36..68]);
}
