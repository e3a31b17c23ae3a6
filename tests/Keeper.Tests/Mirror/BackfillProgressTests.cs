using Keeper.Core.Mirror;
using Keeper.Tests.Support;

namespace Keeper.Tests.Mirror;

public sealed class BackfillProgressTests
{
    [Theory]
    [InlineData(1, 2_000, 1)]
    [InlineData(2_000, 2_000, 1)]
    [InlineData(2_001, 2_000, 2)]
    [InlineData(20_000_000, 2_000, 10_000)]
    public void The_least_number_of_requests_is_known_before(ulong blocks, int width, ulong requests) => Assert.Equal(requests, BackfillProgress.Requests(blocks, width));

    [Theory]
    [InlineData(1, 4, 30)]
    [InlineData(2, 4, 10)]
    [InlineData(4, 4, 0)]
    public void What_is_left_takes_as_long_as_what_was_done(ulong done, ulong all, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), BackfillProgress.Left(done, all, TimeSpan.FromSeconds(10)));

    [Fact]
    public void It_is_told_before_it_begins_after_the_first_range_from_time_to_time_and_at_the_end()
    {
        var (time, log) = (new SettableTime(), new ListLogger<BackfillProgress>());
        var progress = new BackfillProgress(first: 1, last: 200_000, width: 2_000, queries: 1, time, log);
        progress.Begin();
        for (var block = 50_000UL; block <= 200_000; block += 50_000)
        {
            time.Advance(TimeSpan.FromSeconds(4));
            progress.Reached(block, logs: 10);
        }
        Assert.Equal(
            [
                "Information: History of 200000 blocks, 1 to 200000, is read: 100 requests for logs or more, of up to 2000 blocks each",
                "Information: History is read up to block 50000 of 200000, 25 %: 10 logs so far, about 12 s left",
                "Information: History is read up to block 200000 of 200000, 100 %: 40 logs so far, about 0 s left",
            ],
            log.Lines);
    }

    [Fact]
    public void A_short_gap_is_not_announced()
    {
        var log = new ListLogger<BackfillProgress>();
        new BackfillProgress(first: 1, last: 100, width: 2_000, queries: 1, new SettableTime(), log).Begin();
        Assert.Empty(log.Lines);
    }
}
