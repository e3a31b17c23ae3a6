using Keeper.Core;
using Keeper.Core.Chain;
using Keeper.Core.Mirror;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Tests.Support;
using static Keeper.Tests.Support.TestChainData;

namespace Keeper.Tests;

/// <summary>Polls that decide on a chain whose blocks come faster than answers: they finish, and count as of the block that they were asked at.</summary>
public sealed class LateAnswerTests
{
    private readonly HeldChain _chain = new();
    private readonly SettableTime _time = new();
    private readonly UndoLog _undo = new();
    private readonly ScriptedProtocol _patient, _strict, _exact;
    private readonly Core.Mirror.Mirror _mirror;
    private readonly DecidingPoll _poll;

    public LateAnswerTests()
    {
        _patient = new(_undo) { Fidelity = ProtocolFidelity.EventPlusPoll, TakesLateAnswers = true };
        _patient.Polled = () => [Asking(_patient)];
        _strict = new(_undo, "strict", 0x57) { Fidelity = ProtocolFidelity.EventPlusPoll };
        _strict.Polled = () => [Asking(_strict)];
        _exact = new(_undo, "exact", 0xe4);
        _mirror = new([_patient, _strict, _exact], _undo, Block(100));
        _poll = new(_chain, _time);
    }

    [Fact]
    public async Task Every_answer_that_takes_three_blocks_counts_and_the_next_is_asked_at_the_newest()
    {
        for (var round = 0UL; round < 4; round++)
        {
            _poll.Begin(_mirror, default);
            Link(101 + 3 * round, 3);
            Assert.False(await _poll.ApplyAsync(_mirror));
            await AnswerAsync(90 + round);
            Assert.True(await _poll.ApplyAsync(_mirror));
            Assert.Equal(90 + round, _patient.ValueOf(1));
        }
        Assert.Equal([Block(100).Hash, Block(103).Hash, Block(106).Hash, Block(109).Hash], _chain.Asked);
        Assert.Null(_poll.SilenceOf(_mirror, _patient));
    }

    [Fact]
    public async Task A_protocol_that_decides_by_its_own_block_alone_is_told_nothing_late_and_named()
    {
        for (var round = 0UL; round < 3; round++)
        {
            _poll.Begin(_mirror, default);
            Link(101 + 3 * round, 3);
            await AnswerAsync(90);
            await _poll.ApplyAsync(_mirror);
        }
        Assert.Null(_strict.ValueOf(1));
        Assert.Equal("its views were not answered in time for 9 blocks", _poll.SilenceOf(_mirror, _strict));
        _poll.Begin(_mirror, default);
        await AnswerAsync(91);
        Assert.True(await _poll.ApplyAsync(_mirror));
        Assert.Equal((91UL, null), (_strict.ValueOf(1), _poll.SilenceOf(_mirror, _strict)));
    }

    [Theory]
    [InlineData(0)] // of the block that was asked about alone
    [InlineData(2)]
    public async Task What_was_said_of_a_block_that_a_reorg_took_out_is_not_used_and_the_new_branch_is_asked(int further)
    {
        Link(101, 1);
        _poll.Begin(_mirror, default);
        Link(102, further);
        _mirror.Apply(new ChainEvent.Reorg(Block(100)));
        var last = Block(100);
        for (ulong number = 101; number <= 105; number++) _mirror.Apply(Event(last = Block(number, branch: 1, after: last)));
        await AnswerAsync(66);
        Assert.False(await _poll.ApplyAsync(_mirror));
        Assert.Null(_patient.ValueOf(1));
        _poll.Begin(_mirror, default);
        await AnswerAsync(77);
        Assert.True(await _poll.ApplyAsync(_mirror));
        Assert.Equal((last.Hash, 77UL), (_chain.Asked[^1], _patient.ValueOf(1)));
    }

    [Fact]
    public void A_request_about_a_block_that_a_reorg_took_out_makes_room_for_one_about_the_new_branch()
    {
        Link(101, 1);
        _poll.Begin(_mirror, default);
        _mirror.Apply(new ChainEvent.Reorg(Block(100)));
        _mirror.Apply(Event(Block(101, branch: 1, after: Block(100))));
        _poll.Begin(_mirror, default);
        Assert.Equal([Block(101).Hash, Block(101, branch: 1).Hash], _chain.Asked);
    }

    [Fact]
    public async Task A_late_answer_goes_back_with_the_block_at_which_it_came()
    {
        _poll.Begin(_mirror, default);
        Link(101, 2);
        await AnswerAsync(90);
        Assert.True(await _poll.ApplyAsync(_mirror));
        _mirror.Apply(new ChainEvent.Reorg(Block(101)));
        Assert.Null(_patient.ValueOf(1));
    }

