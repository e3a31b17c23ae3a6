using Keeper.Core.Audit;
using Keeper.Core.Chain;
using Keeper.Core.Margin;
using Keeper.Core.Mirror;
using Keeper.Core.Planning;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Core.Telemetry;
using Keeper.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using static Keeper.Tests.Support.TestChainData;
using ChainMirror = Keeper.Core.Mirror.Mirror;

namespace Keeper.Tests.Mirror;

/// <summary>Two protocols in one mirror; the adapter of the first fails, and nothing of that reaches the second.</summary>
public sealed class IsolationTests
{
    private readonly ScriptedChain _chain = new() { Newest = Block(100) };
    private readonly ListLogger<MarginCycle> _log = new();
    private ScriptedProtocol _lend = null!;
    private ScriptedProtocol _swap = null!;
    private ChainMirror _mirror;
    private readonly MirrorBuilder _builder;

    public IsolationTests()
    {
        var undo = new UndoLog();
        _mirror = new(Protocols(undo), undo, Block(100));
        _builder = new(_chain, TestProfile.Fast, Protocols, TimeProvider.System, NullLogger<MirrorBuilder>.Instance);
    }

    [Fact]
    public void A_log_that_an_adapter_fails_at_makes_its_protocol_one_that_is_not_believed_and_no_other()
    {
        _lend.Applied = _ => throw Bug();
        _mirror.Apply(Event(Block(101), _lend.PriceLog(Block(101), 1, 50), _swap.PriceLog(Block(101), 1, 60, index: 1)));
        Assert.Equal("log 0 of block 101: the adapter failed at apply: InvalidOperationException: a bug", _mirror.FaultOf(_lend));
        Assert.Equal([_swap], _mirror.Trusted);
        Assert.Equal(60UL, _swap.ValueOf(1));

        // It is given no more logs, and undone with the others.
        _lend.Applied = _ => Assert.Fail("It was given another log.");
        _mirror.Apply(Event(Block(102), _lend.PriceLog(Block(102), 1, 51)));
        _mirror.Apply(new ChainEvent.Reorg(Block(100)));
        Assert.Null(_swap.ValueOf(1));
    }

    [Fact]
    public void A_hint_that_an_adapter_fails_at_is_passed_over()
    {
        _lend.Applied = _ => throw Bug();
        _mirror.Apply(new ChainEvent.OracleHint(_lend.PriceLog(Block(101), 1, 50)));
        Assert.Null(_mirror.FaultOf(_lend));
    }

    [Fact]
    public void An_account_that_an_adapter_fails_at_is_left_alone_and_all_others_are_judged()
    {
        _lend.WithAccounts("a", "b").Judge = (account, _) => account == 0 ? throw Bug() : ScriptedProtocol.Of(VerdictKind.Liquidatable);
        _swap.WithAccounts("c").Judge = (_, _) => ScriptedProtocol.Of(VerdictKind.Liquidatable);
        var cycle = new MarginCycle(TimeProvider.System, _log);
        cycle.Evaluate(_mirror);
        var findings = cycle.Evaluate(_mirror);
        Assert.Equal(
            [("lend:a", VerdictKind.PriceUnusable), ("lend:b", VerdictKind.Liquidatable), ("swap:c", VerdictKind.Liquidatable)], findings.Select(finding => (finding.Key, finding.Verdict.Kind)));
        Assert.Contains("a bug", Assert.Single(_log.Lines));
    }

    [Fact]
    public void An_account_that_an_adapter_has_no_plan_for_but_a_fault_is_skipped_by_name_and_the_others_are_planned()
    {
        _lend.WithAccounts("a").Calls = (_, _) => throw Bug();
        _swap.WithAccounts("c").Calls = (_, _) => [ScriptedProtocol.Call(Usd.Whole(1_000))];
        Finding[] findings = [new(_lend, 0, ScriptedProtocol.Of(VerdictKind.Liquidatable), 1), new(_swap, 0, ScriptedProtocol.Of(VerdictKind.Liquidatable), 1)];
        var context = new PlanningContext(Block(100), null, Market(), new(Usd.Whole(3_000), IsWorstCase: false), new(16_000_000), 0, _ => false, _ => false, new());
        var (plans, skips) = new Planner(new()).Plan(findings, context);
        Assert.Equal("swap:c", Assert.Single(Assert.Single(plans).Accounts).Key);
        Assert.Equal(("lend:a", "the adapter failed at plan: InvalidOperationException: a bug"), (Assert.Single(skips).Account, skips[0].Detail));
    }

