using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Host.Demo;
using Keeper.Host.Demo.AaveV3;
using Keeper.Host.Demo.MorphoBlue;
using Xunit.Abstractions;

namespace Keeper.Conformance.EndToEnd.Markets;

/// <summary>Many borrowers fall under water with one price. Blocks come when the test says so: a slow machine makes the keeper no slower in blocks.</summary>
public sealed class CrowdTests(ITestOutputHelper output)
{
    private const int Accounts = 50;

    [Theory]
    [InlineData("aave-v3")]
    [InlineData("morpho-blue")]
    public async Task Fifty_borrowers_under_water_at_once_are_cleared_in_the_fewest_blocks_that_gas_allows(string type)
    {
        await using var markets = await MarketsChain.StartAsync(type);
        var protocol = Assert.Single(markets.Protocols);
        for (var i = 0; i < Accounts; i++) await OpenAsync(protocol, new(i % DemoAsset.All.Count, 20_000 + (ulong)i * 700, DebtPpm: 960_000));
        await using var keeper = await markets.RunKeeperAsync();
        await markets.Chain.Rpc.RequestAsync("evm_setIntervalMining", 0);

        await markets.TransmitAsync(94);
        await MineAsync(markets);
        var first = await markets.BlockNumberAsync();
        Assert.Equal(Accounts, (await markets.LiquidatableAsync(protocol)).Count);
        var left = Accounts;
        for (var blocks = 0; left > 0 && blocks < 8; blocks++)
        {
            await SentAsync(markets, protocol, left);
            await MineAsync(markets);
            left = (await markets.LiquidatableAsync(protocol)).Count;
        }
        var last = await markets.BlockNumberAsync();
        var report = await markets.Judge(protocol).ReportAsync(first, last, default);
        output.WriteLine($"{type}: {report.Liquidated} in {last - first} blocks, {report.Transactions} transactions, {report.GasUsed:N0} gas, reward {report.Reward}");
        Assert.Equal((0, Accounts, Accounts, 0, 0), (left, report.Unhealthy, report.Liquidated, report.Missed.Count, report.Duplicates));
        Assert.Equal((report.GasUsed + MarketsChain.BlockGas - 1) / MarketsChain.BlockGas, last - first);
        Assert.True(report.Reward > DemoCapital.Dollars(10_000), $"{report.Reward}");
    }

    private static Task OpenAsync(IDemoProtocol protocol, Borrower borrower) => protocol switch
    {
        AaveDemo aave => aave.OpenAsync(borrower, default),
        MorphoDemo morpho => morpho.OpenAsync(borrower, default),
        _ => throw new ArgumentException("It has no borrowers.", nameof(protocol)),
    };

    /// <summary>A second later than the block before, whatever the clock says.</summary>
    private static Task MineAsync(MarketsChain markets) => markets.Chain.Rpc.RequestAsync("evm_mine");

    /// <summary>Returns when a transaction for each of them waits in the pool, or as many as the keeper sends at a time.</summary>
    private static async Task SentAsync(MarketsChain markets, IDemoProtocol protocol, int accounts)
    {
        var (began, last, since) = (TimeProvider.System.GetTimestamp(), 0, TimeProvider.System.GetTimestamp());
        while (TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(20))
        {
            var waiting = await WaitingAsync(markets, protocol);
            if (waiting >= accounts) return;
            if (waiting != last) (last, since) = (waiting, TimeProvider.System.GetTimestamp());
            if (waiting > 0 && TimeProvider.System.GetElapsedTime(since) > TimeSpan.FromSeconds(4)) return;
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    /// <summary>The accounts that transactions in the pool deal with.</summary>
    private static async Task<int> WaitingAsync(MarketsChain markets, IDemoProtocol protocol)
    {
        var content = await markets.Chain.Rpc.RequestAsync("txpool_content");
        return content.EnumerateObject().SelectMany(part => part.Value.EnumerateObject())
            .Where(sender => Address.Parse(sender.Name) == markets.Workspace.Operator)
            .SelectMany(sender => sender.Value.EnumerateObject())
            .SelectMany(transaction => markets.Judge(protocol).AccountsOf(Hex.Decode(transaction.Value.GetProperty("input").GetString()!)))
            .OfType<ulong>().Distinct().Count();
    }
}
