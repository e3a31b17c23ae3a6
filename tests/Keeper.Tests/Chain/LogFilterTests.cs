using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Completeness;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Primitives;
using Keeper.Tests.Support;
using static Keeper.Tests.Support.TestChainData;

namespace Keeper.Tests.Chain;

/// <summary>One contract of many markets, of which two are wanted, beside contracts of which everything is.</summary>
public sealed class LogFilterTests
{
    private static readonly Address Markets = ScriptedProtocol.AddressOf(0x3a), Feed = ScriptedProtocol.AddressOf(0xfe), Other = ScriptedProtocol.AddressOf(0x07);
    private static readonly Hash32 Moved = Topic(1), Answered = Topic(2), One = Topic(0x11), Two = Topic(0x22), Three = Topic(0x33);

    private static readonly LogFilter Both = new(new LogQuery([Feed], [Answered]), new LogQuery([Markets], [Moved], [One, Two]));

    public static TheoryData<string, bool> Logs => new()
    {
        { "a market that is wanted", true },
        { "another market", false },
        { "no market", false },
        { "a market under a topic that is not wanted", false },
        { "a feed, whatever its second topic", true },
        { "a feed without a second topic", true },
        { "a feed under the topic of markets", false },
    };

    [Theory]
    [MemberData(nameof(Logs))]
    public void What_is_wanted_is_told_alike_by_the_filter_the_check_of_answers_and_the_bloom(string what, bool isWanted)
    {
        var log = what switch
        {
            "a market that is wanted" => Of(Markets, Moved, Two),
            "another market" => Of(Markets, Moved, Three),
            "no market" => Of(Markets, Moved, null),
            "a market under a topic that is not wanted" => Of(Markets, Answered, One),
            "a feed, whatever its second topic" => Of(Feed, Answered, Three),
            "a feed without a second topic" => Of(Feed, Answered, null),
            _ => Of(Feed, Moved, One),
        };
        Assert.Equal(isWanted, Both.Matches(log));
        Assert.Equal(isWanted, LogCheck.Of(Both).Any(check => check.Wants(log)));
        // Here no bit of what is not wanted is by chance one of what is.
        Assert.Equal(isWanted, new FilterBloom(Both, Keccak.Hash).MayHold(Bloom.Of([log], Keccak.Hash)));
    }

    [Fact]
    public void Filters_are_one_request_for_each_query_that_is_not_empty()
    {
        Assert.Equal(2, Both.Queries.Count);
        Assert.Empty(LogFilter.None.Queries);
        Assert.Single(new LogFilter([Feed], [Answered]).Queries);
        // An empty list of topics would be one of all topics to a node.
        Assert.True(new LogFilter([Feed], []).IsEmpty);
        Assert.True(new LogQuery([Feed], [Moved], []).IsEmpty);
    }

    [Fact]
    public void Together_two_filters_want_what_either_does_and_ask_no_more_often()
    {
        var other = new LogFilter(new LogQuery([Other], [Moved]), new LogQuery([Other], [Moved], [Three]));
        var sum = Both.Union(other);
        Assert.Equal(2, sum.Queries.Count);
        Assert.All([Of(Markets, Moved, One), Of(Feed, Answered, null), Of(Other, Moved, null), Of(Other, Moved, Three)], log => Assert.True(sum.Matches(log)));
        Assert.True(sum.SameAs(other.Union(Both)));
        Assert.True(Both.SameAs(Both.Union(LogFilter.None)));
        Assert.False(sum.SameAs(Both));
        Assert.Equal((null, 2), (Both.Widest.Subjects, Both.Widest.Addresses.Count));
    }

    /// <summary>Every log that only the larger filter wants is asked for; where addresses alone were added, they alone are.</summary>
    [Fact]
    public void Beyond_a_filter_is_what_another_adds()
    {
        Assert.True(Both.Beyond(Both).IsEmpty);
        Assert.True(LogFilter.None.Beyond(Both).IsEmpty);
        Assert.True(Both.Beyond(LogFilter.None).SameAs(Both));
        var grown = Both.Union(new(new LogQuery([Other], [Answered]), LogQuery.None));
        Assert.True(grown.Beyond(Both).SameAs(new LogFilter([Other], [Answered])));
        Assert.True(Both.Beyond(grown).IsEmpty);
        Assert.True(Both.Union(new LogFilter([Feed], [Three])).Beyond(Both).SameAs(new LogFilter([Feed], [Three])));
        var more = Both.Union(new(LogQuery.None, new LogQuery([Markets], [Moved], [Three])));
        Assert.True(more.Beyond(Both).Matches(Of(Markets, Moved, Three)));
        var mixed = Both.Union(new LogFilter([Other], [Three]));
        Assert.All([Of(Other, Answered, null), Of(Other, Three, null), Of(Feed, Three, null)], log => Assert.True(mixed.Beyond(Both).Matches(log)));
    }

    [Fact]
    public void Answers_to_two_queries_are_one_list_in_order_with_each_log_once()
    {
        Log[] first = [Of(Feed, Answered, null, 3), Of(Feed, Answered, null, 5)], second = [Of(Markets, Moved, One, 1), Of(Feed, Answered, null, 3), Of(Markets, Moved, One, 4)];
        Assert.Equal([1u, 3u, 4u, 5u], LogCheck.Merged([first, second]).Select(log => log.LogIndex));
        Assert.Same(first, LogCheck.Merged([first]));
    }

    private static Hash32 Topic(ulong value) => Keccak.Hash(new Hash32((UInt256)value).ToArray());

    private static Log Of(Address emitter, Hash32 topic, Hash32? subject, uint index = 0) =>
        Log(Block(101), emitter, topic, Word(1), subject ?? default, index: index) with { TopicCount = subject is null ? 1 : 2 };
}
