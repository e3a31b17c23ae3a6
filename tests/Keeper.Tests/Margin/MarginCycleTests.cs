using Keeper.Core.Chain;
using Keeper.Core.Margin;
using Keeper.Core.Mirror;
using Keeper.Core.Protocol;
using Keeper.Tests.Support;
using static Keeper.Tests.Support.TestChainData;
using ChainMirror = Keeper.Core.Mirror.Mirror;

namespace Keeper.Tests.Margin;

public sealed class MarginCycleTests
{
    private readonly ScriptedProtocol _lend, _swap;
    private readonly ChainMirror _mirror;
    private readonly MarginCycle _cycle = new(new SettableTime());

    public MarginCycleTests()
    {
        var undo = new UndoLog();
        _lend = new ScriptedProtocol(undo).WithAccounts("1", "2", "3", "4", "5");
        _swap = new ScriptedProtocol(undo, "swap", address: 0x50a9).WithAccounts("x");
        _lend.Judge = (account, _) => ScriptedProtocol.Of((VerdictKind)account);
        _swap.Judge = (_, _) => ScriptedProtocol.Of(VerdictKind.Liquidatable);
        _mirror = new([_lend, _swap], undo, Block(100));
    }

    [Fact]
    public void Everything_that_is_not_simply_healthy_is_found_in_order() => Assert.Equal(
        [("lend:3", VerdictKind.Liquidatable), ("lend:4", VerdictKind.BadDebt), ("lend:5", VerdictKind.PriceUnusable), ("swap:x", VerdictKind.Liquidatable)],
        _cycle.Evaluate(_mirror).Select(finding => (finding.Key, finding.Verdict.Kind)));

    [Fact]
    public void A_faulted_protocol_is_not_evaluated()
    {
        _mirror.Apply(Event(Block(101), Log(Block(101), _lend.Settings.Address, ScriptedProtocol.Price, [])));
        Assert.Equal(["swap:x"], _cycle.Evaluate(_mirror).Select(finding => finding.Key));
        Assert.Empty(_lend.EvaluatedAt);
    }

    [Fact]
    public void The_time_is_the_blocks_and_with_a_hint_that_of_the_price()
    {
        Assert.All(_cycle.Evaluate(_mirror), finding => Assert.Equal(Block(100).Timestamp, finding.Timestamp));
        _lend.LatestOracleTime = Block(101).Timestamp;
        _mirror.Apply(new ChainEvent.OracleHint(_lend.PriceLog(Block(101), 1, 50)));
        var findings = _cycle.Evaluate(_mirror);
        Assert.Equal(Block(101).Timestamp, findings[0].Timestamp);
        Assert.Equal(Block(100).Timestamp, findings[^1].Timestamp);
    }

    [Fact]
    public void An_account_whose_amounts_leave_the_range_is_unusable_and_the_others_are_judged()
    {
        _lend.Judge = (account, _) => account == 1 ? throw new OverflowException() : ScriptedProtocol.Of(VerdictKind.Liquidatable);
        Assert.Equal(
            [("lend:1", VerdictKind.Liquidatable), ("lend:2", VerdictKind.PriceUnusable), ("lend:3", VerdictKind.Liquidatable)],
            _cycle.Evaluate(_mirror).Take(3).Select(finding => (finding.Key, finding.Verdict.Kind)));
    }

    [Fact]
    public void A_second_evaluation_starts_anew()
    {
        _cycle.Evaluate(_mirror);
        _lend.Judge = (_, _) => Verdict.Empty;
        Assert.Single(_cycle.Evaluate(_mirror));
    }
}
