using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Protocols.AaveV3;

namespace Keeper.Tests.Protocols.AaveV3;

public sealed class HealthTests
{
    private static readonly UInt256 Ether = AaveWorld.Wad, Dollar = 1_000_000UL;

    [Fact]
    public void An_account_is_liquidatable_one_unit_of_debt_beyond_a_health_factor_of_one()
    {
        // 1 ether at 2,000 dollars and a threshold of 80 %: 1,600 dollars are the limit.
        Assert.Equal(VerdictKind.Healthy, Verdict(debt: Dollar * 1_600UL).Kind);
        Assert.Equal(VerdictKind.Liquidatable, Verdict(debt: Dollar * 1_600UL + UInt256.One).Kind);
        Assert.Equal(VerdictKind.Empty, Verdict(debt: UInt256.Zero).Kind);
    }

    [Fact]
    public void What_is_owed_without_collateral_is_bad_debt() => Assert.Equal(VerdictKind.BadDebt, Verdict(debt: Dollar, isCollateral: false).Kind);

    [Fact]
    public void A_category_s_threshold_counts_for_its_collateral_from_the_moment_it_is_entered()
    {
        var world = Borrower(debt: Dollar * 1_700UL);
        Assert.Equal(VerdictKind.Liquidatable, world.Protocol.Evaluate(0, AaveWorld.Now).Kind);
        world.Apply(AaveWorld.EMode(AaveWorld.Alice, 1));
        Assert.Equal(VerdictKind.PriceUnusable, world.Protocol.Evaluate(0, AaveWorld.Now).Kind); // it has to be read first
        world.Read();
        Assert.Equal(VerdictKind.Healthy, world.Protocol.Evaluate(0, AaveWorld.Now).Kind);
        Assert.Equal((UInt256)9_300UL, world.Protocol.Account(0, AaveWorld.Now)!.Value.Threshold);
    }

    [Fact]
    public void Interest_alone_makes_an_account_liquidatable()
    {
        var world = Borrower(debt: Dollar * 1_600UL, with: one => one.Reserves[AaveWorld.Dollars].DebtRate = AaveWorld.Ray / 10UL);
        Assert.Equal(VerdictKind.Healthy, world.Protocol.Evaluate(0, AaveWorld.Now).Kind);
        Assert.Equal(VerdictKind.Liquidatable, world.Protocol.Evaluate(0, AaveWorld.Now + 1).Kind);
    }

    [Fact]
    public void Nobody_is_liquidatable_whose_reserve_is_paused_or_in_its_grace_period()
    {
        var world = Borrower(debt: Dollar * 1_700UL);
        Change(world, reserve => reserve.IsPaused = true);
        Assert.Equal(VerdictKind.Healthy, world.Protocol.Evaluate(0, AaveWorld.Now).Kind);
        Assert.Empty(world.Protocol.Plan(0, AaveWorld.Now));
        Change(world, reserve => (reserve.IsPaused, reserve.GraceUntil) = (false, AaveWorld.Now));
        Assert.Equal(VerdictKind.Healthy, world.Protocol.Evaluate(0, AaveWorld.Now).Kind);
        Assert.Equal(VerdictKind.Liquidatable, world.Protocol.Evaluate(0, AaveWorld.Now + 1).Kind);
    }

    [Fact]
    public void A_sentinel_that_says_no_protects_down_to_its_own_threshold_and_no_further()
    {
        var world = Borrower(debt: Dollar * 1_601UL, with: one => (one.HasSentinel, one.MayLiquidate) = (true, false));
        Assert.Equal(VerdictKind.Healthy, world.Protocol.Evaluate(0, AaveWorld.Now).Kind);
        world.MayLiquidate = true;
        world.Read();
        Assert.Equal(VerdictKind.Liquidatable, world.Protocol.Evaluate(0, AaveWorld.Now).Kind);
        world.MayLiquidate = false;
        world.Read();
        world.Give(AaveWorld.Alice, AaveWorld.Dollars, debt: Dollar * 100UL); // below 0.95
        Assert.Equal(VerdictKind.Liquidatable, world.Protocol.Evaluate(0, AaveWorld.Now).Kind);
    }

