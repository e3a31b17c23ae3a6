using Keeper.Chain.Native.Crypto;
using Keeper.Conformance.EndToEnd;
using Keeper.Conformance.RefPerps;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Primitives;
using Keeper.Host.Demo;
using Keeper.Protocols.AaveV3;
using Keeper.Protocols.Capital;
using Xunit.Abstractions;

namespace Keeper.Conformance.AaveV3;

/// <summary>A whole keeper at a pool of 3.6: a price falls, and what is owed is paid with a loan of the pool's own, out of the collateral that is sold.</summary>
[Collection(nameof(EndToEndCollection))]
public sealed class KeeperOnAaveTests(ITestOutputHelper output)
{
    private const int Borrowers = 50;

    [Fact]
    public async Task A_fall_of_the_price_is_liquidated_without_capital_and_the_profit_is_at_the_treasury()
    {
        await using var chain = await TestChain.StartAsync((ulong)TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
        await using var client = AaveScene.Client(chain);
        using var workspace = DemoWorkspace.Create();
        var pool = await AavePool.DeployAsync(chain, client, isFirst: false, AaveAsset.Four());
        var (ether, dollars) = (pool.Assets[0], pool.Assets[2]);
        var users = await SeedAsync(chain, pool, ether, dollars);

        // What it is sold for is the price to come.
        ether.Price = 1_820_00000000UL;
        var venue = await SwapVenue.DeployAsync(chain, pool, ether, dollars);
        var site = await CapitalSite.DeployAsync(chain, pool, workspace.Operator, venue.Swapper, liquidator => new(
            liquidator, CapitalFunding.Flash, 500, [new(ether.Token, dollars.Token, venue.Swapper, SwapVenue.Path(ether, dollars), 3_000)]));
        var (treasury, liquidator) = (site.Treasury, site.Liquidator);

        var setup = new KeeperSetup([new RpcEndpoint { Name = "anvil", HttpUrl = chain.Url }], Path.Combine(workspace.Folder, "journal.db"))
        {
            Protocol = undo => new AaveV3Protocol(site.Settings, undo),
        };
        await using var keeper = await InProcessKeeper.StartAsync(setup, new(workspace.Folder, pool.Pool, site.Executor, ether.Source));
        await keeper.UntilAsync(() => CapitalSite.MinedAsync(chain, () => Task.FromResult(keeper.IsReady)));
        Assert.Equal(UInt256.Zero, await CapitalSite.BalanceAsync(client, dollars, treasury));

        await pool.TransmitAsync(ether, ether.Price);
        var fell = chain.Number + 1;
        var reader = new PoolReader(client, pool);
        await keeper.UntilAsync(() => CapitalSite.MinedAsync(chain, async () =>
            (await reader.AccountsAsync(users, chain.Number)).All(account => account is { } data && data.HealthFactor >= UInt256.Parse("1000000000000000000"))));

        var profit = await CapitalSite.BalanceAsync(client, dollars, treasury);
        var liquidated = await client.GetLogsAsync(new([pool.Pool], [Topics.LiquidationCall]), fell, chain.Number, CancellationToken.None);
        output.WriteLine($"{liquidated.Count} liquidations in the blocks {string.Join(", ", liquidated.Select(log => log.BlockNumber - fell).Distinct())} after the price; profit {profit} of {dollars.Decimals} decimals");
        Hash32[] transactions = [.. liquidated.Select(log => log.TransactionHash).Distinct()];
        var receipts = await client.GetReceiptsAsync(transactions, CancellationToken.None);
        output.WriteLine($"{transactions.Length} transactions, {receipts.Sum(receipt => (long)receipt!.GasUsed.Value) / liquidated.Count} gas each account");
        Assert.All(liquidated, log => Assert.Equal(liquidator, Liquidated.Decode(log).Liquidator));
        Assert.Equal(users.Order(), liquidated.Select(log => Liquidated.Decode(log).User).Distinct().Order());
        Assert.True(profit > dollars.Amount(100), $"{profit}");
        // Nothing stays behind.
        Assert.Equal((UInt256.Zero, UInt256.Zero), (await CapitalSite.BalanceAsync(client, dollars, liquidator), await CapitalSite.BalanceAsync(client, ether, liquidator)));
    }

    /// <summary>Users who own ether and owe dollars, all just within their limit.</summary>
    private static async Task<IReadOnlyList<Address>> SeedAsync(TestChain chain, AavePool pool, AaveAsset ether, AaveAsset dollars)
    {
        Address[] users = [.. Enumerable.Range(1, Borrowers).Select(i => AbiReader.ToAddress((UInt256)(0xb0_0000UL + (ulong)i)))];
        await chain.UnlockAsync(users);
        await pool.EndowAsync([pool.Owner]);
        await pool.SupplyAsync(pool.Owner, dollars, dollars.Amount(5_000_000));
        foreach (var user in users)
        {
            await chain.SendAsync(user, ether.Token, new AbiWriter().Word(user).Word(ether.Amount(100)).ToCall(Keccak.Selector("mint(address,uint256)")), 1_000_000);
            await chain.SendAsync(user, ether.Token, new AbiWriter().Word(pool.Pool).Word(UInt256.MaxValue).ToCall(Keccak.Selector("approve(address,uint256)")), 1_000_000);
            await pool.SupplyAsync(user, ether, ether.Amount(5));
        }
        await chain.MineAsync();
        var borrowed = new List<TestChain.Receipt>();
        for (var i = 0; i < users.Length; i++) borrowed.Add(await pool.BorrowAsync(users[i], dollars, dollars.Amount(7_700 + (ulong)i)));
        await chain.MineAsync(1, borrowed);
        Assert.All(borrowed, receipt => Assert.True(receipt.Succeeded));
        return users;
    }
}
