using Keeper.Host.Demo;

namespace Keeper.Tests.Demo;

/// <summary>The words that the demo's summary uses, case by case. An account is a number; a block is told as liquidated in it, and liquidatable at its end.</summary>
public sealed class EpisodesTests
{
    private readonly Episodes _episodes = new();

    [Fact]
    public void A_liquidation_in_the_next_block_is_one_block_late_at_best()
    {
        Tell(10, [], [7]);
        Tell(11, [7], []);
        Assert.Equal((1, 1, 0, 1), (_episodes.Unhealthy, _episodes.Liquidated, _episodes.Recovered, _episodes.MaxBlocksLate));
        Assert.Empty(_episodes.Late);
    }

    [Fact]
    public void A_liquidation_two_blocks_on_is_late_but_not_missed()
    {
        Tell(10, [], [7]);
        Tell(11, [], [7]);
        Tell(12, [7], []);
        Assert.Equal(2, _episodes.MaxBlocksLate);
        Assert.Equal([(7UL, 10UL, 12UL)], _episodes.Late);
        Assert.Empty(_episodes.Missed);
    }

    [Fact]
    public void Unhealthy_at_three_ends_without_a_liquidation_is_missed_once()
    {
        Tell(10, [], [7]);
        Tell(11, [], [7]);
        Tell(12, [], [7]);
        Tell(13, [], [7]);
        Assert.Equal([(7UL, 10UL)], _episodes.Missed);
        Tell(14, [7], []);
        Assert.Equal([(7UL, 10UL)], _episodes.Missed);
    }

    [Fact]
    public void What_recovers_by_itself_is_neither_liquidated_nor_missed()
    {
        Tell(10, [], [7]);
        Tell(11, [], [7]);
        Tell(12, [], []);
        Assert.Equal((1, 0, 1), (_episodes.Unhealthy, _episodes.Liquidated, _episodes.Recovered));
        Assert.Empty(_episodes.Missed);
    }

    [Fact]
    public void A_partial_liquidation_that_leaves_it_unhealthy_begins_another_episode()
    {
        Tell(10, [], [7]);
        Tell(11, [7], [7]);
        Tell(12, [7], []);
        Assert.Equal((2, 2, 1), (_episodes.Unhealthy, _episodes.Liquidated, _episodes.MaxBlocksLate));
    }

    [Fact]
    public void Every_episode_ends_in_exactly_one_way()
    {
        var random = new Random(5);
        for (ulong block = 0; block < 500; block++) Tell(block, Some(random, 20), Some(random, 3));
        var missedForGood = _episodes.Unhealthy - _episodes.Liquidated - _episodes.Recovered - _episodes.Open;
        Assert.True(_episodes.Unhealthy > 100);
        Assert.InRange(missedForGood, 0, _episodes.Missed.Count);
    }

    private static ulong[] Some(Random random, int oneIn) => [.. Enumerable.Range(1, 12).Where(_ => random.Next(oneIn) == 0).Select(id => (ulong)id)];

    private void Tell(ulong block, ulong[] liquidated, ulong[] liquidatable) => _episodes.Add(block, liquidated.ToHashSet(), liquidatable.ToHashSet());
}
