using Keeper.Core.Chain.Abi;
using Keeper.Core.Mirror;
using Keeper.Core.Protocol;
using Keeper.Protocols.Oracles;
using Keeper.Tests.Support;
using static Keeper.Tests.Support.TestChainData;

namespace Keeper.Tests.Protocols.Oracles;

/// <summary>A polled word knows the block that it is of, and does not count for ever.</summary>
public sealed class PolledAgeTests
{
    private readonly UndoLog _undo = new();
    private readonly OracleBook _book;
    private readonly int _word, _node;

    public PolledAgeTests()
    {
        _book = new(_undo);
        _word = _book.Polled.Follow(new(ScriptedProtocol.AddressOf(1), 1));
        _node = _book.Graph.Add(PriceNode.Polled(_word, new()));
    }

    [Fact]
    public void An_answer_is_of_the_block_that_it_was_asked_at_whenever_it_comes()
    {
        At(100);
        var poll = Ask();
        At(103);
        Say(poll, 9);
        Assert.Equal((9UL, Seconds(100)), ((ulong)_book.Polled[_word].Word, Time(_word)));
    }

    [Fact]
    public void An_older_answer_does_not_take_the_place_of_a_newer_one()
    {
        At(100);
        var old = Ask();
        At(101);
        Say(Ask(), 9);
        Say(old, 8);
        old.Reverted!();
        Assert.Equal((9UL, true, Seconds(101)), ((ulong)_book.Polled[_word].Word, _book.Polled[_word].IsUsable, Time(_word)));
    }

    [Theory]
    [InlineData(8, 61, true)] // many seconds, few blocks
    [InlineData(9, 60, true)] // many blocks, few seconds
    [InlineData(240, 60, true)]
    [InlineData(9, 61, false)]
    public void It_counts_for_eight_blocks_and_for_a_minute_whichever_is_longer(ulong blocks, ulong seconds, bool counts)
    {
        At(100);
        Say(Ask(), 9);
        var revision = _book.Revision;
        _book.Begin(Block(100 + blocks) with { Timestamp = Seconds(100) + seconds });
        Assert.Equal(counts ? PriceFault.None : PriceFault.Unread, _book.Graph.Evaluate(_node, 0, out _));
        // What was reckoned from it is reckoned anew, and nobody waits for it as for what is missing.
        Assert.Equal(counts, revision == _book.Revision);
        Assert.Empty(Missing());
    }

    [Fact]
    public void One_that_is_too_old_counts_again_when_somebody_answers_the_same_word_too()
    {
        At(100);
        Say(Ask(), 9);
        var early = Ask();
        At(200);
        Assert.Equal(PriceFault.Unread, _book.Graph.Evaluate(_node, 0, out _));
        Say(early, 9);
        Assert.Equal(PriceFault.Unread, _book.Graph.Evaluate(_node, 0, out _));
        Say(Ask(), 9);
        Assert.Equal((PriceFault.None, 9), (_book.Graph.Evaluate(_node, 0, out var value), value));
    }

    [Fact]
    public void The_same_word_of_a_newer_block_is_younger_and_no_other_revision()
    {
        At(100);
        Say(Ask(), 9);
        var revision = _book.Revision;
        At(101);
        Say(Ask(), 9);
        Assert.Equal((revision, Seconds(101)), (_book.Revision, Time(_word)));
    }

    [Fact]
    public void Age_and_clock_go_back_with_the_block()
    {
        At(100);
        Say(Ask(), 9);
        var (row, now) = (_book.Polled[_word], _book.Clock.Now);
        _undo.Push();
        At(101);
        Say(Ask(), 8);
        _undo.Push();
        At(300);
        Assert.True(_book.Polled[_word].IsOld);
        _undo.Rollback();
        Assert.Equal((8UL, false, Seconds(101)), ((ulong)_book.Polled[_word].Word, _book.Polled[_word].IsOld, Time(_word)));
        _undo.Rollback();
        Assert.Equal((row, now), (_book.Polled[_word], _book.Clock.Now));
        // What is asked on the new branch is of its own, lower block.
        At(101);
        Say(Ask(), 7);
        Assert.Equal(7UL, (ulong)_book.Polled[_word].Word);
    }

    [Fact]
    public void What_was_read_before_any_block_was_told_is_as_of_the_first()
    {
        Say(Missing()[0], 9);
        Assert.Null(_book.Polled[_word].AsOf.Told);
        At(100);
        Assert.Equal((PriceFault.None, Seconds(100)), (_book.Graph.Evaluate(_node, 0, out _), Time(_word)));
        At(200);
        Assert.Equal(PriceFault.Unread, _book.Graph.Evaluate(_node, 0, out _));
    }

    private static ulong Seconds(ulong number) => Block(number).Timestamp;

    private ulong Time(int word) => _book.Polled[word].AsOf.Timestamp;

    private void At(ulong number) => _book.Begin(Block(number));

    private StateRead Ask()
    {
        var reads = new List<StateRead>();
        _book.AddPolls(reads);
        return Assert.Single(reads);
    }

    private List<StateRead> Missing()
    {
        var reads = new List<StateRead>();
        _book.AddMissing(reads);
        return reads;
    }

    private static void Say(StateRead read, ulong word) => read.Apply(new AbiWriter().Word(word).ToArray());
}
