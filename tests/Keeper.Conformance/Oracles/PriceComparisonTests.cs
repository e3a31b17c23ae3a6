using Keeper.Conformance.RefPerps;
using Keeper.Conformance.Support;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Host.Running;
using Keeper.Protocols.Oracles;
using Microsoft.Extensions.Logging.Abstractions;

namespace Keeper.Conformance.Oracles;

/// <summary>Prices of Pyth and prices made of others against contracts that reckon them, in every block of random runs: the same value to the last digit, or unusable where they revert.</summary>
public sealed class PriceComparisonTests
{
    private const int BlocksPerSeed = 80;
    private static readonly UInt256 Wad = 1_000_000_000_000_000_000UL;

    private static IEnumerable<int> Seeds => Environment.GetEnvironmentVariable("KEEPER_TESTS") == "full" ? Enumerable.Range(1, 20) : Enumerable.Range(1, 2);

    [Fact]
    public async Task Prices_of_Pyth_are_what_its_contract_says()
    {
        const ulong Age = 60;
        var ids = Enumerable.Range(1, 3).Select(id => new Hash32((UInt256)(ulong)id)).ToArray();
        var (usable, refused) = (0, 0);
        await RunAsync(async (world, random, mirror) =>
        {
            var pyth = await world.CreateAsync("PythPrices", new());
            await UpdateAsync(world, random, pyth, ids);
            await world.Chain.MineAsync();
            return new(
                () => { foreach (var id in ids) mirror.Book.Pyth.Follow(pyth, id); },
                () => UpdateAsync(world, random, pyth, ids.Where(_ => random.Next(2) == 0)),
                async where =>
                {
                    for (var i = 0; i < ids.Length; i++)
                    {
                        var row = mirror.Book.Pyth[i];
                        var data = new AbiReader((await world.AskAsync(pyth, "getPriceUnsafe(bytes32)", new AbiWriter().Word(ids[i])))!.Value.Span);
                        Assert.True(
                            ((Int256)row.Price, (UInt256)row.Confidence, (UInt256)row.PublishTime) == (data.ReadInt256(), data.ReadUInt256(), Skip(ref data)), $"{where}: {row}");
                        var said = await world.AskAsync(pyth, "getPriceNoOlderThan(bytes32,uint256)", new AbiWriter().Word(ids[i]).Word(Age));
                        var fault = PythRule.NoOlderThan(Age, 18).Judge(row, world.Chain.Time, out var value);
                        // Its getter leaves the sign to the contract that asks; ours takes none that is not above zero.
                        Assert.True((said is null) == (fault is PriceFault.Stale or PriceFault.Future) || row.Price <= 0, $"{where}: {fault}, {row}");
                        if (fault == PriceFault.None) Assert.Equal((Int256)(UInt256)(ulong)row.Price * (Int256)PowerOfTen(18 + row.Exponent), value);
                        if (said is null) refused++;
                        else usable++;
                    }
                });
        });
        Assert.True(usable > 20 && refused > 20, $"{usable} usable, {refused} refused");

        static UInt256 Skip(ref AbiReader data)
        {
            data.ReadInt256(); // expo
            return data.ReadUInt256();
        }
    }

