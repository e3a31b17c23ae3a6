using Keeper.Core;
using Keeper.Core.Chain;
using Keeper.Core.Mirror;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Tests.Support;
using static Keeper.Tests.Support.TestChainData;

namespace Keeper.Tests;

/// <summary>Polls that decide: at which block they are asked, and what becomes of answers that come too late, or not at all.</summary>
public sealed class DecidingPollTests
{
    private readonly ScriptedChain _chain = new() { Answer = (_, _) => new CallResult.Returned(Word(1UL)) };
    private readonly SettableTime _time = new();
    private readonly UndoLog _undo = new();
    private readonly ScriptedProtocol _protocol;
    private readonly Core.Mirror.Mirror _mirror;
    private readonly List<string> _applied = [];
    private int _reads = 1;

    public DecidingPollTests()
    {
        _protocol = new(_undo) { Fidelity = ProtocolFidelity.EventPlusPoll };
        _protocol.Polled = () => [.. Enumerable.Range(0, _reads).Select(i => Read($"view {i}"))];
        _mirror = new([_protocol, new ScriptedProtocol(_undo, "other", 0x07e4) { Polled = () => [Read("of an exact protocol")] }], _undo, Block(100));
    }

    [Fact]
    public async Task It_is_asked_at_the_mirrors_block_and_of_protocols_alone_whose_polls_decide()
    {
        using var poll = new DecidingPoll(_chain, _time);
        poll.Begin(_mirror, default);
        Assert.True(await poll.ApplyAsync(_mirror));
        Assert.Equal(["view 0"], _applied);
        Assert.Equal(new BlockId.ByHash(Block(100).Hash), _chain.Called.Single().At);
        Assert.False(poll.Answered.IsCompleted);
    }

    [Fact]
    public async Task A_hint_is_asked_about_in_its_own_block()
    {
        using var poll = new DecidingPoll(_chain, _time);
        Assert.True(_mirror.Apply(new ChainEvent.OracleHint(_protocol.PriceLog(Block(101), 1, 5))));
        poll.Begin(_mirror, default);
        Assert.True(await poll.ApplyAsync(_mirror));
        Assert.Equal(new BlockId.ByHash(Block(101).Hash), _chain.Called.Single().At);
    }

    [Fact]
    public async Task After_a_request_that_fails_fewer_are_asked_and_more_again_when_one_is_answered()
    {
        using var poll = new DecidingPoll(_chain, _time);
        _reads = 100;
        _chain.IsDown = true;
        await RoundAsync(101);
        _chain.IsDown = false;
        poll.Begin(_mirror, default);
        Assert.False(poll.Answered.IsCompleted); // in the block where it failed it would fail again
        await RoundAsync(102);
        Assert.Equal(50, _applied.Count);
        _applied.Clear();
        await RoundAsync(103);
        Assert.Equal(100, _applied.Count);

        async Task RoundAsync(ulong number)
        {
            _mirror.Apply(Event(Block(number)));
            poll.Begin(_mirror, default);
            await poll.ApplyAsync(_mirror);
        }
    }

    [Fact]
    public async Task A_view_that_is_not_run_to_its_end_is_told_and_the_next_goes_on()
    {
        using var poll = new DecidingPoll(_chain, _time);
        _reads = 3;
        var answers = new Queue<CallResult>([new CallResult.Refused("out of gas"), new CallResult.Reverted(default), new CallResult.Returned(Word(1UL))]);
        _chain.Answer = (_, _) => answers.Dequeue();
        poll.Begin(_mirror, default);
        Assert.True(await poll.ApplyAsync(_mirror));
        Assert.Equal(["view 0 was refused", "view 1 reverted", "view 2"], _applied);
    }

    [Fact]
    public async Task An_answer_that_has_come_is_not_asked_for_again_in_the_same_block()
    {
        using var poll = new DecidingPoll(_chain, _time);
        poll.Begin(_mirror, default);
        poll.Begin(_mirror, default);
        Assert.Single(_chain.Called);
        Assert.True(await poll.ApplyAsync(_mirror));
    }

