using Keeper.Core.Margin;
using Keeper.Core.Mirror;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Tests.Support;

namespace Keeper.Tests.Margin;

public sealed class NearestAccountsTests
{
    private readonly NearestAccounts _nearest = new();
    private readonly ScriptedProtocol _lend = new(new UndoLog());

    [Fact]
    public void The_nearest_come_first_from_either_side_of_the_edge()
    {
        Offer((VerdictKind.Healthy, 200), (VerdictKind.Liquidatable, 99), (VerdictKind.Healthy, 100), (VerdictKind.Liquidatable, -50), (VerdictKind.Healthy, 103));
        Assert.Equal([2, 1, 4, 0, 3], InOrder());
    }

    [Fact]
    public void What_cannot_be_judged_or_holds_nothing_is_near_to_no_edge()
    {
        Offer((VerdictKind.Empty, 100), (VerdictKind.BadDebt, 100), (VerdictKind.PriceUnusable, 100));
        _nearest.Offer(_lend, 3, new(VerdictKind.Healthy, 5, UInt256.Zero));
        Assert.Empty(InOrder());
    }

    [Fact]
    public void Of_many_exactly_the_nearest_are_kept_in_whatever_order_they_come()
    {
        var random = new Random(7);
        var equities = Enumerable.Range(0, 5_000).Select(i => 101 + i).ToArray();
        random.Shuffle(equities);
        Offer([.. equities.Select(equity => (VerdictKind.Healthy, equity))]);
        Assert.Equal(Enumerable.Range(101, NearestAccounts.Capacity), InOrder().Select(account => equities[account]));
    }

    [Fact]
    public void An_account_costs_no_allocation()
    {
        Assert.Equal(0, Allocated.InEachRoundOf(OfferMany));

        void OfferMany()
        {
            _nearest.Clear();
            for (var account = 0; account < 1_000; account++) _nearest.Offer(_lend, account, new(VerdictKind.Healthy, (Int256)(2_000L - account), 100UL));
        }
    }

    [Fact]
    public void An_evaluation_forgets_those_of_the_last()
    {
        var undo = new UndoLog();
        var protocol = new ScriptedProtocol(undo).WithAccounts("1", "2");
        var mirror = new Core.Mirror.Mirror([protocol], undo, TestChainData.Block(100));
        var cycle = new MarginCycle(new SettableTime());
        protocol.Judge = (account, _) => new(VerdictKind.Healthy, account == 0 ? 101 : 150, 100UL);
        cycle.Evaluate(mirror);
        Assert.Equal([0, 1], cycle.Nearest.InOrder().Select(near => near.Account));
        protocol.Judge = (account, _) => account == 0 ? Verdict.Empty : new(VerdictKind.Healthy, 150, 100UL);
        cycle.Evaluate(mirror);
        Assert.Equal([1], cycle.Nearest.InOrder().Select(near => near.Account));
    }

    private void Offer(params (VerdictKind Kind, int Equity)[] verdicts)
    {
        for (var account = 0; account < verdicts.Length; account++) _nearest.Offer(_lend, account, new(verdicts[account].Kind, verdicts[account].Equity, 100UL));
    }

    private int[] InOrder() => [.. _nearest.InOrder().Select(near => near.Account)];
}
