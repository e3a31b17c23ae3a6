using Keeper.Conformance.RefPerps;
using Keeper.Conformance.Support;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Primitives;
using Keeper.Host.Running;
using Keeper.Protocols.Oracles;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit.Abstractions;

namespace Keeper.Conformance.Oracles;

/// <summary>
/// The book against the contracts: aggregators of every generation behind proxies that rotate with and without a word. In every block of a random run what
/// <c>latestRoundData()</c> returns through each proxy is what the book holds.
/// </summary>
public sealed class FeedComparisonTests(ITestOutputHelper output)
{
    private const int BlocksPerSeed = 120;

    private static IEnumerable<int> Seeds => Environment.GetEnvironmentVariable("KEEPER_TESTS") == "full" ? Enumerable.Range(1, 30) : Enumerable.Range(1, 2);

    [Fact]
    public async Task In_every_block_the_book_holds_what_each_proxy_returns() => await RunAsync(pollsLag: false);

    /// <summary>A poll is of the block before: what only a poll can tell is then a block late, and everything else is not.</summary>
    [Fact]
    public async Task With_polls_of_the_block_before_only_a_silent_rotation_and_passing_time_are_told_late() => await RunAsync(pollsLag: true);

    private async Task RunAsync(bool pollsLag)
    {
        var total = new RunCounts();
        foreach (var seed in Seeds)
        {
            await using var chain = await TestChain.StartAsync();
            await using var client = NodeChainClient.Create(
                ChainLibraries.Preferred,
                new ChainClientOptions { Profile = AnvilNode.Profile, Endpoints = [new RpcEndpoint { Name = "anvil", HttpUrl = chain.Url, RequestTimeout = TimeSpan.FromMinutes(1) }] },
                PollyReadRetry.Create, TimeProvider.System, NullLoggerFactory.Instance);
            var world = new OracleWorld(chain, client);
            var feeds = new RandomFeeds(world, new Random(seed));
            await feeds.SetUpAsync();
            var mirror = new BookMirror(client, pollsLag);
            var rows = feeds.Proxies.Select(proxy => mirror.Book.Feeds.Follow(proxy.Address, proxy.IsStatus)).ToArray();
            await mirror.BeginAsync(chain.Number);
            for (var block = 0; block < BlocksPerSeed; block++)
            {
                await feeds.SendBlockAsync();
                await chain.MineAsync(feeds.NextDelay());
                await mirror.FollowAsync(chain.Number);
                // With polls that lag the way back and forth would answer them at other blocks than the first time.
                if (!pollsLag && block % 10 == 9) await mirror.RewindAsync(feeds.Any(1, 8));
                for (var i = 0; i < rows.Length; i++) await CompareAsync(world, feeds.Proxies[i], mirror.Book.Feeds, rows[i], pollsLag, $"seed {seed}, block {chain.Number}, {feeds.Proxies[i].Name}", total);
            }
            total.Add(feeds, mirror);
        }
        output.WriteLine(total.ToString());
        Assert.True(total is { Compared: > 500, Zero: > 0, Negative: > 0, Rotations: > 5, OutOfOrder: > 5, Repeated: > 5, StatusChanges: > 5, SecondaryDiffers: > 5, Reads: > 0 }, total.ToString());
        if (!pollsLag) Assert.True(total.Undone > 0);
        // The many ordinary rounds came by logs alone.
        Assert.True(total.Reads < total.Compared / 2, total.ToString());
    }

    private static async Task CompareAsync(OracleWorld world, RandomFeeds.Proxy proxy, FeedBook book, int feed, bool pollsLag, string where, RunCounts total)
    {
        var said = await world.AskAsync(proxy.Address, "latestRoundData()");
        var row = book[feed];
        // What cannot be known without a poll of this very block.
        if (pollsLag && (proxy.RotatedSilentlyAt + 1 >= world.Chain.Number || proxy.IsDual)) return;
        Assert.True(said is not null == row.RoundKnown, $"{where}: the proxy answers {said is not null}, the book {row}.");
        if (said is null) return;
        var data = new AbiReader(said.Value.Span);
        var (round, answer, startedAt, updatedAt) = (data.ReadUInt256(), data.ReadInt256(), data.ReadUInt64(), data.ReadUInt64());
        Assert.True((round, answer, updatedAt) == (row.Round, row.Answer, row.UpdatedAt), $"{where}: the proxy says {round}, {answer}, {updatedAt}, the book {row}.");
        if (proxy.IsStatus || proxy.IsDual) Assert.True(startedAt == row.StartedAt, $"{where}: since {startedAt}, the book {row.StartedAt}.");
        total.Count(answer);
    }
}
