using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;

namespace Keeper.Conformance.RefPerps;

/// <summary>
/// Five markets on four prices with 6, 8 and 18 decimals (two proxies before each aggregator), a sequencer feed, and accounts
/// of both modes; each <see cref="SendBlockAsync"/> sends what many people might do, all by the seed.
/// </summary>
internal sealed class RandomExchange(TestChain chain, Exchange exchange, Random random)
{
    private readonly List<Feed> _feeds = [];
    private readonly List<Market> _markets = [];
    private Address _sequencer;
    private Address _sequencerProxy;
    private bool _sequencerDown;

    public int Accounts { get; private set; }
    public int MarketCount => _markets.Count;

    public static GlobalTerms FirstGlobals { get; } = new(Exchange.Wad * 2UL, Exchange.Wad * 30UL, 20_000, 300, default);

    public async Task SetUpAsync(int accounts)
    {
        foreach (var (decimals, price) in ((byte, double)[])[(8, 60_000), (18, 3_000), (6, 1.25), (8, 25)])
        {
            var aggregator = await exchange.CreateAggregatorAsync(decimals, Answer(price, decimals));
            _feeds.Add(new(decimals, price, aggregator, [await exchange.CreateProxyAsync(aggregator), await exchange.CreateProxyAsync(aggregator)]));
        }
        _sequencer = await exchange.CreateAggregatorAsync(0, 0);
        _sequencerProxy = await exchange.CreateProxyAsync(_sequencer);
        foreach (var (feed, proxy) in _feeds.Select(feed => (feed, feed.Proxies[0])).Append((_feeds[0], _feeds[0].Proxies[1]))) await ListAsync(feed, proxy);
        await exchange.SendAsync(exchange.Perps, "depositPool(uint256)", new AbiWriter().Word(Exchange.Wad * 1_000_000UL));
        await exchange.SendAsync(exchange.Perps, "depositInsurance(uint256)", new AbiWriter().Word(Exchange.Wad * 300UL));
        await chain.MineAsync(5);
        while (Accounts < accounts)
        {
            await SeedAsync(Math.Min(8, accounts - Accounts));
            await chain.MineAsync(5);
        }
    }

    /// <summary>Sends the transactions of one block.</summary>
    /// <param name="liquidations">Direct calls of keepers, of sizes of their own choice.</param>
    /// <returns>The transactions of <paramref name="liquidations"/>.</returns>
    public async Task<IReadOnlyList<TestChain.Receipt>> SendBlockAsync(IEnumerable<(UInt256 Id, uint Market, UInt256 Size)> liquidations)
    {
        foreach (var feed in _feeds) await MovePriceAsync(feed);
        if (Chance(_sequencerDown ? 0.6 : 0.05)) await exchange.TransmitAsync(_sequencer, (_sequencerDown = !_sequencerDown) ? 1 : 0);
        if (Chance(0.05)) await RotateAsync(_feeds[random.Next(_feeds.Count)]);
        if (Chance(0.15)) await ChangeMarketAsync(_markets[random.Next(_markets.Count)]);
        if (Chance(0.08)) await ChangeTiersAsync((uint)random.Next(1, _markets.Count + 1));
        if (Chance(0.08)) await ChangeGlobalsAsync();
        if (Chance(0.05)) await exchange.SendAsync(exchange.Perps, "setPaused(uint8)", new AbiWriter().Word((UInt256)(random.Next(3) == 0 ? (ulong)random.Next(1, 4) : 0)));
        if (Chance(0.05)) await exchange.SendAsync(exchange.Perps, "depositInsurance(uint256)", new AbiWriter().Word(Exchange.Wad * (ulong)random.Next(1, 60)));
        var receipts = new List<TestChain.Receipt>();
        foreach (var (id, market, size) in liquidations)
        {
            receipts.Add(await exchange.SendAsync(
                exchange.Perps, "liquidatePosition(uint256,uint32,uint256)", new AbiWriter().Word(id).Word((UInt256)market).Word(size), exchange.Keeper));
        }
        await DriveAsync(Chance(0.3) ? 0 : random.Next(1, 25));
        return receipts;
    }

