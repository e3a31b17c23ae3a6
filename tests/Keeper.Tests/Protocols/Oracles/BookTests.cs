using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Mirror;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Protocols.Oracles;
using Keeper.Tests.Protocols.RefPerps;

namespace Keeper.Tests.Protocols.Oracles;

public class BookTests
{
    private const ulong Now = Scene.Now;
    private static readonly Address Proxy = Scene.Numbered(0xf0), Aggregator = Scene.Numbered(0xa0), Other = Scene.Numbered(0xb0), Pyth = Scene.Numbered(0xc0);
    private readonly UndoLog _undo = new();
    private readonly OracleBook _book;

    public BookTests() => _book = new(_undo);

    [Fact]
    public void The_next_round_is_believed_and_any_other_is_read()
    {
        Follow();
        _book.Apply(Scene.Answered(Aggregator, 7, 6, Now + 1));
        Assert.Equal((7, Now + 1, true), (_book.Feeds[0].Answer, _book.Feeds[0].UpdatedAt, _book.Feeds[0].RoundKnown));
        _book.Apply(Scene.Answered(Aggregator, 7, 6, Now + 1)); // the very same
        Assert.Empty(Missing());
        foreach (var (round, answer) in ((ulong, long)[])[(6, 8), (5, 7), (8, 7), (0, 7)])
        {
            _book.Apply(Scene.Answered(Aggregator, answer, round, Now + 1));
            Assert.Equal([$"latest round of feed {Proxy}"], Missing().Select(read => read.What));
            Missing()[0].Apply(Scene.Round(6, 7, Now, Now + 1));
        }
    }

    [Fact]
    public void A_proxy_that_announces_its_new_aggregator_is_read_at_once()
    {
        Follow();
        _book.Apply(Scene.At(Proxy, OracleTopics.AggregatorConfirmed, [0xa0UL, 0xb0UL], []));
        Assert.Equal([$"aggregator of feed {Proxy}", $"latest round of feed {Proxy}"], Missing().Select(read => read.What));
        _book.Apply(Scene.At(Other, OracleTopics.AggregatorConfirmed, [0xa0UL, 0xb0UL], [])); // nobody's
        Assert.Equal(2, Missing().Count);
    }

    [Theory]
    [InlineData("DualAggregator 1.0.0", RoundSource.Delayed)]
    [InlineData("AccessControlledOffchainAggregator 4.0.0", RoundSource.Logs)]
    [InlineData(null, RoundSource.Logs)]
    internal void An_aggregator_is_asked_once_what_it_is(string? type, RoundSource expected)
    {
        Follow();
        var poll = Polls().Single(read => read.What.StartsWith("type", StringComparison.Ordinal));
        if (type is null) poll.Reverted!();
        else poll.Apply(new AbiWriter().Bytes(System.Text.Encoding.UTF8.GetBytes(type)).ToArray());
        Assert.Equal(expected, _book.Feeds[0].Source);
        Assert.DoesNotContain(Polls(), read => read.What.StartsWith("type", StringComparison.Ordinal));
        // What was believed of a DualAggregator's logs before is read anew, its logs are no hints, and it is polled.
        Assert.Equal(expected == RoundSource.Delayed, Missing().Count == 1);
        Assert.Equal(expected == RoundSource.Delayed, _book.Hints().IsEmpty);
        Assert.Equal(expected == RoundSource.Delayed, Polls().Any(read => read.What.StartsWith("latest round", StringComparison.Ordinal)));
    }

