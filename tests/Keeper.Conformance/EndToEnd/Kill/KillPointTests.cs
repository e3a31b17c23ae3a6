using Keeper.Conformance.Support;
using Keeper.Core.Journal;
using Keeper.Core.Primitives;
using Keeper.Journal.Sqlite;
using Keeper.Protocols.RefPerps;
using Xunit.Abstractions;

namespace Keeper.Conformance.EndToEnd.Kill;

/// <summary>
/// SIGKILL at every named point of a transaction's life, again and again on one chain and one journal; in half of the cases the chain takes
/// another branch while no keeper runs. In the end everything that was under water is gone, and chain and journal agree.
/// </summary>
public sealed class KillPointTests(ITestOutputHelper output)
{
    private const int Accounts = 160;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(150);

    /// <summary>In percent of the first price, one for each point: each puts others under water.</summary>
    private static readonly int[] Prices = [97, 103, 94, 106, 91, 109, 88];

    public static TheoryData<int> Rounds =>
        [.. Enumerable.Range(1, Environment.GetEnvironmentVariable("KEEPER_TESTS") == "full" ? 20 : 3)];

    [Theory]
    [MemberData(nameof(Rounds))]
    public async Task Killed_at_every_point_with_reorgs_between_nothing_is_lost_and_nothing_is_doubled(int round)
    {
        await using var exchange = await ExchangeChain.StartAsync(Accounts, seed: round);
        await exchange.Rpc.RequestAsync("evm_setIntervalMining", 0);
        var first = await exchange.BlockNumberAsync();
        KillPoint[] points = [.. Enum.GetValues<KillPoint>().Except([KillPoint.DuringUndo])];
        var keeper = Start(exchange, round);
        try
        {
            for (var i = 0; i < points.Length; i++)
            {
                // What waits in the pool while the price goes back fails there, as if it had been done twice.
                await UntilAsync(exchange, keeper, "it is ready, and nobody can be liquidated", async () => keeper.IsReady && await exchange.IsCalmAsync(await exchange.BlockNumberAsync()));
                await keeper.DieAtAsync(points[i]);
                var (before, owner) = (await exchange.BlockNumberAsync(), await exchange.NonceAsync(exchange.Deployment.Owner));
                await exchange.TransmitAsync(Prices[i]);
                await UntilAsync(exchange, keeper, $"it dies at {points[i]}", () => Task.FromResult(keeper.HasEnded));
                await keeper.AssertKilledAsync();
                await keeper.DisposeAsync();

                var reorganises = (round + i) % 2 == 0;
                var depth = await exchange.BlockNumberAsync() - before;
                // What it has sent is in no pool any more; the prices stay.
                if (reorganises) await exchange.Rpc.RequestAsync("anvil_reorg", (int)depth, exchange.Prices(Prices[i], owner).Select(price => new object[] { price, 0 }).ToArray());
                output.WriteLine($"round {round}: killed {points[i]}, {(reorganises ? $"{depth} blocks replaced" : "no reorg")}, {await exchange.NonceAsync(exchange.Workspace.Operator)} transactions mined");
                keeper = Start(exchange, round);
            }
            await UntilAsync(exchange, keeper, "it is ready", () => Task.FromResult(keeper.IsReady));
            await UntilAsync(exchange, keeper, "nobody can be liquidated", async () => await exchange.IsCalmAsync(await exchange.BlockNumberAsync()));
            for (var i = 0; i < 4; i++) await MineAsync(exchange);
        }
        finally
        {
            await keeper.DisposeAsync();
        }

        await using var journal = await SqliteJournal.OpenAsync(new() { Path = exchange.JournalPath }, TimeProvider.System);
        var records = new List<JournalRecord>();
        await foreach (var record in journal.ReadAsync(0, default)) records.Add(record);
        Assert.Empty(Recovery.Fold(records, exchange.Workspace.Operator).Open);
        var mined = await ChainAgainstJournal.CompareAsync(exchange, [.. records.Select(record => record.Entry)], first);
        Assert.True(mined.Count >= points.Length, $"{mined.Count} transactions: the prices put too few under water.");
    }