    [Theory]
    [InlineData("asking")]
    [InlineData("taking the answer")]
    public async Task What_an_adapter_fails_at_while_it_lacks_something_stops_its_protocol_alone(string at)
    {
        var isKnown = false;
        _chain.Answer = (_, _) => new CallResult.Returned(Word(1));
        _lend.Missing = () => at == "asking" ? throw Bug() : [Read(_lend, "lend's token", () => throw Bug())];
        _swap.Missing = () => isKnown ? [] : [Read(_swap, "swap's token", () => isKnown = true)];
        await _builder.ReadMissingAsync(_mirror, default);
        Assert.Contains("a bug", _mirror.FaultOf(_lend));
        Assert.Equal([_swap], _mirror.Trusted);
        Assert.True(isKnown);
        Assert.Null(_mirror.FaultOf(_swap));
    }

    [Fact]
    public async Task A_view_that_the_node_does_not_run_holds_its_own_protocol_back_until_it_does()
    {
        bool lend = false, swap = false;
        _lend.Missing = () => lend ? [] : [Read(_lend, "the token", () => lend = true)];
        _swap.Missing = () => swap ? [] : [Read(_swap, "the token", () => swap = true)];
        _chain.Answer = (call, _) => call.To == _lend.Settings.Address ? new CallResult.Refused("out of gas") : new CallResult.Returned(Word(1));
        await _builder.ReadMissingAsync(_mirror, default);
        Assert.Equal("the token cannot be read: out of gas", _mirror.FaultOf(_lend));
        Assert.Null(_mirror.FaultOf(_swap));
        Assert.True(swap);
        Assert.Null(_mirror.Doubted);

        _chain.Answer = (_, _) => new CallResult.Returned(Word(1));
        await _builder.ReadMissingAsync(_mirror, default);
        Assert.Null(_mirror.FaultOf(_lend));
    }

    [Fact]
    public async Task A_view_that_the_node_does_not_run_holds_nothing_back_where_the_adapter_can_do_without_it()
    {
        bool isTold = false, isKnown = false;
        _lend.Missing = () =>
            [.. new[] { Read(_lend, "a price", () => { }) with { Refused = () => isTold = true } }, .. isKnown ? Array.Empty<StateRead>() : [Read(_swap, "the token", () => isKnown = true)]];
        _chain.Answer = (call, _) => call.To == _lend.Settings.Address ? new CallResult.Refused("out of gas") : new CallResult.Returned(Word(1));
        await _builder.ReadMissingAsync(_mirror, default);
        Assert.Equal((true, true), (isTold, isKnown));
        Assert.Null(_mirror.FaultOf(_lend));
    }

    /// <summary>What one contract does not answer is no word about another's of the same name.</summary>
    [Fact]
    public async Task A_view_that_reverts_is_no_reason_not_to_ask_another_contract_for_the_same()
    {
        var round = 0;
        _lend.Missing = () => [Read(_lend, "the token", () => { })];
        _swap.Missing = () => round == 2 ? [] : [Read(_swap, "the token", () => round++)];
        _chain.Answer = (call, _) => call.To == _lend.Settings.Address ? new CallResult.Reverted(default) : new CallResult.Returned(Word(1));
        await _builder.ReadMissingAsync(_mirror, default);
        Assert.Equal(2, round);
    }

    [Fact]
    public async Task An_adapter_that_fails_at_the_audit_is_left_out_and_the_others_are_compared()
    {
        var compared = 0;
        _lend.WithAccounts("a", "b").Audited = account => account == 0 ? throw Bug() : [new(new(_lend.Settings.Address, default), _ => throw Bug())];
        _swap.WithAccounts("c").Audited = _ => [new(new(_swap.Settings.Address, default), _ => { compared++; return []; })];
        var audit = new MirrorAudit(_chain, new(), new(), new Readiness(new SettableTime()), _ => { }, _log);
        var asked = audit.Ask(_mirror);
        Assert.Equal(["lend:b", "swap:c"], asked.Select(question => question.Name));
        await audit.JudgeAsync(asked, [new CallResult.Returned(Word(1)), new CallResult.Returned(Word(1))], _mirror, default);
        Assert.Equal(1, compared);
        Assert.Equal(2, _mirror.Trusted.Count());
        Assert.Equal(["swap:c"], audit.Ask(_mirror).Select(question => question.Name));
    }

    [Fact]
    public void An_adapter_that_fails_at_a_waiting_update_does_not_hide_it_from_the_next()
    {
        _lend.Updating = () => throw Bug();
        var update = ScriptedPool.Transmission(1, 99) with { To = _swap.Settings.Address };
        Assert.True(_mirror.Suppose(new(update, 1_000)));
        Assert.Equal(99UL, _swap.ValueOf(1));
    }

