using System.Numerics;
using Keeper.Chain.Native;
using Keeper.Chain.Native.Crypto;
using Keeper.Conformance.EndToEnd;
using Keeper.Conformance.RefPerps;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Host.Contracts;
using Keeper.Host.Demo;
using Keeper.Protocols.Capital;
using Keeper.Protocols.MorphoBlue;
using Xunit.Abstractions;

namespace Keeper.Conformance.MorphoBlue;

/// <summary>A whole keeper at Morpho: a price falls, and each debt is paid within Morpho's own callback, out of the collateral that is sold on Uniswap.</summary>
[Collection(nameof(EndToEndCollection))]
public sealed class KeeperOnMorphoTests(ITestOutputHelper output)
{
    private const int Borrowers = 20, Edge = 887_270;
    private const uint Fee = 500;
    private const double PriceBefore = 2_000, PriceAfter = 1_850;

    /// <param name="isOpaque">The oracle is known by asking alone; else it is made of a feed.</param>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_fall_of_the_price_is_liquidated_without_capital_and_the_profit_is_at_the_treasury(bool isOpaque)
    {
        await using var chain = await TestChain.StartAsync((ulong)TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
        await using var client = MorphoWorld.Client(chain);
        using var workspace = DemoWorkspace.Create();
        var site = await PrepareAsync(chain, workspace.Operator, isOpaque);
        var (world, users, treasury, liquidator) = (site.World, site.Users, site.Treasury, site.Liquidator);
        await chain.UnlockAsync([workspace.Operator]);

        var setup = new KeeperSetup([new RpcEndpoint { Name = "anvil", HttpUrl = chain.Url }], System.IO.Path.Combine(workspace.Folder, "journal.db"))
        {
            Protocol = undo => new MorphoBlueProtocol(site.Settings, undo, Keccak.Hash),
        };
        await using var keeper = await InProcessKeeper.StartAsync(setup, new(workspace.Folder, world.Morpho, site.Executor, site.Proxy));
        await keeper.UntilAsync(() => MinedAsync(chain, () => Task.FromResult(keeper.IsReady)));
        Assert.Equal(UInt256.Zero, await BalanceAsync(client, world.Loan, treasury));

        await (isOpaque ? SetPriceAsync(world, site.Oracle, PriceAfter) : world.TransmitAsync(site.Feed, PriceAfter));
        var fell = chain.Number + 1;
        await keeper.UntilAsync(() => MinedAsync(chain, async () => (await LiquidatedAsync(client, world, fell)).Count >= Borrowers));

        var (liquidated, profit) = (await LiquidatedAsync(client, world, fell), await BalanceAsync(client, world.Loan, treasury));
        output.WriteLine($"{liquidated.Count} liquidations in the blocks {string.Join(", ", liquidated.Select(log => log.BlockNumber - fell).Distinct())} after the price; profit {profit}");
        Assert.All(liquidated, log => Assert.Equal(liquidator, Liquidate.Decode(log).Caller));
        Assert.Equal(users.Order(), liquidated.Select(log => Liquidate.Decode(log).Borrower).Order());
        Assert.True(profit > MorphoWorld.Wad * 100UL, $"{profit}");
        // Nothing stays behind.
        Assert.Equal((UInt256.Zero, UInt256.Zero), (await BalanceAsync(client, world.Loan, liquidator), await BalanceAsync(client, world.Collateral, liquidator)));
    }

    [Fact]
    public async Task The_gas_of_a_liquidation_is_as_the_plan_says()
    {
        await using var chain = await TestChain.StartAsync();
        await using var client = MorphoWorld.Client(chain);
        var site = await PrepareAsync(chain, chain.Accounts[1], isOpaque: false);
        await chain.UnlockAsync([site.Executor]);
        var mirror = new MorphoMirror(client, site.World, (MorphoBlueOptions)site.Settings.Options!);
        await mirror.BackfillAsync(chain.Number);
        await site.World.TransmitAsync(site.Feed, PriceAfter);
        await chain.MineAsync(100);
        await mirror.FollowAsync(chain.Number);
        var call = Assert.Single(mirror.Protocol.Plan(0, chain.Time));
        var least = await chain.EstimateAsync(site.Executor, call.Target, call.Data.ToArray());
        var sent = await chain.SendAsync(site.Executor, call.Target, call.Data.ToArray(), call.GasLimit.Value);
        await chain.MineAsync(1, sent);
        output.WriteLine($"{sent.GasUsed} used of {call.ExpectedGas} expected, {least} needed of {call.GasLimit} at most");
        Assert.True(sent.Succeeded);
        // Everything cold, and what a transaction costs by itself with it.
        Assert.InRange(call.ExpectedGas.Value, sent.GasUsed * 90 / 100, sent.GasUsed * 130 / 100);
        Assert.InRange(call.GasLimit.Value, least * 3 / 2, least * 3);
    }

    private sealed record Site(
        MorphoWorld World, IReadOnlyList<Address> Users, Address Feed, Address Proxy, Address Oracle, Address Treasury, Address Executor, Address Liquidator, ProtocolSettings Settings);

    /// <summary>Everything that stands before a price falls.</summary>
    private static async Task<Site> PrepareAsync(TestChain chain, Address @operator, bool isOpaque)
    {
        var world = new MorphoWorld(chain);
        await world.DeployAsync();
        var (feed, proxy) = await world.CreateFeedAsync(PriceBefore);
        var oracle = isOpaque ? await world.CreateAsync("SetPrice", new()) : await OracleAsync(world, proxy);
        if (isOpaque) await SetPriceAsync(world, oracle, PriceBefore);
        var market = await world.ListAsync(oracle, world.AdaptiveRate, 860);
        await chain.MineAsync();
        IReadOnlyList<Address> users = [.. world.Users.Take(Borrowers)];
        await LendAsync(world, market, users);
        var swapper = await VenueAsync(world);
        var (treasury, executor, liquidator) = await DeployAsync(world, market, @operator, swapper);
        var options = new MorphoBlueOptions(
            [market.Id(Keccak.Hash)], [new(world.Loan, null, MorphoWorld.Wad, null)],
            new(liquidator, CapitalFunding.Flash, 0, [new(world.Collateral, world.Loan, swapper, Path(world), 3_000)]));
        var settings = new ProtocolSettings("morpho", "morpho-blue", world.Morpho, world.DeployBlock, null) { Options = options };
        return new(world, users, feed, proxy, oracle, treasury, executor, liquidator, settings);
    }

    private static async Task<IReadOnlyList<Log>> LiquidatedAsync(IChainClient client, MorphoWorld world, ulong from) =>
        await client.GetLogsAsync(new([world.Morpho], [Topics.Liquidate]), from, world.Chain.Number, CancellationToken.None);

    private static Task SetPriceAsync(MorphoWorld world, Address oracle, double price) =>
        world.SendAsync(world.Owner, oracle, "set(uint256,bool)", new AbiWriter().Word(MorphoMath.PriceScale * (ulong)price).Word(false));

    /// <summary>The collateral's feed alone, in the loan token's units: both have 18 decimals, the feed 8.</summary>
    private static Task<Address> OracleAsync(MorphoWorld world, Address proxy) => world.CreateAsync("QuotientOracle", new AbiWriter()
        .Word(MorphoMath.PriceScale / 100_000_000UL).Word(Address.Zero).Word(UInt256.One).Word(proxy).Word(Address.Zero)
        .Word(Address.Zero).Word(UInt256.One).Word(Address.Zero).Word(Address.Zero));

    /// <summary>Users who own five of the collateral each and owe nearly what they may.</summary>
    private static async Task LendAsync(MorphoWorld world, MarketParams market, IReadOnlyList<Address> users)
    {
        await world.SendAsync(
            world.Owner, world.Morpho, $"supply({MorphoWorld.Terms},uint256,uint256,address,bytes)",
            market.Write(new()).Word(MorphoWorld.Wad * 1_000_000UL).Word(UInt256.Zero).Word(world.Owner).Bytes([]));
        foreach (var user in users)
        {
            await world.SendAsync(user, world.Morpho, $"supplyCollateral({MorphoWorld.Terms},uint256,address,bytes)", market.Write(new()).Word(MorphoWorld.Wad * 5UL).Word(user).Bytes([]));
        }
        await world.Chain.MineAsync();
        var borrowed = new List<TestChain.Receipt>();
        for (var i = 0; i < users.Count; i++)
        {
            borrowed.Add(await world.SendAsync(
                users[i], world.Morpho, $"borrow({MorphoWorld.Terms},uint256,uint256,address,address)",
                market.Write(new()).Word(MorphoWorld.Wad * (8_200UL + (ulong)i)).Word(UInt256.Zero).Word(users[i]).Word(users[i])));
        }
        await world.Chain.MineAsync(1, borrowed);
        Assert.All(borrowed, receipt => Assert.True(receipt.Succeeded));
    }

    /// <summary>Uniswap v3 with a deep pool of the two tokens at the price to come, and the swapper that sells on it.</summary>
    private static async Task<Address> VenueAsync(MorphoWorld world)
    {
        var contracts = await ThirdPartyContracts.OpenAsync(ThirdPartyContracts.UniswapV3, default);
        var factory = await world.CreateAsync(contracts.Load("UniswapV3Factory"), new());
        var manager = await world.CreateAsync(contracts.Load("NonfungiblePositionManager"), new AbiWriter().Word(factory).Word(world.Loan).Word(Address.Zero));
        var router = await world.CreateAsync(contracts.Load("SwapRouter"), new AbiWriter().Word(factory).Word(world.Loan));
        var swapper = await world.CreateAsync("UniswapV3Swapper", new AbiWriter().Word(router).Word(true));
        foreach (var token in (Address[])[world.Loan, world.Collateral])
            await world.SendAsync(world.Owner, token, "approve(address,uint256)", new AbiWriter().Word(manager).Word(UInt256.MaxValue));
        var isLoanFirst = world.Loan.CompareTo(world.Collateral) < 0;
        var (low, high) = isLoanFirst ? (world.Loan, world.Collateral) : (world.Collateral, world.Loan);
        var root = (UInt256)new BigInteger(Math.Sqrt(isLoanFirst ? 1 / PriceAfter : PriceAfter) * Math.Pow(2, 96));
        await world.SendAsync(
            world.Owner, manager, "createAndInitializePoolIfNecessary(address,address,uint24,uint160)", new AbiWriter().Word(low).Word(high).Word(Fee).Word(root), gas: 10_000_000);
        var (loan, collateral) = (MorphoWorld.Wad * 100_000_000UL, MorphoWorld.Wad * (ulong)(100_000_000 / PriceAfter));
        var minted = await world.SendAsync(
            world.Owner, manager, "mint((address,address,uint24,int24,int24,uint256,uint256,uint256,uint256,address,uint256))",
            new AbiWriter().Word(low).Word(high).Word(Fee).Word((Int256)(-Edge)).Word((Int256)Edge)
                .Word(isLoanFirst ? loan : collateral).Word(isLoanFirst ? collateral : loan).Word(UInt256.Zero).Word(UInt256.Zero).Word(world.Owner).Word((UInt256)(world.Chain.Time + 1_000_000)));
        await world.Chain.MineAsync(1, minted);
        Assert.True(minted.Succeeded);
        return swapper;
    }

    /// <summary>What the swapper understands: token, fee in three bytes, token.</summary>
    private static byte[] Path(MorphoWorld world) => [.. world.Collateral.ToArray(), 0, (byte)(Fee >> 8), (byte)(Fee & 0xff), .. world.Loan.ToArray()];

    private static async Task<(Address Treasury, Address Executor, Address Liquidator)> DeployAsync(MorphoWorld world, MarketParams market, Address @operator, Address swapper)
    {
        var (treasury, contract) = (AbiReader.ToAddress(0x7ea5_0003UL), NativeChainLibrary.Instance.Executor);
        var deployed = await world.Chain.SendAsync(world.Owner, null, contract.DeployData(Artifact.Load(Artifact.ExecutorName).DeployData([]), new(world.Owner, @operator, treasury)));
        await world.Chain.MineAsync(1, deployed);
        var executor = deployed.Contract;
        var liquidator = await world.CreateAsync("CollateralLiquidator", new AbiWriter().Word(world.Owner).Word(executor).Word((UInt256)30_000UL));
        var function = CapitalCalls.MorphoFunction(liquidator, world.Morpho);
        TestChain.Receipt[] owned =
        [
            await world.SendAsync(world.Owner, liquidator, "allowMarket(address,bytes32,bool)", new AbiWriter().Word(world.Morpho).Word(market.Id(Keccak.Hash)).Word(true)),
            await world.SendAsync(world.Owner, liquidator, "allowSwapper(address,bool)", new AbiWriter().Word(swapper).Word(true)),
            await world.Chain.SendAsync(world.Owner, executor, contract.AllowTarget(function.Target, function.Selector, allowed: true)),
            await world.Chain.SendAsync(world.Owner, executor, contract.AllowToken(world.Loan, allowed: true)),
        ];
        await world.Chain.MineAsync(1, owned);
        Assert.All(owned, receipt => Assert.True(receipt.Succeeded));
        return (treasury, executor, liquidator);
    }

    private static async Task<bool> MinedAsync(TestChain chain, Func<Task<bool>> condition)
    {
        await chain.MineAsync();
        await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System);
        return await condition();
    }

    private static async Task<UInt256> BalanceAsync(IChainClient client, Address token, Address of) =>
        (await client.CallAsync([new(token, new AbiWriter().Word(of).ToCall(Keccak.Selector("balanceOf(address)")))], BlockId.Latest, default))[0] is CallResult.Returned(var data)
            ? new AbiReader(data.Span).ReadUInt256() : throw new InvalidOperationException($"The balance of {of} cannot be read.");
}
