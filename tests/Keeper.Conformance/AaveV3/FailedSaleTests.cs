using Keeper.Conformance.EndToEnd;
using Keeper.Conformance.RefPerps;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Primitives;
using Keeper.Host.Demo;
using Keeper.Protocols.AaveV3;
using Keeper.Protocols.Capital;
using Xunit.Abstractions;

namespace Keeper.Conformance.AaveV3;

/// <summary>A whole keeper at a pool of 3.6 whose best liquidations no exchange pays for.</summary>
[Collection(nameof(EndToEndCollection))]
public sealed class FailedSaleTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Where_the_best_pair_has_no_buyer_the_next_pays_and_where_half_can_be_sold_half_is_liquidated()
    {
        await using var chain = await TestChain.StartAsync((ulong)TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
        await using var client = AaveScene.Client(chain);
        using var workspace = DemoWorkspace.Create();
        var pool = await AavePool.DeployAsync(chain, client, isFirst: false, AaveAsset.Four());
        var (ether, staked, dollars, bitcoin) = (pool.Assets[0], pool.Assets[1], pool.Assets[2], pool.Assets[3]);
        var (both, large) = (AbiReader.ToAddress(0xb0_0001UL), AbiReader.ToAddress(0xb0_0002UL));
        await chain.UnlockAsync([both, large]);
        await pool.EndowAsync([pool.Owner, both, large]);
        await pool.SupplyAsync(pool.Owner, dollars, dollars.Amount(5_000_000));
        await pool.SupplyAsync(both, ether, ether.Amount(30));
        await pool.SupplyAsync(both, bitcoin, bitcoin.Amount(1));
        await pool.SupplyAsync(large, staked, staked.Amount(20));
        await chain.MineAsync();
        TestChain.Receipt[] borrowed = [await pool.BorrowAsync(both, dollars, dollars.Amount(89_000)), await pool.BorrowAsync(large, dollars, dollars.Amount(34_000))];
        await chain.MineAsync(1, borrowed);
        Assert.All(borrowed, receipt => Assert.True(receipt.Succeeded));

        // At the prices to come bitcoin, which gives the most, has no buyer, and of the third a sale of 18,000 dollars would lose four percent: three are allowed.
        (ether.Price, staked.Price) = (1_700_00000000UL, 2_130_00000000UL);
        var venue = await SwapVenue.DeployAsync(chain, pool, ether, dollars);
        await venue.AddPoolAsync(bitcoin, dollars, 0);
        await venue.AddPoolAsync(staked, dollars, 405_000);
        AaveAsset[] sold = [ether, staked, bitcoin];
        var site = await CapitalSite.DeployAsync(chain, pool, workspace.Operator, venue.Swapper, liquidator => new(
            liquidator, CapitalFunding.Flash, 500, [.. sold.Select(asset => new SwapRoute(asset.Token, dollars.Token, venue.Swapper, SwapVenue.Path(asset, dollars), 3_000))]));
        var setup = new KeeperSetup([new RpcEndpoint { Name = "anvil", HttpUrl = chain.Url }], Path.Combine(workspace.Folder, "journal.db"))
        {
            Protocol = undo => new AaveV3Protocol(site.Settings, undo),
        };
        await using var keeper = await InProcessKeeper.StartAsync(setup, new(workspace.Folder, pool.Pool, site.Executor, ether.Source));
        await keeper.UntilAsync(() => CapitalSite.MinedAsync(chain, () => Task.FromResult(keeper.IsReady)));

        await pool.TransmitAsync(ether, ether.Price);
        await pool.TransmitAsync(staked, staked.Price);
        var fell = chain.Number + 1;
        var reader = new PoolReader(client, pool);
        await keeper.UntilAsync(() => CapitalSite.MinedAsync(chain, async () =>
            (await reader.AccountsAsync([both, large], chain.Number)).All(account => account is { } data && data.HealthFactor >= UInt256.Parse("1000000000000000000"))));

        var liquidated = (await client.GetLogsAsync(new([pool.Pool], [Topics.LiquidationCall]), fell, chain.Number, CancellationToken.None)).Select(log => (log.BlockNumber, Call: Liquidated.Decode(log))).ToArray();
        foreach (var (block, call) in liquidated) output.WriteLine($"{block - fell} blocks after the price: {call}");
        Assert.Equal((both, ether.Token, dollars.Token), liquidated.Select(one => one.Call).Where(call => call.User == both).Select(call => (call.User, call.Collateral, call.Debt)).Single());
        // Half of what was owed is what the pool would have taken.
        Assert.InRange((ulong)(liquidated.First(one => one.Call.User == large).Call.Covered / dollars.Unit), 8_400UL, 8_600UL);
        Assert.True(await CapitalSite.BalanceAsync(client, dollars, site.Treasury) > dollars.Amount(1_000));
    }
}
