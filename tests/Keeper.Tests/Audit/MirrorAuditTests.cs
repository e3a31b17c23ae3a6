using Keeper.Core;
using Keeper.Core.Audit;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Margin;
using Keeper.Core.Mirror;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Core.Telemetry;
using Keeper.Tests.Support;
using static Keeper.Tests.Support.TestChainData;
using ChainMirror = Keeper.Core.Mirror.Mirror;

namespace Keeper.Tests.Audit;

/// <summary>Accounts 0 to 3 of a protocol whose state is one value each: what logs wrote, and what the contract holds.</summary>
public sealed class MirrorAuditTests
{
    private readonly ScriptedChain _chain = new();
    private readonly ListLogger<MirrorAuditTests> _log = new();
    private readonly Readiness _readiness = new(new SettableTime());
    private readonly List<string> _drift = [];
    private readonly UndoLog _undo = new();
    private readonly ScriptedProtocol _lend;
    private readonly ChainMirror _mirror;
    private readonly MirrorAudit _audit;

    /// <summary>By account; null where the view reverts without a word.</summary>
    private readonly ulong?[] _contract = [10, 11, 12, 13];

    public MirrorAuditTests()
    {
        _lend = new ScriptedProtocol(_undo).WithAccounts("a", "b", "c", "d");
        _lend.Audited = account => [new(Call(account), Compare(_lend.ValueOf((ulong)account)))];
        _lend.Repairs = account => [new($"value of {account}", Call(account), data => _lend.Values.Put((UInt256)(ulong)account, new AbiReader(data.Span).ReadUInt256()))];
        _chain.Answer = (call, _) => _contract[(int)(ulong)UInt256.ReadBigEndian(call.Data.Span)] is { } value
            ? new CallResult.Returned(Word(value)) : new CallResult.Reverted(ReadOnlyMemory<byte>.Empty);
        _mirror = new([_lend], _undo, Block(100));
        _mirror.Apply(Event(Block(101), [.. Enumerable.Range(0, 4).Select(account => _lend.PriceLog(Block(101), (ulong)account, 10 + (ulong)account))]));
        _audit = Audit(new() { MaxMismatchesPerHour = 1 });
    }

    [Fact]
    public async Task A_mirror_that_is_right_is_left_alone_with_one_request()
    {
        await RoundAsync();
        Assert.Equal(4, _chain.Called.Count);
        Assert.All(_chain.Called, called => Assert.Equal(BlockId.At(Block(101)), called.At));
        Assert.Empty(_log.Lines);
        Assert.True(_readiness.IsReady);
    }

    /// <summary>The block's own polls are asked all the same.</summary>
    [Theory]
    [InlineData(false, 5)]
    [InlineData(true, 1)]
    public async Task Where_endpoints_keep_what_is_left_for_others_nothing_is_audited(bool isKept, int asked)
    {
        if (isKept) _chain.Kept.Add(RequestPurpose.Audit);
        var answer = _chain.Answer;
        _chain.Answer = (call, at) => call.To == Address.Zero ? new CallResult.Returned(Word(1)) : answer(call, at);
        _lend.Polled = () => [new("rate", new CallRequest(Address.Zero, default), _ => { })];
        var poll = new BlockPoll(_chain, TestProfile.Fast, new(_chain, TestProfile.Fast, 60), _audit, () => false);
        await poll.RefreshAsync(_mirror, default);
        Assert.Equal(asked, _chain.Called.Count);
        Assert.True(_readiness.IsReady);
    }