    [Fact]
    public void A_request_that_hangs_is_given_up_for_a_newer_block_after_five_seconds_and_fewer_are_asked_of_another_protocol_first()
    {
        var slow = new SlowChain(_chain);
        using var poll = new DecidingPoll(slow, _time);
        var undo = new UndoLog();
        ScriptedProtocol[] protocols = [.. new ulong[] { 1, 2 }.Select(i => new ScriptedProtocol(undo, $"p{i}", i) { Fidelity = ProtocolFidelity.EventPlusPoll })];
        foreach (var protocol in protocols) protocol.Polled = () => [.. Enumerable.Range(0, 32).Select(_ => new StateRead("view", new(protocol.Settings.Address, default), _ => { }))];
        var mirror = new Core.Mirror.Mirror(protocols, undo, Block(100));
        for (ulong number = 101; number <= 106; number++)
        {
            poll.Begin(mirror, default);
            _time.Advance(TimeSpan.FromSeconds(6));
            poll.Begin(mirror, default); // there is nothing newer to ask about
            mirror.Apply(Event(Block(number)));
        }
        Assert.Equal([64, 32, 16, 8, 8, 8], slow.Asked);
        Assert.Equal(5, slow.Cancelled);
        Assert.Equal([1, 2, 1, 2, 1, 2], slow.First.Select(to => protocols[0].Settings.Address == to ? 1 : 2));
    }

    [Fact]
    public async Task A_request_of_another_mirror_is_given_up_and_no_fewer_are_asked()
    {
        var slow = new SlowChain(_chain);
        using var poll = new DecidingPoll(slow, _time);
        _reads = 100;
        poll.Begin(_mirror, default);
        slow.IsSlow = false;
        var other = new Core.Mirror.Mirror(_mirror.Protocols, new(), Block(100));
        poll.Begin(other, default);
        Assert.True(await poll.ApplyAsync(other));
        Assert.Equal((1, "100, 100"), (slow.Cancelled, string.Join(", ", slow.Asked)));
    }

    [Fact]
    public async Task A_protocol_that_is_not_answered_for_eight_blocks_is_told_until_it_is()
    {
        var slow = new SlowChain(_chain);
        using var poll = new DecidingPoll(slow, _time);
        for (ulong number = 101; number <= 108; number++)
        {
            Assert.Null(poll.SilenceOf(_mirror, _protocol));
            poll.Begin(_mirror, default);
            _time.Advance(TimeSpan.FromSeconds(12));
            _mirror.Apply(Event(Block(number)));
        }
        Assert.Equal("its views were not answered in time for 8 blocks", poll.SilenceOf(_mirror, _protocol));
        Assert.Null(poll.SilenceOf(_mirror, _mirror.Protocols[1]));
        slow.IsSlow = false;
        poll.Begin(_mirror, default);
        await poll.ApplyAsync(_mirror);
        Assert.Null(poll.SilenceOf(_mirror, _protocol));
    }

    [Fact]
    public void A_protocol_without_questions_is_not_silent()
    {
        using var poll = new DecidingPoll(_chain, _time);
        _reads = 0;
        for (ulong number = 101; number <= 120; number++)
        {
            poll.Begin(_mirror, default);
            _mirror.Apply(Event(Block(number)));
        }
        Assert.Null(poll.SilenceOf(_mirror, _protocol));
    }

    /// <summary>A node that does not answer.</summary>
    private sealed class SlowChain(IChainClient inner) : ForwardingChain(inner)
    {
        public bool IsSlow { get; set; } = true;
        public List<int> Asked { get; } = [];
        public List<Address?> First { get; } = [];
        public int Cancelled { get; private set; }

        public override async Task<IReadOnlyList<CallResult>> CallAsync(IReadOnlyList<CallRequest> calls, BlockId at, CancellationToken cancellation)
        {
            Asked.Add(calls.Count);
            First.Add(calls[0].To);
            cancellation.Register(() => Cancelled++);
            if (IsSlow) await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
            return await base.CallAsync(calls, at, cancellation);
        }
    }

    private StateRead Read(string what) =>
        new(what, new CallRequest(Address.Zero, default), _ => _applied.Add(what), () => _applied.Add($"{what} reverted")) { Refused = () => _applied.Add($"{what} was refused") };
}