    /// <summary>Seconds to the next block: mostly few, now and then past the age limits of the feeds.</summary>
    public ulong NextDelay() => random.NextDouble() switch { < 0.75 => (ulong)random.Next(1, 120), < 0.95 => (ulong)random.Next(600, 5_000), _ => (ulong)random.Next(5_000, 90_000) };

    public bool Chance(double probability) => random.NextDouble() < probability;

    private async Task ListAsync(Feed feed, Address proxy)
    {
        var market = new Market((uint)_markets.Count + 1, feed, new()
        {
            Feed = proxy, FeedDecimals = feed.Decimals, Lot = Amount(2 / feed.Price), SkewScale = Amount(2_000_000 / feed.Price), MaxStaleness = (ulong)random.Next(1_000, 20_000),
        });
        _markets.Add(market);
        var arguments = new AbiWriter().Word(UInt256.One);
        market.Terms.Write(arguments);
        await exchange.SendAsync(
            exchange.Perps, $"listMarket(bytes32,{MarketTerms.Tuple},(uint128,uint32)[],(uint128,uint32)[])",
            arguments.StaticArray(Tiers(25_000), WriteTier).StaticArray(Tiers(50_000), WriteTier));
    }

    private async Task SeedAsync(int count)
    {
        var specs = Enumerable.Range(0, count).Select(_ => random.Next(10) < 7 ? 0u : (uint)random.Next(1, _markets.Count + 1)).ToArray();
        var arguments = new AbiWriter().DynamicArray(specs, (to, isolated) =>
        {
            var markets = isolated != 0 ? [_markets[(int)isolated - 1]] : _markets.Where(_ => random.Next(2) == 0).ToArray();
            var legs = markets.Select(market => (market.Id, Delta: Delta(market, random.Next(100, 20_000)))).ToArray();
            to.Word((UInt256)(isolated == 0 ? 0u : 1u)).Word((UInt256)isolated).Word(Amount(random.Next(100, 4_000)))
                .StaticArray(legs, (leg, l) => leg.Word((UInt256)l.Id).Word(l.Delta));
        });
        await exchange.SendAsync(exchange.Seeder, "seed((uint8,uint32,uint256,(uint32,int256)[])[])", arguments, gas: TestChain.MostGas);
        Accounts += count;
    }

    private async Task DriveAsync(int count)
    {
        var steps = Enumerable.Range(0, count).Select(_ =>
        {
            var market = _markets[random.Next(_markets.Count)];
            var kind = random.Next(20) switch { < 3 => 0u, < 5 => 1u, < 14 => 2u, 14 => random.Next(3) == 0 ? 4u : 2u, 15 => 3u, < 18 => 5u, _ => 6u };
            return (Kind: kind, Id: (ulong)random.Next(1, Accounts + 1), Market: market.Id, Delta: Delta(market, random.Next(50, random.Next(100, 15_000))), Amount: Amount(random.Next(1, kind == 0 ? 3_000 : 400)));
        }).ToArray();
        await exchange.SendAsync(exchange.Seeder, "drive((uint8,uint256,uint32,int256,uint256)[])", new AbiWriter().StaticArray(steps, (to, step) =>
            to.Word((UInt256)step.Kind).Word((UInt256)step.Id).Word((UInt256)step.Market).Word(step.Delta).Word(step.Amount)), gas: TestChain.MostGas);
    }

    private async Task MovePriceAsync(Feed feed)
    {
        if (Chance(0.25)) return; // not every feed has a round in every block
        if (Chance(0.01))
        {
            await exchange.TransmitAsync(feed.Aggregator, random.Next(2) == 0 ? 0 : -5);
            return;
        }
        var change = Chance(0.06) ? (random.NextDouble() - 0.5) * 0.5 : (random.NextDouble() - 0.5) * 0.04;
        feed.Price = Math.Clamp(feed.Price * (1 + change), feed.First / 4, feed.First * 4);
        await exchange.TransmitAsync(feed.Aggregator, Answer(feed.Price, feed.Decimals));
    }

    private async Task RotateAsync(Feed feed)
    {
        feed.Aggregator = await exchange.CreateAggregatorAsync(feed.Decimals, Answer(feed.Price, feed.Decimals));
        foreach (var proxy in feed.Proxies)
        {
            await exchange.SendAsync(proxy, "proposeAggregator(address)", new AbiWriter().Word(feed.Aggregator));
            await exchange.SendAsync(proxy, "confirmAggregator(address)", new AbiWriter().Word(feed.Aggregator));
        }
    }

