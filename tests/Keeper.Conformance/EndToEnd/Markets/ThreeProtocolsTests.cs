using System.Text.Json;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Host.Demo;
using Keeper.Host.Demo.AaveV3;
using Xunit.Abstractions;

namespace Keeper.Conformance.EndToEnd.Markets;

/// <summary>One process, one key and one executor for the reference exchange, Aave v3 and Morpho Blue on one chain.</summary>
public sealed class ThreeProtocolsTests(ITestOutputHelper output)
{
    private const string Implementation = "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc";

    [Fact]
    public async Task All_are_liquidated_at_one_price_and_where_one_pool_is_upgraded_it_is_halted_alone()
    {
        await using var markets = await MarketsChain.StartAsync([.. DemoProtocols.Types]);
        foreach (var protocol in markets.Protocols) await protocol.SeedAsync(15, 3, default);
        await using var keeper = await markets.RunKeeperAsync();
        await markets.CalmAsync(markets.Protocols);

        var first = await markets.BlockNumberAsync();
        await markets.TransmitAsync(92);
        var block = await keeper.NextBlockAsync(markets.Chain, first, default);
        await markets.CalmAsync(markets.Protocols);
        block = await keeper.NextBlockAsync(markets.Chain, block, default);
        foreach (var protocol in markets.Protocols) await LiquidatedAsync(markets, protocol, first, block);

        var aave = markets.Protocols.OfType<AaveDemo>().Single();
        var others = markets.Protocols.Where(protocol => protocol != aave).ToArray();
        await UpgradeAsync(markets, aave.Market.Pool);
        await MarketsChain.UntilAsync(async () => await HaltedAsync(markets) is ["aave-v3"]);

        first = await markets.BlockNumberAsync();
        await markets.TransmitAsync(84);
        block = await keeper.NextBlockAsync(markets.Chain, first, default);
        await markets.CalmAsync(others);
        block = await keeper.NextBlockAsync(markets.Chain, block, default);
        foreach (var protocol in others) await LiquidatedAsync(markets, protocol, first, block);
        Assert.NotEmpty(await markets.LiquidatableAsync(aave));
        Assert.Empty(await markets.Judge(aave).LiquidatedAsync(first, block, default));

        // The control: nothing but the halt held it back.
        await markets.CtlAsync("resume", "code_changed");
        await markets.CalmAsync(markets.Protocols);
    }

    /// <summary>The proxy leads to other code, as after an upgrade. What it does is the same, so that nothing but the keeper's caution can stop it.</summary>
    private static async Task UpgradeAsync(MarketsChain markets, Address proxy)
    {
        var upgraded = Address.Parse("0x00000000000000000000000000000000000f0f0f");
        var slot = await markets.Chain.Rpc.RequestAsync("eth_getStorageAt", proxy.ToString(), Implementation, "latest");
        var code = (await markets.Chain.Rpc.RequestAsync("eth_getCode", $"0x{slot.GetString()![^40..]}", "latest")).GetString()!;
        await markets.Chain.Rpc.RequestAsync("anvil_setCode", upgraded.ToString(), code + "00");
        await markets.Chain.Rpc.RequestAsync("anvil_setStorageAt", proxy.ToString(), Implementation, $"0x{new string('0', 24)}{upgraded.ToString()[2..]}");
    }

    /// <summary>Aave and Morpho pay the treasury in one token: for each of them the reward is that of both.</summary>
    private async Task LiquidatedAsync(MarketsChain markets, IDemoProtocol protocol, ulong first, ulong last)
    {
        var report = await markets.Judge(protocol).ReportAsync(first, last, default);
        output.WriteLine($"{protocol.Type}: {report.Liquidated} of {report.Unhealthy}, {report.Transactions} transactions, reward {report.Reward}, {report.MaxBlocksLate} blocks late at most");
        Assert.True(report.Liquidated > 0 && report.Duplicates == 0 && report.Reward > UInt256.Zero, $"{protocol.Type}: {report}");
    }

    /// <summary>The protocols for which a breaker is open.</summary>
    private static async Task<string[]> HaltedAsync(MarketsChain markets)
    {
        var said = await markets.CtlAsync("status", "--json");
        return said.ValueKind != JsonValueKind.Object ? [] :
            [.. said.GetProperty("status").GetProperty("breakers").EnumerateArray().Where(breaker => breaker.GetProperty("open").GetBoolean()).Select(breaker => breaker.GetProperty("protocol").GetString() ?? "")];
    }
}