    [Fact]
    public void A_block_that_an_adapter_fails_at_makes_its_protocol_one_that_is_not_believed_and_no_other()
    {
        _lend.Begun = _ => throw Bug();
        _mirror.Apply(Event(Block(101), _swap.PriceLog(Block(101), 1, 60)));
        Assert.Equal("block 101: the adapter failed at begin_block: InvalidOperationException: a bug", _mirror.FaultOf(_lend));
        Assert.Equal([_swap], _mirror.Trusted);
        Assert.Equal(60UL, _swap.ValueOf(1));
        _mirror.Apply(new ChainEvent.Reorg(Block(100)));
        Assert.Null(_swap.ValueOf(1));
    }

    [Theory]
    [InlineData("filter", false)]
    [InlineData("filter", true)]
    [InlineData("hints", false)]
    [InlineData("hints", true)]
    public void An_adapter_that_does_not_say_which_logs_it_wants_is_asked_once_and_the_others_are_followed(string what, bool isNull)
    {
        var asked = 0;
        Func<LogFilter> fails = () => ++asked > 0 && isNull ? null! : throw Bug();
        if (what == "filter") _lend.Wanted = fails;
        else _lend.WantedEarly = fails;
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal([_swap.Settings.Address], (what == "filter" ? _mirror.Filter : _mirror.Hints).Any.Addresses);
        }
        Assert.Equal(1, asked);
        Assert.StartsWith($"the adapter failed at {what}: InvalidOperationException: ", _mirror.FaultOf(_lend), StringComparison.Ordinal);
        Assert.Equal([_swap], _mirror.Trusted);
    }

    [Fact]
    public void An_adapter_that_fails_at_its_filter_while_a_log_is_applied_stops_no_other()
    {
        _lend.Wanted = () => throw Bug();
        _mirror.Apply(Event(Block(101), _swap.PriceLog(Block(101), 1, 60)));
        Assert.Equal(60UL, _swap.ValueOf(1));
        Assert.Equal([_swap], _mirror.Trusted);
    }

    [Fact]
    public async Task An_adapter_whose_state_cannot_be_captured_is_not_believed_and_a_mirror_is_built_all_the_same()
    {
        var builder = new MirrorBuilder(_chain, TestProfile.Fast, Failing, TimeProvider.System, NullLogger<MirrorBuilder>.Instance);
        var (mirror, _) = await builder.BuildAsync(default);
        Assert.Equal("the adapter failed at capture: InvalidOperationException: a bug", mirror.FaultOf(_lend));
        Assert.Equal([_swap], mirror.Trusted);

        IReadOnlyList<IProtocol> Failing(UndoLog undo)
        {
            var made = Protocols(undo);
            _lend.Capturing = () => throw Bug();
            return made;
        }
    }

    /// <summary>No adapter is given a token: what it cancels is its own.</summary>
    [Fact]
    public async Task A_cancellation_that_an_adapter_throws_is_its_fault_and_ends_nothing()
    {
        _lend.Applied = _ => throw new OperationCanceledException();
        _mirror.Apply(Event(Block(101), _lend.PriceLog(Block(101), 1, 50), _swap.PriceLog(Block(101), 1, 60, index: 1)));
        Assert.Contains("OperationCanceledException", _mirror.FaultOf(_lend), StringComparison.Ordinal);
        _swap.Missing = () => throw new TaskCanceledException();
        await _builder.ReadMissingAsync(_mirror, default);
        Assert.Contains("TaskCanceledException", _mirror.FaultOf(_swap), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task No_list_where_one_is_due_is_a_fault_of_the_adapter(bool isIn)
    {
        _lend.Missing = () => isIn ? [null!] : null!;
        await _builder.ReadMissingAsync(_mirror, default);
        Assert.Contains("the adapter failed at missing_reads: InvalidOperationException: it gave null in", _mirror.FaultOf(_lend), StringComparison.Ordinal);

        _swap.WithAccounts("c").Calls = (_, _) => isIn ? [null!] : null!;
        var context = new PlanningContext(Block(100), null, Market(), new(Usd.Whole(3_000), IsWorstCase: false), new(16_000_000), 0, _ => false, _ => false, new());
        var (plans, skips) = new Planner(new()).Plan([new(_swap, 0, ScriptedProtocol.Of(VerdictKind.Liquidatable), 1)], context);
        Assert.Empty(plans);
        Assert.Contains("it gave null in", Assert.Single(skips).Detail, StringComparison.Ordinal);
    }

    private IReadOnlyList<IProtocol> Protocols(UndoLog undo) => [_lend = new(undo), _swap = new(undo, "swap", address: 0x50a9)];

    private StateRead Read(ScriptedProtocol protocol, string what, Action apply) => new(what, new CallRequest(protocol.Settings.Address, default), _ => apply());

    private static InvalidOperationException Bug() => new("a bug");
}