    [Fact]
    public void A_price_that_reverts_or_is_zero_makes_its_accounts_unusable_and_no_other()
    {
        var world = Borrower(debt: Dollar * 1_700UL);
        world.Give(AaveWorld.Bob, AaveWorld.Ether, supply: Ether, debt: Ether);
        foreach (var price in (UInt256?[])[null, UInt256.Zero])
        {
            world.DollarPrice = price;
            world.Read();
            Assert.Equal(VerdictKind.PriceUnusable, world.Protocol.Evaluate(0, AaveWorld.Now).Kind);
            Assert.Equal(VerdictKind.Liquidatable, world.Protocol.Evaluate(1, AaveWorld.Now).Kind);
            Assert.Contains(world.Protocol.Feeds(AaveWorld.Now), feed => feed is { Name: "reserve_1", Fault: PriceFault.Unread });
        }
        world.DollarPrice = 1_00000000UL;
        world.Read();
        Assert.Equal(VerdictKind.Liquidatable, world.Protocol.Evaluate(0, AaveWorld.Now).Kind);
    }

    [Fact]
    public void A_proxy_whose_answer_the_oracle_does_not_give_as_it_is_is_polled()
    {
        var world = AaveWorld.Ready();
        Assert.Equal((PriceKind.Feed, PriceKind.Polled), Kinds(world));
        world.Apply(AaveWorld.SourceUpdated(AaveWorld.Ether));
        world.Answer(world.Protocol.MissingReads()); // source
        world.Answer(world.Protocol.MissingReads()); // kind
        world.Answer(world.Protocol.MissingReads()); // round
        world.EtherPrice += UInt256.One;
        world.Read();
        Assert.Equal((PriceKind.Polled, PriceKind.Polled), Kinds(world));

        static (PriceKind, PriceKind) Kinds(AaveWorld of) => (of.Protocol.State.Prices[0].Kind, of.Protocol.State.Prices[1].Kind);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(9, false)]
    [InlineData(10, true)]
    [InlineData(11, true)]
    public void Collateral_without_a_threshold_of_its_own_counts_from_3_6_on(ulong revision, bool counts)
    {
        var world = Borrower(debt: Dollar, with: one => (one.Revision, one.Reserves[AaveWorld.Ether].Threshold) = (revision, 0));
        Assert.Equal(counts ? UInt256.Parse("200000000000") : UInt256.Zero, world.Protocol.Account(0, AaveWorld.Now)!.Value.Collateral);
    }

    [Theory]
    [InlineData(1, VerdictKind.PriceUnusable)]
    [InlineData(10, VerdictKind.Liquidatable)]
    public void Who_once_had_stable_debt_is_judged_where_the_pool_has_none_any_more(ulong revision, VerdictKind expected)
    {
        var world = Borrower(debt: Dollar * 1_700UL, with: one => one.Revision = revision);
        var state = world.Protocol.State;
        state.Users.Set(0, state.Users[0] with { HasStableDebt = true });
        Assert.Equal(expected, world.Protocol.Evaluate(0, AaveWorld.Now).Kind);
        // It is compared with the pool where it is judged.
        Assert.Equal(revision == 1 ? 1 : 2, world.Protocol.AuditReads(0, AaveWorld.Now).Count);
    }

