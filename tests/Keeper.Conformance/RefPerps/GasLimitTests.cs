using System.Globalization;
using Keeper.Conformance.Support;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Primitives;
using Keeper.Host.Running;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit.Abstractions;

namespace Keeper.Conformance.RefPerps;

/// <summary>The gas limit of a planned call holds for what costs most, and is not much above it: accounts in up to 16 markets, schedules of up to 12 tiers, small lots.</summary>
public sealed class GasLimitTests(ITestOutputHelper output)
{
    private const int Markets = 16;
    private static readonly int[] Open = [1, 2, 4, 8, 16];

    [Theory]
    [InlineData(1, 1_000_000_000_000_000_000UL, false, 100_000)]
    [InlineData(1, 1UL, false, 100_000)]
    [InlineData(12, 1_000_000_000_000_000_000UL, true, 100_000)]
    [InlineData(12, 1UL, true, 100_000)]
    [InlineData(1, 1_000_000_000_000_000_000UL, false, 300_000)]
    [InlineData(12, 1UL, true, 300_000)]
    public async Task Liquidations_fit_their_limit_closely(int tiers, ulong lot, bool sequencer, ulong marginPpm)
    {
        await using var chain = await TestChain.StartAsync();
        await using var client = NodeChainClient.Create(
            ChainLibraries.Preferred,
            new ChainClientOptions { Profile = AnvilNode.Profile, Endpoints = [new RpcEndpoint { Name = "anvil", HttpUrl = chain.Url }] }, PollyReadRetry.Create, TimeProvider.System, NullLoggerFactory.Instance);
        var exchange = await Exchange.DeployAsync(chain, new(Exchange.Wad, Exchange.Wad * 1000UL, 0, 0, default));
        await ListAsync(chain, exchange, (UInt256)lot, Schedule(1, 5_000));
        await OpenAccountsAsync(chain, exchange);
        if (sequencer) await WireSequencerAsync(chain, exchange);
        for (uint market = 1; market <= Markets; market++)
        {
            // 9 % of equity against 10 % of margin: a partial close; against 30 %: the whole position.
            await exchange.SendAsync(exchange.Perps, "setMarketTiers(uint32,(uint128,uint32)[],(uint128,uint32)[])",
                new AbiWriter().Word((UInt256)market).StaticArray(Schedule(tiers, marginPpm), WriteTier).StaticArray(Schedule(1, marginPpm), WriteTier));
        }
        await chain.MineAsync(100);
        var mirror = new EventMirror(client, exchange);
        await mirror.BackfillAsync(chain.Number);
        for (var account = 0; account < Open.Length; account++)
        {
            var call = mirror.Protocol.Plan(account, chain.Time + 1)[0];
            var need = await chain.EstimateAsync(exchange.Keeper, call.Target, call.Data.ToArray());
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Open[account]} markets, {tiers} tiers, lot {lot}: {need} of {call.GasLimit} ({call.What})"));
            Assert.True(need <= call.GasLimit.Value * 95 / 100, "Too near the limit: nothing is left for state that became colder.");
            // A full close has no bisection, and yet the gas for one: the price may make it partial before it is included.
            if (call.What != "close 1000 of market 1") Assert.True(call.GasLimit.Value <= need * 3 / 2, "More than needed: a batch would hold fewer accounts.");
            var receipt = await chain.SendAsync(exchange.Keeper, call.Target, call.Data.ToArray(), call.GasLimit.Value);
            await chain.MineAsync(1, receipt);
            Assert.True(receipt.Succeeded);
            await mirror.FollowAsync(chain.Number);
        }
    }

    private static async Task ListAsync(TestChain chain, Exchange exchange, UInt256 lot, (UInt256, ulong)[] tiers)
    {
        for (var market = 0; market < Markets; market++)
        {
            var proxy = await exchange.CreateProxyAsync(await exchange.CreateAggregatorAsync(8, 100_000_000));
            var terms = new MarketTerms
            {
                Feed = proxy, FeedDecimals = 8, Lot = lot, SkewScale = Exchange.Wad * 100_000_000UL, TakerFeePpm = 0, MinNotional = UInt256.One, MaxStaleness = 1_000_000, LiqFeePpm = 1_000,
            };
            var arguments = new AbiWriter().Word(UInt256.One);
            terms.Write(arguments);
            await exchange.SendAsync(
                exchange.Perps, $"listMarket(bytes32,{MarketTerms.Tuple},(uint128,uint32)[],(uint128,uint32)[])", arguments.StaticArray(tiers, WriteTier).StaticArray(tiers, WriteTier));
        }
        await exchange.SendAsync(exchange.Perps, "depositInsurance(uint256)", new AbiWriter().Word(Exchange.Wad));
        await chain.MineAsync();
    }

    private static async Task OpenAccountsAsync(TestChain chain, Exchange exchange)
    {
        foreach (var count in Open)
        {
            var legs = Enumerable.Range(1, count).ToArray();
            await exchange.SendAsync(exchange.Seeder, "seed((uint8,uint32,uint256,(uint32,int256)[])[])", new AbiWriter().DynamicArray([count], (to, _) =>
                to.Word(UInt256.Zero).Word(UInt256.Zero).Word(Exchange.Wad * 90UL * (ulong)count).StaticArray(legs, (leg, market) =>
                    leg.Word((UInt256)(ulong)market).Word((Int256)(Exchange.Wad * 1_000UL)))));
            await chain.MineAsync();
        }
    }

    private static async Task WireSequencerAsync(TestChain chain, Exchange exchange)
    {
        var proxy = await exchange.CreateProxyAsync(await exchange.CreateAggregatorAsync(0, 0));
        var arguments = new AbiWriter();
        new GlobalTerms(Exchange.Wad, Exchange.Wad * 1000UL, 0, 0, proxy).Write(arguments);
        await exchange.SendAsync(exchange.Perps, $"setGlobalParams({GlobalTerms.Tuple})", arguments);
        await chain.MineAsync(10);
    }

    /// <summary>A size of 1,000 lies in the last bracket.</summary>
    private static (UInt256 Upper, ulong Ppm)[] Schedule(int tiers, ulong ppm) =>
        [.. Enumerable.Range(1, tiers).Select(k => (k == tiers ? UInt256.MaxValue >> 128 : Exchange.Wad * (ulong)k, ppm))];

    private static void WriteTier(AbiWriter to, (UInt256 Upper, ulong Ppm) tier) => to.Word(tier.Upper).Word((UInt256)tier.Ppm);
}