    private async Task ChangeMarketAsync(Market market)
    {
        var terms = market.Terms with
        {
            PremiumCap = Exchange.Wad / (ulong)random.Next(2, 100), LiqFeePpm = (ulong)random.Next(0, 20_000), KeeperSharePpm = (ulong)random.Next(0, 1_000_001),
            BufferPpm = (ulong)random.Next(0, 200_000), PartialFloorPpm = (ulong)random.Next(0, 900_000), MaxStaleness = (ulong)random.Next(500, 30_000),
            MaxFundingPerDay = Exchange.Wad * (ulong)random.Next(0, 10) / 10UL, MinNotional = Amount(random.Next(1, 500)), TakerFeePpm = (ulong)random.Next(0, 2_000),
        };
        // Thin markets too, where closing a part moves the mark against the rest.
        if (Chance(0.5)) terms = terms with { SkewScale = Amount(random.Next(20_000, 2_000_000) / market.Feed.Price) };
        // Now and then another proxy of the same price, or one that was left before.
        if (Chance(0.4)) terms = terms with { Feed = market.Feed.Proxies[random.Next(market.Feed.Proxies.Count)] };
        _markets[(int)market.Id - 1] = market with { Terms = terms };
        var arguments = new AbiWriter().Word((UInt256)market.Id);
        terms.Write(arguments);
        await exchange.SendAsync(exchange.Perps, $"setMarketParams(uint32,{MarketTerms.Tuple})", arguments);
    }

    private Task ChangeTiersAsync(uint market) => exchange.SendAsync(
        exchange.Perps, "setMarketTiers(uint32,(uint128,uint32)[],(uint128,uint32)[])",
        new AbiWriter().Word((UInt256)market).StaticArray(Tiers(25_000), WriteTier).StaticArray(Tiers(50_000), WriteTier));

    private Task ChangeGlobalsAsync()
    {
        var arguments = new AbiWriter();
        new GlobalTerms(
            Amount(random.Next(0, 10)), Amount(random.Next(1, 60)), (ulong)random.Next(0, 200_000), (ulong)random.Next(0, 600),
            random.Next(3) == 0 ? _sequencerProxy : default).Write(arguments);
        return exchange.SendAsync(exchange.Perps, $"setGlobalParams({GlobalTerms.Tuple})", arguments);
    }

    private (UInt256 Upper, ulong Ppm)[] Tiers(int ppm)
    {
        var tiers = new (UInt256, ulong)[random.Next(1, 6)];
        double upper = 0;
        for (var k = 0; k < tiers.Length; k++, ppm += random.Next(0, 30_000)) tiers[k] = (Amount(upper += random.Next(500, 8_000)), (ulong)ppm);
        tiers[^1].Item1 = UInt256.MaxValue >> 128;
        return tiers;
    }

    private static void WriteTier(AbiWriter to, (UInt256 Upper, ulong Ppm) tier) => to.Word(tier.Upper).Word((UInt256)tier.Ppm);

    /// <summary>A trade of about so many dollars, in lots, of either side.</summary>
    private Int256 Delta(Market market, double dollars)
    {
        var lots = Math.Max(1, (long)(dollars / market.Feed.Price / ((double)market.Terms.Lot / 1e18)));
        return (Int256)(market.Terms.Lot * (ulong)lots) * (random.Next(2) * 2 - 1);
    }

    private static UInt256 Amount(double units) => (UInt256)new System.Numerics.BigInteger(units * 1e18);
    private static Int256 Answer(double price, int decimals) => (Int256)new System.Numerics.BigInteger(price * Math.Pow(10, decimals));

    private sealed class Feed(byte decimals, double price, Address aggregator, IEnumerable<Address> proxies)
    {
        public byte Decimals => decimals;
        public double First { get; } = price;
        public double Price { get; set; } = price;
        public Address Aggregator { get; set; } = aggregator;

        /// <summary>All lead to the aggregator; markets go from one to another.</summary>
        public List<Address> Proxies { get; } = [.. proxies];
    }

    private sealed record Market(uint Id, Feed Feed, MarketTerms Terms);
}