    [Fact]
    public async Task A_hint_of_another_protocol_cancels_nothing_and_the_answer_outlives_it()
    {
        _poll.Begin(_mirror, default);
        _mirror.Apply(new ChainEvent.OracleHint(_exact.PriceLog(Block(101), 1, 5)));
        _poll.Begin(_mirror, default);
        Assert.Single(_chain.Asked);
        await AnswerAsync(90);
        Assert.True(await _poll.ApplyAsync(_mirror));
        // Both count: what was hinted stands on top.
        Assert.Equal((90UL, 5UL, Block(101).Hash), (_patient.ValueOf(1), _exact.ValueOf(1), _mirror.HintBlock));
        // The hint's block comes otherwise than it was told.
        Link(101, 1);
        Assert.Equal((90UL, null, null), (_patient.ValueOf(1), _exact.ValueOf(1), _mirror.HintBlock));
    }

    [Fact]
    public async Task What_was_asked_at_a_hint_counts_when_its_block_was_linked_and_others_have_followed()
    {
        _mirror.Apply(new ChainEvent.OracleHint(_exact.PriceLog(Block(101), 1, 5)));
        _poll.Begin(_mirror, default);
        Link(101, 3);
        await AnswerAsync(90);
        Assert.True(await _poll.ApplyAsync(_mirror));
        Assert.Equal((Block(101).Hash, 90UL), (_chain.Asked.Single(), _patient.ValueOf(1)));
    }

    [Fact]
    public async Task What_was_asked_at_a_hint_does_not_count_where_another_block_came()
    {
        _mirror.Apply(new ChainEvent.OracleHint(_exact.PriceLog(Block(101, branch: 1), 1, 5)));
        _poll.Begin(_mirror, default);
        Link(101, 2);
        await AnswerAsync(90);
        Assert.False(await _poll.ApplyAsync(_mirror));
        Assert.Null(_patient.ValueOf(1));
    }

    [Fact]
    public async Task Blocks_that_are_final_and_forgotten_are_still_in_the_chain()
    {
        Link(101, 1);
        _poll.Begin(_mirror, default);
        Link(102, 3);
        _mirror.Apply(new ChainEvent.Finalized(104));
        await AnswerAsync(90);
        Assert.True(await _poll.ApplyAsync(_mirror));
        Assert.Equal(90UL, _patient.ValueOf(1));
    }

    [Fact]
    public async Task It_is_known_whether_what_decides_is_of_an_earlier_block()
    {
        _poll.Begin(_mirror, default);
        Assert.False(_poll.IsBehind(_mirror, _patient));
        Link(101, 2);
        Assert.True(_poll.IsBehind(_mirror, _patient));
        await AnswerAsync(90);
        await _poll.ApplyAsync(_mirror);
        Assert.True(_poll.IsBehind(_mirror, _patient));
        _poll.Begin(_mirror, default);
        await AnswerAsync(91);
        await _poll.ApplyAsync(_mirror);
        Assert.False(_poll.IsBehind(_mirror, _patient));
        Assert.False(_poll.IsBehind(_mirror, _exact));
    }

    [Fact]
    public async Task Fast_blocks_do_not_make_a_node_silent_before_ten_seconds_have_passed()
    {
        var fast = new Core.Mirror.Mirror([_patient], new(), Fast(0));
        _poll.Begin(fast, default);
        for (ulong number = 1; number <= 39; number++) fast.Apply(Event(Fast(number)));
        Assert.Null(_poll.SilenceOf(fast, _patient));
        fast.Apply(Event(Fast(40)));
        Assert.Equal("its views were not answered in time for 40 blocks", _poll.SilenceOf(fast, _patient));
        await AnswerAsync(90);
        Assert.True(await _poll.ApplyAsync(fast));

        static BlockRef Fast(ulong number) => Block(number) with { Timestamp = Genesis + number / 4 };
    }

    private async Task AnswerAsync(UInt256 word)
    {
        _chain.Answer(word);
        await _poll.Answered.WaitAsync(TimeSpan.FromMinutes(1), TimeProvider.System);
    }

    private void Link(ulong first, int blocks)
    {
        for (var i = 0; i < blocks; i++) _mirror.Apply(Event(Block(first + (ulong)i)));
    }

    private static StateRead Asking(ScriptedProtocol protocol) =>
        new("price", new(protocol.Settings.Address, default), answer => protocol.Values.Put(1UL, UInt256.ReadBigEndian(answer.Span)));

    /// <summary>A node whose answers come when the test says so.</summary>
    private sealed class HeldChain() : ForwardingChain(new ScriptedChain())
    {
        private TaskCompletionSource<UInt256> _held = new();

        public List<Hash32> Asked { get; } = [];

        public void Answer(UInt256 word) => Interlocked.Exchange(ref _held, new()).SetResult(word);

        public override async Task<IReadOnlyList<CallResult>> CallAsync(IReadOnlyList<CallRequest> calls, BlockId at, CancellationToken cancellation)
        {
            Asked.Add(((BlockId.ByHash)at).Hash);
            var word = await _held.Task.WaitAsync(cancellation);
            return [.. calls.Select(_ => new CallResult.Returned(Word(word)))];
        }
    }
}
