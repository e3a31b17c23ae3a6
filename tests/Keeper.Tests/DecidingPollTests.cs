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
        using var poll = new DecidingPoll(_chain);
        poll.Begin(_mirror, default);
        Assert.True(await poll.ApplyAsync(_mirror));
        Assert.Equal(["view 0"], _applied);
        Assert.Equal(new BlockId.ByHash(Block(100).Hash), _chain.Called.Single().At);
        Assert.False(poll.Answered.IsCompleted);
    }

    [Fact]
    public async Task A_hint_is_asked_about_in_its_own_block()
    {
        using var poll = new DecidingPoll(_chain);
        Assert.True(_mirror.Apply(new ChainEvent.OracleHint(_protocol.PriceLog(Block(101), 1, 5))));
        poll.Begin(_mirror, default);
        Assert.True(await poll.ApplyAsync(_mirror));
        Assert.Equal(new BlockId.ByHash(Block(101).Hash), _chain.Called.Single().At);
    }

    [Fact]
    public async Task An_answer_of_another_block_is_dropped()
    {
        using var poll = new DecidingPoll(_chain);
        poll.Begin(_mirror, default);
        _mirror.Apply(Event(Block(101)));
        Assert.False(await poll.ApplyAsync(_mirror));
        Assert.Empty(_applied);
    }

    [Fact]
    public async Task After_a_request_that_fails_fewer_are_asked_and_more_again_when_one_is_answered()
    {
        using var poll = new DecidingPoll(_chain);
        _reads = 100;
        _chain.IsDown = true;
        await RoundAsync();
        _chain.IsDown = false;
        await RoundAsync();
        Assert.Equal(50, _applied.Count);
        _applied.Clear();
        await RoundAsync();
        Assert.Equal(100, _applied.Count);

        async Task RoundAsync()
        {
            poll.Begin(_mirror, default);
            await poll.ApplyAsync(_mirror);
        }
    }

    [Fact]
    public async Task A_view_that_is_not_run_to_its_end_is_told_and_the_next_goes_on()
    {
        using var poll = new DecidingPoll(_chain);
        _reads = 3;
        var answers = new Queue<CallResult>([new CallResult.Refused("out of gas"), new CallResult.Reverted(default), new CallResult.Returned(Word(1UL))]);
        _chain.Answer = (_, _) => answers.Dequeue();
        poll.Begin(_mirror, default);
        Assert.True(await poll.ApplyAsync(_mirror));
        Assert.Equal(["view 0 was refused", "view 1 reverted", "view 2"], _applied);
    }

    private StateRead Read(string what) =>
        new(what, new CallRequest(Address.Zero, default), _ => _applied.Add(what), () => _applied.Add($"{what} reverted")) { Refused = () => _applied.Add($"{what} was refused") };
}