    [Fact]
    public async Task Prices_made_of_others_are_what_their_contracts_say()
    {
        var (usable, unusable, capped) = (0, 0, 0);
        await RunAsync(async (world, random, mirror) =>
        {
            var aggregators = new List<Address>();
            for (var i = 0; i < 3; i++) aggregators.Add(await world.CreateAsync("LegacyAggregator", new AbiWriter().Word(8UL)));
            foreach (var aggregator in aggregators) await world.SendAsync(aggregator, "transmit(int192)", OracleWorld.Words(1_000));
            var proxies = new List<Address>();
            foreach (var aggregator in aggregators) proxies.Add(await world.CreateAsync("AggregatorProxy", new AbiWriter().Word(aggregator)));
            var vault = await world.CreateAsync("RateSource", new AbiWriter().Word(Wad));
            var ratio = await world.CreateAsync("RateSource", new AbiWriter().Word(Wad));
            var scale = Wad * Wad;
            var quotient = await world.CreateAsync("QuotientOracle", new AbiWriter().Word(scale)
                .Word(vault).Word(Wad).Word(proxies[0]).Word(proxies[1])
                .Word(Address.Zero).Word(UInt256.Zero).Word(proxies[2]).Word(Address.Zero));
            var cap = await world.CreateAsync("CappedRateFeed", new AbiWriter().Word(aggregators[0]).Word(ratio).Word(18UL));
            var (snapshot, growth, since) = (Wad + 5UL, (UInt256)1_234_567_891_234UL, world.Chain.Time);
            await world.SendAsync(cap, "setCap(uint104,uint48,uint104)", new AbiWriter().Word(snapshot).Word(since).Word(growth));
            await world.Chain.MineAsync();
            var (quotientNode, capNode) = (0, 0);
            return new(
                () =>
                {
                    var graph = mirror.Book.Graph;
                    var any = new PriceRule(AllowsZero: true);
                    var feeds = proxies.ConvertAll(proxy => graph.Add(PriceNode.Feed(mirror.Book.Feeds.Follow(proxy), any)));
                    var assets = graph.Add(PriceNode.Polled(mirror.Book.Polled.Follow(new(vault, 0x07a2d13a, Wad)), any));
                    quotientNode = graph.Add(PriceNode.Quotient(scale, [assets, feeds[0], feeds[1]], [feeds[2]], UInt256.One));
                    var basis = graph.Add(PriceNode.Feed(mirror.Book.Feeds.Follow(proxies[0]), new()));
                    var rate = graph.Add(PriceNode.Polled(mirror.Book.Polled.Follow(new(ratio, 0x679aefce)), new()));
                    var most = graph.Add(PriceNode.Growing(snapshot, growth, 1_000_000UL, since));
                    capNode = graph.Add(PriceNode.Quotient(UInt256.One, [basis, graph.Add(PriceNode.Lesser(rate, most))], [], Wad, isSigned: true));
                },
                async () =>
                {
                    foreach (var aggregator in aggregators) if (random.Next(2) == 0) await world.SendAsync(aggregator, "transmit(int192)", OracleWorld.Words(Answer(random)));
                    if (random.Next(2) == 0) await world.SendAsync(vault, "setRate(uint256)", new AbiWriter().Word(Rate(random)));
                    if (random.Next(2) == 0) await world.SendAsync(ratio, "setRate(uint256)", new AbiWriter().Word(Rate(random)));
                },
                async where =>
                {
                    var time = world.Chain.Time;
                    var said = await world.AskAsync(quotient, "price()");
                    var fault = mirror.Book.Graph.Evaluate(quotientNode, time, out var value);
                    Assert.True((said is null) == (fault != PriceFault.None), $"{where}: {fault}, the contract answers {said is not null}");
                    if (said is { } price) Assert.True(UInt256.ReadBigEndian(price.Span) == value.Abs, $"{where}: {UInt256.ReadBigEndian(price.Span)}, not {value}");
                    if (said is null) unusable++;
                    else usable++;

                    // It says 0 where it refuses, or reverts with its ratio.
                    var latest = await world.AskAsync(cap, "latestAnswer()");
                    fault = mirror.Book.Graph.Evaluate(capNode, time, out value);
                    var answer = latest is { } word ? UInt256.ReadBigEndian(word.Span) : UInt256.Zero;
                    Assert.True(fault == PriceFault.None ? answer == value.Abs : answer.IsZero, $"{where}: {answer}, not {value} ({fault})");
                    if (await world.AskAsync(ratio, "getRate()") is { } now && UInt256.ReadBigEndian(now.Span) > snapshot + growth * (time - since) / 1_000_000UL) capped++;
                });
        });
        Assert.True(usable > 20 && unusable > 20 && capped > 5, $"{usable} usable, {unusable} unusable, {capped} capped");
    }

    /// <param name="Begin">Says what is depended on.</param>
    /// <param name="Send">The transactions of a block.</param>
    private sealed record Scenario(Action Begin, Func<Task> Send, Func<string, Task> CompareAsync);

    private static async Task RunAsync(Func<OracleWorld, Random, BookMirror, Task<Scenario>> set)
    {
        foreach (var seed in Seeds)
        {
            await using var chain = await TestChain.StartAsync();
            await using var client = NodeChainClient.Create(
                ChainLibraries.Preferred,
                new ChainClientOptions { Profile = AnvilNode.Profile, Endpoints = [new RpcEndpoint { Name = "anvil", HttpUrl = chain.Url, RequestTimeout = TimeSpan.FromMinutes(1) }] },
                PollyReadRetry.Create, TimeProvider.System, NullLoggerFactory.Instance);
            var random = new Random(seed);
            var mirror = new BookMirror(client, pollsLag: false);
            var scenario = await set(new OracleWorld(chain, client), random, mirror);
            scenario.Begin();
            await mirror.BeginAsync(chain.Number);
            for (var block = 0; block < BlocksPerSeed; block++)
            {
                await scenario.Send();
                await chain.MineAsync((ulong)random.Next(1, random.Next(8) == 0 ? 3_000 : 30));
                await mirror.FollowAsync(chain.Number);
                if (block % 10 == 9) await mirror.RewindAsync(random.Next(1, 8));
                await scenario.CompareAsync($"seed {seed}, block {chain.Number}");
            }
            Assert.True(mirror.BlocksUndone > 0);
        }
    }

    private static async Task UpdateAsync(OracleWorld world, Random random, Address pyth, IEnumerable<Hash32> ids)
    {
        foreach (var id in ids)
        {
            var (price, confidence) = (random.Next(10) switch { 0 => 0, 1 => -7, _ => random.NextInt64(1, 1L << 40) }, random.NextInt64(1, 1L << 30));
            // Now and then older than what it has, which changes nothing, or ahead of the block.
            var published = (long)world.Chain.Time + random.Next(-150, 90);
            await world.SendAsync(pyth, "update(bytes32,(int64,uint64,int32,uint256))", new AbiWriter().Word(id).Word((Int256)price).Word((Int256)confidence).Word((Int256)(-8)).Word((Int256)published));
        }
    }

    private static Int256 Answer(Random random) => random.Next(12) switch { 0 => 0, 1 => -random.Next(1, 9), 2 => (Int256)(UInt256.MaxValue >> 66), _ => random.NextInt64(1, 1L << 40) };

    /// <summary>Zero reverts.</summary>
    private static UInt256 Rate(Random random) => random.Next(6) == 0 ? UInt256.Zero : Wad / 2UL + (UInt256)(ulong)random.NextInt64(1, (long)1e18);

    private static UInt256 PowerOfTen(int exponent)
    {
        UInt256 power = 1UL;
        for (; exponent > 0; exponent--) power *= 10UL;
        return power;
    }
}
