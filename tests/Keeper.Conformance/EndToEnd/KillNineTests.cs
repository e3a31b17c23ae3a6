using System.Globalization;
using System.Text.RegularExpressions;
using Keeper.Core.Journal;
using Keeper.Journal.Sqlite;
using Xunit.Abstractions;

namespace Keeper.Conformance.EndToEnd;

/// <summary>
/// The keeper is killed in the middle of a burst, again and again, on one chain and one journal. Judged by the contract and
/// by the chain, never by the keeper: nothing is done twice, nothing is missed but for the time it was down, and no
/// transaction is unknown to the journal.
/// </summary>
[Collection(EndToEndCollection.Name)]
public sealed partial class KillNineTests(ITestOutputHelper output)
{
    private const int Accounts = 240;
    private const int Seed = 9;

    /// <summary>From the block of the price: before the keeper has seen it, while it sends, while it waits, after the inclusion.</summary>
    private const int KilledWithinMs = 1_300;

    /// <summary>In percent of the first price: each round puts others under water.</summary>
    private static readonly int[] Prices = [97, 103, 94, 106, 91, 109, 88, 112, 85, 116];

    private readonly record struct Outage(ulong PriceBlock, ulong Killed, ulong Ready);

    [Fact]
    public async Task Killed_ten_times_in_a_burst_the_keeper_does_nothing_twice_and_misses_nothing_once_it_is_back()
    {
        await using var exchange = await ExchangeChain.StartAsync(Accounts, Seed);
        var random = new Random(Seed);
        var outages = new List<Outage>();
        var takenUp = 0;
        var keeper = KeeperProcess.Start(exchange);
        ulong first, last;
        try
        {
            await keeper.ReadyAsync(exchange);
            first = await exchange.CalmAsync(await exchange.BlockNumberAsync());
            foreach (var price in Prices)
            {
                var before = await exchange.BlockNumberAsync();
                await exchange.TransmitAsync(price);
                var priced = await exchange.NextBlockAsync(before);
                var wait = random.Next(KilledWithinMs);
                await Task.Delay(TimeSpan.FromMilliseconds(wait), TimeProvider.System);
                await keeper.DisposeAsync();
                var killed = await exchange.BlockNumberAsync();

                keeper = KeeperProcess.Start(exchange);
                await keeper.ReadyAsync(exchange);
                var ready = await exchange.BlockNumberAsync();
                outages.Add(new(priced, killed, ready));
                takenUp += TakenUp(keeper);
                var calm = await exchange.CalmAsync(ready);
                var underWater = await exchange.LiquidatableAsync(priced);
                output.WriteLine($"price {price} % in block {priced}, {underWater.Count} under water, killed after {wait} ms in {killed}, ready in {ready} with {TakenUp(keeper)} taken up, calm in {calm}");
                // Late: its own words say why.
                if (calm > ready + 2) output.WriteLine(string.Join('\n', keeper.Lines));
            }
            last = await exchange.BlockNumberAsync();
            // What is mined in the last block is settled with the next.
            for (var i = 0; i < 3; i++) last = await exchange.NextBlockAsync(last);
        }
        finally
        {
            await keeper.DisposeAsync();
        }

        await JudgeAsync(exchange, outages, first, last);
        await CompareJournalAsync(exchange, last);
        // Without one of these the kills would have hit nothing.
        Assert.True(takenUp > 0, "No kill left a transaction open.");
    }

    private async Task JudgeAsync(ExchangeChain exchange, List<Outage> outages, ulong first, ulong last)
    {
        var report = await exchange.Judge.ReportAsync(first, last, default);
        output.WriteLine($"{report}");
        Assert.Equal(0, report.Duplicates);
        Assert.True(report.Liquidated >= Prices.Length, $"{report.Liquidated} liquidations: the prices put too few under water.");

        var liquidated = (await exchange.Judge.LiquidatedAsync(first, last, default)).ToHashSet();
        var (previous, oldest) = ((IReadOnlySet<ulong>?)null, (IReadOnlySet<ulong>?)null);
        for (var block = first; block <= last; block++)
        {
            var now = await exchange.LiquidatableAsync(block);
            // Three blocks in a row of which the keeper was up in all.
            var wasDown = outages.Exists(outage => outage.Killed <= block && block - 2 < outage.Ready);
            if (oldest is not null && !wasDown)
            {
                var missed = now.Where(account => previous!.Contains(account) && oldest.Contains(account)
                    && !liquidated.Contains((block, account)) && !liquidated.Contains((block - 1, account))).ToArray();
                Assert.True(missed.Length == 0, $"Accounts {string.Join(", ", missed)} could be liquidated from block {block - 2} to {block}, and nobody came.");
            }
            (oldest, previous) = (previous, now);
        }
        Assert.Empty(previous!);
    }

    private static async Task CompareJournalAsync(ExchangeChain exchange, ulong last)
    {
        await using var journal = await SqliteJournal.OpenAsync(new() { Path = exchange.JournalPath }, TimeProvider.System);
        var records = new List<JournalRecord>();
        await foreach (var record in journal.ReadAsync(0, default)) records.Add(record);
        var recovered = Recovery.Fold(records, exchange.Workspace.Operator);
        Assert.Empty(recovered.Open);

        var onChain = await exchange.OperatorTransactionsAsync(last);
        Assert.Equal(Enumerable.Range(0, onChain.Count).Select(nonce => (ulong)nonce), onChain.Select(transaction => transaction.Nonce));
        Assert.Equal((ulong)onChain.Count, recovered.NextNonce);
        var signed = records.Select(record => record.Entry).OfType<JournalEntry.Signed>().ToLookup(entry => entry.Hash);
        Assert.All(onChain, transaction => Assert.Contains(signed[transaction.Hash], entry => entry.Nonce == transaction.Nonce));
        var settled = records.Select(record => record.Entry).OfType<JournalEntry.Settled>().Select(entry => entry.Hash).ToArray();
        Assert.Equal(onChain.Select(transaction => transaction.Hash).Order(), settled.Order());
    }

    private static int TakenUp(KeeperProcess keeper) =>
        keeper.Lines.Select(line => TakenUpLine().Match(line)).Where(match => match.Success).Sum(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture));

    [GeneratedRegex(@"Took up (\d+) open transactions")]
    private static partial Regex TakenUpLine();
}