    [Fact]
    public void Whoever_emits_what_only_a_DualAggregator_does_is_one()
    {
        foreach (var topic in (Hash32[])[OracleTopics.SecondaryRoundIdUpdated, OracleTopics.PrimaryFeedUnlocked, OracleTopics.CutoffTimeSet, OracleTopics.MaxSyncIterationsSet])
        {
            _undo.Push();
            Follow();
            _book.Apply(Scene.At(Aggregator, topic, [6UL], []));
            Assert.Equal((RoundSource.Delayed, false), (_book.Feeds[0].Source, _book.Feeds[0].RoundKnown));
            Missing()[0].Apply(Scene.Round(5, 3, Now, Now));
            _book.Apply(Scene.Answered(Aggregator, 9, 6, Now)); // it may be shown to others alone
            Assert.Equal((3, false), (_book.Feeds[0].Answer, _book.Feeds[0].RoundKnown));
            _undo.Rollback();
        }
    }

    [Fact]
    public void A_poll_of_a_delayed_round_says_only_that_it_has_changed()
    {
        Follow();
        _book.Apply(Scene.At(Aggregator, OracleTopics.SecondaryRoundIdUpdated, [5UL], []));
        Missing()[0].Apply(Scene.Round(5, 3, Now, Now));
        var poll = Polls().Single(read => read.What.StartsWith("latest round", StringComparison.Ordinal));
        poll.Apply(Scene.Round(5, 3, Now, Now));
        Assert.Empty(Missing());
        poll.Apply(Scene.Round(6, 4, Now, Now));
        Assert.Equal((3, false), (_book.Feeds[0].Answer, _book.Feeds[0].RoundKnown));
    }

    [Fact]
    public void A_status_is_read_after_each_of_its_logs_and_after_a_refresh()
    {
        Follow(isStatus: true);
        Assert.True(_book.Hints().IsEmpty);
        foreach (var log in (Log[])[Scene.Answered(Aggregator, 1, 6, Now), Scene.At(Aggregator, OracleTopics.RoundUpdated, [], new byte[64])])
        {
            _book.Apply(log);
            Assert.Single(Missing());
            Missing()[0].Apply(Scene.Round(6, 1, Now, Now + 5));
        }
        Assert.Equal(RoundSource.Status, _book.Feeds[0].Source);
    }

    [Fact]
    public void Pyth_is_read_once_and_then_told_by_its_logs()
    {
        var id = new Hash32((UInt256)1UL);
        var price = _book.Pyth.Follow(Pyth, id);
        Assert.Equal([Pyth], _book.Sources());
        Missing().Single().Apply(new AbiWriter().Word((Int256)100).Word(3UL).Word((Int256)(-8)).Word((UInt256)Now).ToArray());
        _book.Apply(Updated(id, Now + 1, -7, 4));
        Assert.Equal((-7L, 4UL, -8, Now + 1), (_book.Pyth[price].Price, _book.Pyth[price].Confidence, _book.Pyth[price].Exponent, _book.Pyth[price].PublishTime));
        _book.Apply(Updated(new Hash32((UInt256)2UL), Now + 9, 1, 1)); // another price of the same contract
        _book.Apply(Updated(id, Now + 1, -7, 4));
        Assert.Empty(Missing());
        _book.Apply(Updated(id, Now, 5, 5)); // it stores what is newer alone: this is not understood
        Assert.Single(Missing());
        Assert.Equal(Now + 1, _book.LatestUpdate);
    }

    [Fact]
    public void Dirty_logs_and_answers_are_refused_and_change_nothing()
    {
        Follow();
        _book.Pyth.Follow(Pyth, new Hash32((UInt256)1UL));
        var revision = _book.Revision;
        var good = Updated(new Hash32((UInt256)1UL), Now, 1, 1);
        foreach (var log in (Log[])[good with { TopicCount = 1 }, good with { Data = good.Data[..^1] }, good with { Data = Enumerable.Repeat((byte)0x7f, 96).ToArray() }, Scene.At(Aggregator, OracleTopics.AnswerUpdated, [1UL], new byte[32])])
            Assert.Throws<AbiException>(() => _book.Apply(log));
        foreach (var read in Missing()) foreach (var answer in (byte[][])[[], new byte[31], Enumerable.Repeat((byte)0x7f, 128).ToArray()]) Assert.Throws<AbiException>(() => read.Apply(answer));
        Assert.Equal(revision, _book.Revision);
    }

