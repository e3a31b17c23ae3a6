using System.Text.Json;
using Keeper.Chain.Native.Crypto;
using Keeper.Conformance.Support;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Host.Demo;
using Keeper.Host.Demo.AaveV3;
using Keeper.Host.Demo.MorphoBlue;
using Keeper.Host.Demo.RefPerps;
using Xunit.Abstractions;

namespace Keeper.Conformance.EndToEnd.Markets;

/// <summary>One process, one key and one executor for the reference exchange, Aave v3 and Morpho Blue on one chain. A fault comes in one of them after the other, and each time the rest are liquidated.</summary>
public sealed class ThreeProtocolsTests(ITestOutputHelper output)
{
    private const int Accounts = 24, Seed = 3;
    private const string Implementation = "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc";

    [Fact]
    public async Task All_are_liquidated_at_one_price_and_an_upgraded_pool_reserves_without_a_price_or_paused_and_an_unreadable_log_stop_nothing_else()
    {
        await using var markets = await MarketsChain.StartAsync([.. DemoProtocols.Types]);
        foreach (var protocol in markets.Protocols) await protocol.SeedAsync(Accounts, Seed, default);
        var borrowers = Borrowers.Generate(Accounts, Seed, 1_000_000);
        await using var keeper = await markets.RunKeeperAsync();
        await markets.CalmAsync(markets.Protocols);

        await PriceAsync(markets, keeper, 92, [.. markets.Protocols]);

        var aave = markets.Protocols.OfType<AaveDemo>().Single();
        var (refPerps, morpho) = (markets.Protocols.OfType<RefPerpsDemo>().Single(), markets.Protocols.OfType<MorphoDemo>().Single());
        await UpgradeAsync(markets, aave.Market.Pool);
        await MarketsChain.UntilAsync(async () => await HaltedAsync(markets) is ["aave-v3"]);
        var (first, block) = await PriceAsync(markets, keeper, 84, [refPerps, morpho]);
        Assert.NotEmpty(await markets.LiquidatableAsync(aave));
        Assert.Empty(await markets.Judge(aave).LiquidatedAsync(first, block, default));
        // The control: nothing but the halt held it back.
        await markets.CtlAsync("resume", "code_changed");
        await markets.CalmAsync(markets.Protocols);

        var assets = await AssetsAsync(markets, aave);
        var source = await SourceAsync(markets, aave, assets[0]);
        var broken = AbiReader.ToAddress(0xf1f1UL);
        await markets.Chain.Rpc.RequestAsync("anvil_setCode", broken, "0x60006000fd");
        await SetSourceAsync(markets, aave, assets[0], broken);
        await PauseAsync(aave, assets[1], isPaused: true);
        (first, block) = await PriceAsync(markets, keeper, 74, [morpho]);
        Assert.All(await markets.Judge(aave).LiquidatedAsync(first, block, default), entry => Assert.Equal(2, borrowers[(int)entry.Account - 1].Collateral));
        await SetSourceAsync(markets, aave, assets[0], source);
        await PauseAsync(aave, assets[1], isPaused: false);
        await markets.CalmAsync(markets.Protocols);

        await CryAsync(markets, morpho);
        (first, block) = await PriceAsync(markets, keeper, 64, [aave]);
        Assert.NotEmpty(await markets.LiquidatableAsync(morpho));
        Assert.Empty(await markets.Judge(morpho).LiquidatedAsync(first, block, default));
        // Whoever is short falls as the price rises.
        await PriceAsync(markets, keeper, 110, [refPerps]);
    }

    /// <summary>At this price some fall in each of these protocols, and all of them are liquidated.</summary>
    /// <returns>The blocks in which it was.</returns>
    private async Task<(ulong First, ulong Last)> PriceAsync(MarketsChain markets, DemoKeeper keeper, int percent, IDemoProtocol[] falling)
    {
        var first = await markets.BlockNumberAsync();
        await markets.TransmitAsync(percent);
        var block = await keeper.NextBlockAsync(markets.Chain, first, default);
        await markets.CalmAsync(falling);
        block = await keeper.NextBlockAsync(markets.Chain, block, default);
        foreach (var protocol in falling) await LiquidatedAsync(markets, protocol, first, block);
        return (first, block);
    }

    /// <summary>Those of the pool, in their order: the collateral first.</summary>
    private static async Task<IReadOnlyList<Address>> AssetsAsync(MarketsChain markets, AaveDemo aave)
    {
        var answer = await markets.Ground.ViewAsync(aave.Market.Pool, new AbiWriter().ToCall(Keccak.Selector("getReservesList()")), default);
        var list = new AbiReader(answer.Span).ReadOffset();
        var assets = new Address[list.ReadLength(32)];
        for (var i = 0; i < assets.Length; i++) assets[i] = list.ReadAddress();
        return assets;
    }

    /// <summary>What Aave's oracle asks for the price of an asset.</summary>
    private static async Task<Address> SourceAsync(MarketsChain markets, AaveDemo aave, Address asset) =>
        new AbiReader((await markets.Ground.ViewAsync(aave.Market.Oracle, new AbiWriter().Word(asset).ToCall(Keccak.Selector("getSourceOfAsset(address)")), default)).Span).ReadAddress();

    private static Task PauseAsync(AaveDemo aave, Address asset, bool isPaused) => aave.Market.ConfigureAsync("setReservePause(address,bool)", new AbiWriter().Word(asset).Word(isPaused), default);

    private static Task SetSourceAsync(MarketsChain markets, AaveDemo aave, Address asset, Address source) => markets.Ground.CallAsync(
        aave.Market.Oracle,
        new AbiWriter().StaticArray([asset], (to, one) => to.Word(one)).StaticArray([source], (to, one) => to.Word(one)).ToCall(Keccak.Selector("setAssetSources(address[],address[])")), default);

    /// <summary>The rate model, whose logs are of the state, emits one that is not what its event says: for the length of one transaction it has other code.</summary>
    private static async Task CryAsync(MarketsChain markets, MorphoDemo morpho)
    {
        var model = morpho.Rate;
        var code = (await markets.Chain.Rpc.RequestAsync("eth_getCode", model, "latest")).GetString()!;
        var emitter = await markets.Ground.DeployAsync(TinyContracts.EmitterOf(topics: 2), default);
        await markets.Chain.Rpc.RequestAsync("anvil_setCode", model, (await markets.Chain.Rpc.RequestAsync("eth_getCode", emitter, "latest")).GetString()!);
        byte[] log = [.. Keccak.Topic("BorrowRateUpdate(bytes32,uint256,uint256)").ToArray(), .. morpho.FirstMarket.ToArray(), 0xff];
        await markets.Ground.CallAsync(model, log, default);
        await markets.Chain.Rpc.RequestAsync("anvil_setCode", model, code);
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