    [Fact]
    public void A_protocol_with_nothing_to_audit_takes_no_place_in_the_sample()
    {
        var undo = new UndoLog();
        var audited = new ScriptedProtocol(undo).WithAccounts("a", "b", "c", "d");
        var other = new ScriptedProtocol(undo, "word") { IsAudited = false }.WithAccounts("x", "y");
        var mirror = new ChainMirror([other, audited], undo, Block(100));
        for (var block = 0; block < 4; block++) Assert.Equal(["a", "b", "c", "d"], _audit.Ask(mirror).Select(question => question.Key).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_the_mirror_held_when_it_asked_is_compared_though_it_has_moved_on()
    {
        var asked = _audit.Ask(_mirror);
        var answers = await _chain.CallAsync(Calls(asked), BlockId.At(_mirror.Head), default);
        _contract[1] = 21;
        _mirror.Apply(Event(Block(102), _lend.PriceLog(Block(102), 1, 21)));
        await _audit.JudgeAsync(asked, answers, _mirror, default);
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public async Task A_wrong_account_is_told_with_both_values_and_read_anew()
    {
        _contract[2] = 99;
        await RoundAsync();
        Assert.Equal(99UL, _lend.ValueOf(2));
        Assert.Single(_log.Lines, line => line.Contains("lend:c") && line.Contains("value is 12 in the mirror and 99 in the contract"));
        Assert.Single(_log.Lines, line => line.Contains("lend:c was read anew"));
        Assert.Null(_mirror.FaultOf(_lend));
        Assert.Empty(_drift);
        await RoundAsync();
        Assert.Equal(2, _log.Lines.Count);
    }

    [Fact]
    public async Task What_was_read_anew_goes_back_with_its_block()
    {
        _contract[2] = 99;
        await RoundAsync();
        _mirror.Apply(new ChainEvent.Reorg(Block(100)));
        Assert.Null(_lend.ValueOf(2));
    }

    [Fact]
    public async Task A_difference_that_a_second_look_does_not_find_is_no_mismatch()
    {
        var asked = _audit.Ask(_mirror);
        // The node answered from another block.
        CallResult[] answers = [.. Enumerable.Range(0, 4).Select(_ => new CallResult.Returned(Word(77)))];
        await _audit.JudgeAsync(asked, answers, _mirror, default);
        Assert.Equal(12UL, _lend.ValueOf(2));
        Assert.DoesNotContain(_log.Lines, line => line.Contains("The mirror is wrong"));
        Assert.Empty(_drift);
    }

    [Fact]
    public async Task Beyond_the_rate_the_breaker_is_opened_and_below_it_not()
    {
        _contract[2] = 99;
        await RoundAsync();
        Assert.Empty(_drift);
        _contract[3] = 98;
        await RoundAsync();
        Assert.Contains("lend:d: value is 13 in the mirror and 98 in the contract", Assert.Single(_drift));
        Assert.Equal(98UL, _lend.ValueOf(3));
    }

    /// <summary>The control: the limit is out of reach.</summary>
    [Fact]
    public async Task Without_the_rate_a_mirror_that_goes_wrong_in_every_block_is_decided_on_for_ever()
    {
        var audit = Audit(new() { MaxMismatchesPerHour = 1_000 });
        for (var round = 0UL; round < 20; round++)
        {
            _contract[2] = 90 + round;
            var asked = audit.Ask(_mirror);
            await audit.JudgeAsync(asked, await _chain.CallAsync(Calls(asked), BlockId.At(_mirror.Head), default), _mirror, default);
        }
        Assert.Equal(20, _log.Lines.Count(line => line.Contains("The mirror is wrong")));
        Assert.Empty(_drift);
    }

    [Fact]
    public async Task One_cause_that_the_first_repair_heals_counts_once()
    {
        for (var account = 0; account < 4; account++) _contract[account] = 50;
        _lend.Repairs = account => [new("market", Call(account), _ => { for (var i = 0UL; i < 4; i++) _lend.Values.Put(i, 50UL); })];
        await RoundAsync();
        Assert.Single(_log.Lines, line => line.Contains("The mirror is wrong"));
        Assert.Empty(_drift);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task What_cannot_be_put_right_makes_its_protocol_one_that_is_not_believed(int how)
    {
        _contract[2] = 99;
        _lend.Repairs = how switch
        {
            0 => _ => [],
            1 => account => [new("value", Call(account), _ => throw new AbiException("Nonsense."))],
            _ => account => [new("value", Call(account), _ => { })],
        };
        await RoundAsync();
        Assert.StartsWith("lend:c cannot be put right: ", _mirror.FaultOf(_lend));
        Assert.Empty(_audit.Ask(_mirror));
        Assert.Empty(new MarginCycle(new SettableTime()).Evaluate(_mirror));
    }

    [Fact]
    public async Task A_view_that_does_not_answer_is_no_mismatch_and_is_left_out_for_a_while()
    {
        _contract[2] = null;
        await RoundAsync();
        Assert.Empty(_log.Lines);
        Assert.Equal([0, 1, 3], _audit.Ask(_mirror).Select(question => question.Account).Order());
        for (var number = 102UL; number < 101 + 256; number++) _mirror.Apply(Event(Block(number)));
        Assert.Equal(3, _audit.Ask(_mirror).Count);
        _mirror.Apply(Event(Block(101 + 256)));
        Assert.Equal(4, _audit.Ask(_mirror).Count);
    }

    [Fact]
    public async Task A_node_that_answers_nobody_leaves_nobody_out()
    {
        Array.Fill(_contract, null);
        await RoundAsync();
        Assert.Equal(4, _audit.Ask(_mirror).Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_could_not_be_looked_at_again_is_not_ready_and_is_healed_later(bool isDown)
    {
        _contract[2] = 99;
        var asked = _audit.Ask(_mirror);
        var answers = await _chain.CallAsync(Calls(asked), BlockId.At(_mirror.Head), default);
        var answer = _chain.Answer;
        _chain.IsDown = isDown;
        if (!isDown) _chain.Answer = (_, _) => new CallResult.Refused("out of gas");
        await _audit.JudgeAsync(asked, answers, _mirror, default);
        Assert.Equal(12UL, _lend.ValueOf(2));
        Assert.Contains("1 accounts", _readiness.Report().Single(entry => entry.Component == "audit").Reason);
        (_chain.IsDown, _chain.Answer) = (false, answer);
        await _audit.JudgeAsync([], [], _mirror, default);
        Assert.Equal(99UL, _lend.ValueOf(2));
        Assert.True(_readiness.IsReady);
    }

    [Fact]
    public async Task What_the_node_refuses_to_read_anew_time_and_again_counts_as_what_cannot_be_read()
    {
        _contract[2] = 99;
        var stored = ScriptedProtocol.AddressOf(0x570);
        _lend.Repairs = _ => [new("value", new CallRequest(stored, new byte[32]), _ => { })];
        var answer = _chain.Answer;
        _chain.Answer = (call, at) => call.To == stored ? new CallResult.Refused("out of gas") : answer(call, at);
        for (var round = 1; round < 16; round++) await RoundAsync();
        Assert.Null(_mirror.FaultOf(_lend));
        await RoundAsync();
        Assert.Equal("lend:c cannot be put right: the value cannot be read", _mirror.FaultOf(_lend));
    }

    [Fact]
    public async Task A_view_that_is_refused_hides_no_other_that_differs()
    {
        _contract[2] = 99;
        var loop = ScriptedProtocol.AddressOf(0x100b);
        _lend.Audited = account => [new(Call(account), Compare(_lend.ValueOf((ulong)account))), new(new CallRequest(loop, new byte[32]), _ => null)];
        var answer = _chain.Answer;
        _chain.Answer = (call, at) => call.To == loop ? new CallResult.Refused("out of gas") : answer(call, at);
        await RoundAsync();
        Assert.Equal(99UL, _lend.ValueOf(2));
        Assert.Null(_mirror.FaultOf(_lend));
    }

    [Fact]
    public async Task An_account_that_a_reorg_took_away_is_not_looked_at_again()
    {
        _contract[2] = 99;
        var asked = _audit.Ask(_mirror);
        var answers = await _chain.CallAsync(Calls(asked), BlockId.At(_mirror.Head), default);
        _lend.Rename(2, "another");
        await _audit.JudgeAsync(asked, answers, _mirror, default);
        Assert.Equal(12UL, _lend.ValueOf(2));
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public void After_a_round_that_failed_one_goes_without()
    {
        _audit.Failed();
        Assert.Empty(_audit.Ask(_mirror));
        Assert.NotEmpty(_audit.Ask(_mirror));
    }

    [Fact]
    public void Switched_off_it_asks_nothing() => Assert.Empty(Audit(new() { AccountsPerBlock = 0 }).Ask(_mirror));

    private async Task RoundAsync()
    {
        var asked = _audit.Ask(_mirror);
        await _audit.JudgeAsync(asked, await _chain.CallAsync(Calls(asked), BlockId.At(_mirror.Head), default), _mirror, default);
    }

    private MirrorAudit Audit(AuditOptions options) => new(_chain, new NearestAccounts(), options, _readiness, _drift.Add, _log);

    private CallRequest Call(int account) => new(_lend.Settings.Address, Word((UInt256)(ulong)account));

    private static CallRequest[] Calls(IReadOnlyList<AuditQuestion> asked) => [.. asked.SelectMany(question => question.Reads).Select(read => read.Call)];

    private static Func<CallResult, IReadOnlyList<AuditDifference>?> Compare(ulong? mirrored) => answer =>
        answer is not CallResult.Returned(var data) ? null
        : new AbiReader(data.Span).ReadUInt256() is var told && told == mirrored ? [] : [new("value", $"{mirrored}", told.ToString())];
}
