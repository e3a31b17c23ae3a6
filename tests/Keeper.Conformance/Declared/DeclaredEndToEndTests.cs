using Keeper.Conformance.EndToEnd;
using Keeper.Core.Journal;
using Keeper.Core.Mirror;
using Keeper.Core.Protocol;
using Keeper.Core.Submission;
using Keeper.Host.Demo;
using Xunit.Abstractions;

namespace Keeper.Conformance.Declared;

/// <summary>The whole keeper on the reference exchange, which it knows by configuration alone, against the demo's judge: it misses as much as the exchange's own adapter does, nothing.</summary>
[Collection(EndToEndCollection.Name)]
public sealed class DeclaredEndToEndTests(ITestOutputHelper output)
{
    private const int Accounts = 120;
    private const int BlocksToSettle = 4;

    /// <summary>Of the demo's path: the drop, and the crash.</summary>
    private static readonly Range[] Parts = [6..11, 20..25];

    private static bool IsFull => Environment.GetEnvironmentVariable("KEEPER_TESTS") == "full";

    [Theory]
    [InlineData(4)]
    public async Task By_its_events_and_views_alone_nothing_is_missed(int seed)
    {
        await using var exchange = await ExchangeChain.StartAsync(Accounts, seed);
        var report = await RunAsync(exchange, seed, undo => DeclaredExchange.ProtocolOf(exchange.Deployment, undo));
        Assert.Empty(report.Missed);
        Assert.Equal(0, report.Duplicates);
        Assert.True(report.Liquidated > 20, $"{report.Liquidated} were liquidated");
        if (!IsFull) return;
        await using var other = await ExchangeChain.StartAsync(Accounts, seed);
        var native = await RunAsync(other, seed, protocol: null);
        Assert.Equal(native.Missed.Count, report.Missed.Count);
    }

    private async Task<JudgeReport> RunAsync(ExchangeChain exchange, int seed, Func<UndoLog, IProtocol>? protocol)
    {
        var setup = exchange.Setup;
        setup = setup with { Protocol = protocol, Profile = setup.Profile with { Multicall = exchange.Deployment.Multicall } };
        await using var keeper = await InProcessKeeper.StartAsync(setup, exchange.Place);
        await keeper.UntilReadyAsync();
        var first = await exchange.BlockNumberAsync();
        var block = first;
        var rounds = PricePath.Rounds(seed).Select(round => round.Prices).ToArray();
        foreach (var prices in IsFull ? rounds : Parts.SelectMany(part => rounds[part]))
        {
            block = await exchange.NextBlockAsync(block);
            await exchange.Deployment.TransmitAsync(exchange.Chain, prices, default);
        }
        for (var i = 0; i < BlocksToSettle + 1; i++) block = await exchange.NextBlockAsync(block);
        var report = await exchange.Judge.ReportAsync(first, block, default);
        var hints = (await keeper.EntriesAsync<JournalEntry.Intended>()).Count(intent => intent.FromHint);
        output.WriteLine(
            $"{(protocol is null ? "native" : "declared")}, seed {seed}: {report.Unhealthy} unhealthy, {report.Liquidated} liquidated, {report.Recovered} recovered, {report.Missed.Count} missed, "
            + $"{report.Duplicates} duplicates, {report.Late.Count} late, at most {report.MaxBlocksLate} blocks, {report.Transactions} transactions, {hints} of hints, {report.GasUsed} gas, reward {report.Reward}");
        var outcomes = (await keeper.EntriesAsync<JournalEntry.Settled>()).SelectMany(settled => settled.Outcomes).GroupBy(outcome => outcome.Outcome);
        output.WriteLine(string.Join(", ", outcomes.Select(group => $"{group.Key} {group.Count()}")));
        if (report.Missed.Count > 0) output.WriteLine(keeper.Tail());
        return report;
    }
}