    [Fact]
    public void What_is_known_by_asking_alone_decides_and_is_asked_for_once_in_a_block()
    {
        var world = AaveWorld.Ready();
        Assert.Equal(ProtocolFidelity.EventPlusPoll, world.Protocol.Fidelity);
        world.At(AaveWorld.Now + 12);
        var polls = world.Protocol.PollReads();
        Assert.NotEmpty(polls);
        Assert.Empty(world.Protocol.PollReads());
        world.Answer(polls);
        // Once more where an answer has changed something.
        world.Answer(world.Protocol.PollReads());
        Assert.Empty(world.Protocol.PollReads());
        world.At(AaveWorld.Now + 24);
        Assert.NotEmpty(world.Protocol.PollReads());

        static AaveWorld Feeds(bool hasSentinel) => AaveWorld.Ready(with: one => (one.HasSentinel, _) = (hasSentinel, one.Reserves.Remove(AaveWorld.Dollars)));
        Assert.Equal(ProtocolFidelity.EventExact, Feeds(hasSentinel: false).Protocol.Fidelity);
        Assert.Equal(ProtocolFidelity.EventPlusPoll, Feeds(hasSentinel: true).Protocol.Fidelity);
    }

    [Fact]
    public void A_polled_price_that_nobody_has_answered_for_too_long_is_unusable_by_name_and_a_feed_is_not()
    {
        var world = Borrower(debt: Dollar * 1_700UL);
        Assert.True(world.Protocol.TakesLateAnswers);
        world.At(AaveWorld.Now + 61, number: 9);
        Assert.Equal(VerdictKind.Liquidatable, world.Protocol.Evaluate(0, AaveWorld.Now).Kind);
        world.At(AaveWorld.Now + 61, number: 10);
        Assert.Equal(VerdictKind.PriceUnusable, world.Protocol.Evaluate(0, AaveWorld.Now).Kind);
        Assert.Equal(
            [("reserve_0", PriceFault.None, AaveWorld.Now), ("reserve_1", PriceFault.Stale, AaveWorld.Now)],
            world.Protocol.Feeds(AaveWorld.Now + 61).Select(feed => (feed.Name, feed.Fault, feed.UpdatedAt!.Value)));
        // Nobody waits for it; the polls ask, and an answer that was asked for some blocks ago is enough.
        Assert.Empty(world.Protocol.MissingReads());
        var polls = world.Protocol.PollReads();
        world.At(AaveWorld.Now + 62, number: 14);
        world.Answer(polls);
        Assert.Equal(VerdictKind.Liquidatable, world.Protocol.Evaluate(0, AaveWorld.Now).Kind);
    }

    [Fact]
    public void A_sentinel_that_nobody_has_heard_of_for_too_long_forbids()
    {
        var world = Borrower(debt: Dollar * 1_610UL, with: one => (one.Revision, one.HasSentinel) = (9, true));
        Assert.Equal(VerdictKind.Liquidatable, world.Protocol.Evaluate(0, AaveWorld.Now).Kind);
        world.At(AaveWorld.Now + 61, number: 10);
        var dollars = world.Protocol.PollReads().Where(read => read.Call.To == AaveWorld.Oracle).ToArray();
        world.Answer(dollars);
        Assert.Equal(VerdictKind.Healthy, world.Protocol.Evaluate(0, AaveWorld.Now).Kind);
        world.Read();
        Assert.Equal(VerdictKind.Liquidatable, world.Protocol.Evaluate(0, AaveWorld.Now).Kind);
    }

    private static Verdict Verdict(UInt256 debt, bool isCollateral = true) => Borrower(debt, isCollateral).Protocol.Evaluate(0, AaveWorld.Now);

    private static AaveWorld Borrower(UInt256 debt, bool isCollateral = true, Action<AaveWorld>? with = null)
    {
        var world = AaveWorld.Ready(with: with);
        world.Give(AaveWorld.Alice, AaveWorld.Ether, supply: Ether, isCollateral: isCollateral);
        world.Give(AaveWorld.Alice, AaveWorld.Dollars, debt: debt);
        return world;
    }

    private static void Change(AaveWorld world, Action<AaveReserve> change)
    {
        change(world.Reserves[AaveWorld.Dollars]);
        world.Apply(AaveWorld.Paused(AaveWorld.Dollars, true));
        world.Read();
    }
}