    [Fact]
    public void A_polled_word_that_reverts_is_unknown_until_it_answers()
    {
        var word = _book.Polled.Follow(new(Proxy, 1, 5UL));
        var node = _book.Graph.Add(PriceNode.Polled(word, new()));
        Assert.Equal(PriceFault.Unread, _book.Graph.Evaluate(node, Now, out _));
        Polls().Single().Apply(new AbiWriter().Word(9UL).ToArray());
        Assert.Equal((PriceFault.None, 9), (_book.Graph.Evaluate(node, Now, out var value), value));
        Polls().Single().Reverted!();
        Assert.Equal(PriceFault.Unread, _book.Graph.Evaluate(node, Now, out _));
        // Polls ask again, and nothing waits for it.
        Assert.Empty(Missing());
        Polls().Single().Apply(new AbiWriter().Word(9UL).Word(8UL).ToArray());
        Assert.Equal((PriceFault.None, 9), (_book.Graph.Evaluate(node, Now, out value), value));
        // A node that does not answer says nothing of the view.
        Polls().Single().Refused!();
        Assert.Equal((PriceFault.None, 9), (_book.Graph.Evaluate(node, Now, out value), value));
        Polls().Single().Apply(new AbiWriter().Word(9UL).ToArray());
        Polls().Single().Apply(new byte[31]);
        Assert.Equal(PriceFault.Unread, _book.Graph.Evaluate(node, Now, out _));
    }

    [Fact]
    public void What_a_frame_changed_goes_back_with_it_and_so_do_the_revisions()
    {
        Follow();
        var (revision, shape, sources) = (_book.Revision, _book.Shape, _book.Sources());
        _undo.Push();
        _book.Feeds.Follow(Other);
        _book.Pyth.Follow(Pyth, default);
        var word = _book.Polled.Follow(new(Proxy, 1));
        _book.Graph.Add(PriceNode.Polled(word, new()));
        _book.Apply(Scene.Answered(Aggregator, 77, 6, Now));
        var changed = _book.Revision;
        Assert.NotEqual((revision, shape), (changed, _book.Shape));
        _undo.Rollback();
        Assert.Equal((revision, shape, 1, 0), (_book.Revision, _book.Shape, _book.Feeds.Count, _book.Graph.Count));
        Assert.Equal(sources, _book.Sources());
        Assert.Empty(Missing());
        _book.Apply(Scene.Answered(Aggregator, 78, 6, Now));
        Assert.True(_book.Revision > changed); // never a number that stood for something else
    }

    [Fact]
    public void A_feed_that_was_left_is_heard_no_more()
    {
        Follow();
        _book.Feeds.Leave(0);
        Assert.Empty(_book.Sources());
        _book.Apply(Scene.Answered(Aggregator, 7, 6, Now));
        Assert.Equal(1, _book.Feeds[0].Answer);
        Assert.Empty(Missing());
        _book.Feeds.Follow(Proxy);
        Assert.Equal(2, Missing().Count);
    }

    /// <summary>A feed whose aggregator is known, at round 5 of the first phase with an answer of 1.</summary>
    private void Follow(bool isStatus = false)
    {
        _book.Feeds.Follow(Proxy, isStatus);
        var reads = Missing();
        reads[0].Apply(Scene.Words(Aggregator));
        reads[1].Apply(Scene.Round(5, 1, Now, Now));
    }

    private List<StateRead> Missing()
    {
        var reads = new List<StateRead>();
        _book.AddMissing(reads);
        return reads;
    }

    private List<StateRead> Polls()
    {
        var reads = new List<StateRead>();
        _book.AddPolls(reads);
        return reads;
    }

    private static Log Updated(Hash32 id, ulong time, long price, ulong confidence) =>
        Scene.At(Pyth, OracleTopics.PriceFeedUpdate, [id.Word], new AbiWriter().Word((UInt256)time).Word((Int256)price).Word((UInt256)confidence).ToArray());
}