    /// <summary>What dies with it is a mirror of neither branch: the next is restored from a snapshot, and what the first had sent comes to its end.</summary>
    [Fact]
    public async Task Killed_while_a_reorg_is_undone_it_comes_back_with_the_mirror_of_a_fresh_start()
    {
        await using var exchange = await ExchangeChain.StartAsync(60, seed: 5);
        await exchange.Rpc.RequestAsync("evm_setIntervalMining", 0);
        var (first, snapshots) = (await exchange.BlockNumberAsync(), MortalKeeper.SnapshotsOf(exchange.JournalPath));
        await using (var keeper = Start(exchange, 1))
        {
            await UntilAsync(exchange, keeper, "it is ready", () => Task.FromResult(keeper.IsReady));
            // The node calls a block final when it is 64 blocks old.
            await exchange.Rpc.RequestAsync("anvil_mine", "0x50");
            await UntilAsync(exchange, keeper, "a snapshot is kept", () => Task.FromResult(snapshots.Find() is not null));
            await keeper.DieAtAsync(KillPoint.DuringUndo);
            var (before, owner) = (await exchange.BlockNumberAsync(), await exchange.NonceAsync(exchange.Deployment.Owner));
            await exchange.TransmitAsync(94);
            await UntilAsync(exchange, keeper, "it has liquidated", async () => await exchange.NonceAsync(exchange.Workspace.Operator) > 0);
            for (var i = 0; i < 2; i++) await MineAsync(exchange);
            var depth = (int)(await exchange.BlockNumberAsync() - before);
            await exchange.Rpc.RequestAsync("anvil_reorg", depth, exchange.Prices(94, owner).Select(price => new object[] { price, 0 }).ToArray());
            Assert.Equal(0UL, await exchange.NonceAsync(exchange.Workspace.Operator));
            await UntilAsync(exchange, keeper, "it dies", () => Task.FromResult(keeper.HasEnded));
            await keeper.AssertKilledAsync();
        }

        await using var next = await InProcessKeeper.StartAsync(exchange.Setup with { Snapshots = snapshots, Submission = new() { DeadlineBlocks = 500 }, Profile = AnvilNode.Profile with { FinalityDepth = 64 } }, exchange.Place);
        await next.UntilAsync(async () =>
        {
            await MineAsync(exchange);
            return next.IsReady && await next.IsSettledAsync() && await exchange.IsCalmAsync(await exchange.BlockNumberAsync());
        });
        Assert.Contains(next.Lines, line => line.Contains("continues from the snapshot of block", StringComparison.Ordinal));
        var mined = await ChainAgainstJournal.CompareAsync(exchange, await next.EntriesAsync(), first);
        // What the reorg took out is in the chain again, by bytes of the same nonce.
        Assert.Contains(await next.EntriesAsync<JournalEntry.Signed>(), signed => signed.Hash == mined[0].Hash && signed is { Nonce: 0, IsCancel: false });
        var fresh = await FreshMirror.BuildAsync(exchange);
        await next.UntilAsync(() => Task.FromResult(MirrorFields.Differences(fresh, (RefPerpsProtocol)next.Mirrored[^1]).Count == 0));
    }

    /// <summary>The control: the journal, and nothing else, is what finds a transaction again.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Without_its_journal_a_keeper_that_was_killed_after_sending_knows_nothing_of_it(bool hasJournal)
    {
        await using var exchange = await ExchangeChain.StartAsync(40, seed: 5);
        await exchange.Rpc.RequestAsync("evm_setIntervalMining", 0);
        var keeper = Start(exchange, 1);
        try
        {
            await UntilAsync(exchange, keeper, "it is ready", () => Task.FromResult(keeper.IsReady));
            await keeper.DieAtAsync(KillPoint.AfterBroadcast);
            await exchange.TransmitAsync(94);
            await UntilAsync(exchange, keeper, "it dies", () => Task.FromResult(keeper.HasEnded));
            await keeper.AssertKilledAsync();
            await keeper.DisposeAsync();
            if (!hasJournal) foreach (var file in Directory.GetFiles(exchange.Workspace.Folder, "journal*")) File.Delete(file);
            keeper = Start(exchange, 2);
            await UntilAsync(exchange, keeper, "it is ready", () => Task.FromResult(keeper.IsReady));
            await UntilAsync(exchange, keeper, "nobody can be liquidated", async () => await exchange.IsCalmAsync(await exchange.BlockNumberAsync()));
            for (var i = 0; i < 8; i++) await MineAsync(exchange);
        }
        finally
        {
            await keeper.DisposeAsync();
        }
        await using var journal = await SqliteJournal.OpenAsync(new() { Path = exchange.JournalPath }, TimeProvider.System);
        var settled = new List<Hash32>();
        await foreach (var record in journal.ReadAsync(0, default))
        {
            if (record.Entry is JournalEntry.Settled entry) settled.Add(entry.Hash);
        }
        // Sent by the one that was killed, mined all the same, and paid for.
        var orphan = (await exchange.OperatorTransactionsAsync(await exchange.BlockNumberAsync()))[0];
        Assert.Equal(hasJournal, settled.Contains(orphan.Hash));
    }

    private static MortalProcess Start(ExchangeChain exchange, int seed)
    {
        var deployment = exchange.Deployment;
        return MortalProcess.Start(new(
            exchange.Workspace.Folder, exchange.JournalPath, exchange.HttpUrl, exchange.WsUrl,
            deployment.Perps.ToString(), deployment.Executor.ToString(), deployment.NativeFeed.ToString(), seed));
    }

    private static async Task MineAsync(ExchangeChain exchange)
    {
        await exchange.Rpc.RequestAsync("evm_mine");
        await Task.Delay(Beat, TimeProvider.System);
    }

    private static async Task UntilAsync(ExchangeChain exchange, MortalProcess keeper, string what, Func<Task<bool>> condition)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (keeper.HasEnded) await keeper.AssertKilledAsync();
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Patience, $"Not within {Patience.TotalSeconds} s: {what}.\n{keeper.Words}");
            await MineAsync(exchange);
        }
    }
}
