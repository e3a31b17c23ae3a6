using System.Text.Json.Nodes;
using Keeper.Conformance.Support;
using Keeper.Core.Journal;
using Keeper.Core.Primitives;
using Keeper.Journal.Sqlite;
using Xunit.Abstractions;

namespace Keeper.Conformance.EndToEnd;

/// <summary>
/// The real program with a relay before Anvil, and a public endpoint that notes what it is told and when. Judged by these two, the journal's windows and
/// the chain: no byte is public before its window ends, whatever the relay does and wherever the keeper dies.
/// </summary>
[Collection(EndToEndCollection.Name)]
public sealed partial class OrderFlowTests(ITestOutputHelper output)
{
    private const int Blocks = 4;

    [Theory]
    [InlineData(Conduct.Forwards, "eth_sendRawTransaction")]
    [InlineData(Conduct.Forwards, "eth_sendBundle")]
    [InlineData(Conduct.Discards, "eth_sendBundle")]
    [InlineData(Conduct.Fails, "eth_sendRawTransaction")]
    [InlineData(Conduct.Stalls, "eth_sendRawTransaction")]
    public async Task What_is_private_stays_so_until_its_window_ends_and_is_mined_all_the_same(Conduct conduct, string method)
    {
        await using var scene = await Scene.StartAsync(conduct, method);
        await using (var keeper = KeeperProcess.Start(scene.Exchange))
        {
            await keeper.ReadyAsync(scene.Exchange);
            var calm = await scene.PriceAsync();
            output.WriteLine($"calm in block {calm}; the relay was told {scene.Relay.Told.Count} times, the public {scene.Public.Told.Count} times");
        }
        var signed = await scene.SignedAsync();
        scene.AssertNothingLeaked(signed);
        Assert.NotEmpty(scene.Relay.Told);
        if (conduct == Conduct.Forwards) Assert.Empty(scene.Public.Told);
        else Assert.NotEmpty(scene.Public.Told);
    }

    [Fact]
    public async Task Killed_within_a_window_the_keeper_tells_the_public_nothing_before_its_end()
    {
        await using var scene = await Scene.StartAsync(Conduct.Discards, "eth_sendRawTransaction", blocks: 12);
        await using (var keeper = KeeperProcess.Start(scene.Exchange))
        {
            await keeper.ReadyAsync(scene.Exchange);
            await scene.Exchange.TransmitAsync(93);
            await scene.ToldAsync();
            await keeper.KillAsync();
        }
        var before = scene.Relay.Told.Count;
        Assert.Empty(scene.Public.Told);
        await using (var keeper = KeeperProcess.Start(scene.Exchange))
        {
            await keeper.ReadyAsync(scene.Exchange);
            await scene.Exchange.CalmAsync(await scene.Exchange.BlockNumberAsync(), within: 60);
        }
        scene.AssertNothingLeaked(await scene.SignedAsync());
        Assert.True(scene.Relay.Told.Count > before, "After the restart the relay was told nothing: it came too late to show anything.");
        Assert.NotEmpty(scene.Public.Told);
    }

    /// <summary>The control: the same judge, where nothing is private, sees every byte in public at the block it was signed for.</summary>
    [Fact]
    public async Task Without_private_order_flow_the_judge_sees_the_leak()
    {
        await using var scene = await Scene.StartAsync(Conduct.Forwards, method: null);
        await using (var keeper = KeeperProcess.Start(scene.Exchange))
        {
            await keeper.ReadyAsync(scene.Exchange);
            await scene.PriceAsync();
        }
        var signed = (await scene.SignedAsync()).Select(entry => entry with { PrivateUntil = ulong.MaxValue }).ToArray();
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => scene.AssertNothingLeaked(signed));
    }

    /// <summary>An exchange whose keeper talks to the public through one server, and to a relay through another.</summary>
    private sealed class Scene(ExchangeChain exchange, ForwardingServer relay, ForwardingServer open) : IAsyncDisposable
    {
        public ExchangeChain Exchange => exchange;
        public ForwardingServer Relay => relay;
        public ForwardingServer Public => open;

        /// <param name="method">Null for no private order flow.</param>
        public static async Task<Scene> StartAsync(Conduct conduct, string? method, int blocks = Blocks)
        {
            var exchange = await ExchangeChain.StartAsync(accounts: 60, seed: 5);
            var (relay, open) = (await ForwardingServer.StartAsync(exchange.HttpUrl), await ForwardingServer.StartAsync(exchange.HttpUrl));
            relay.Conduct = conduct;
            var config = (JsonObject)JsonNode.Parse(await File.ReadAllTextAsync(exchange.Workspace.ConfigPath))!;
            config["chain"]!["endpoints"]![0]!["http"] = open.Url.ToString();
            if (method is not null)
            {
                config["orderFlow"] = new JsonObject
                {
                    ["method"] = method, ["blocks"] = blocks, ["timeoutMs"] = 500, ["endpoints"] = new JsonArray(new JsonObject { ["name"] = "relay", ["url"] = relay.Url.ToString() }),
                };
            }
            await File.WriteAllTextAsync(exchange.Workspace.ConfigPath, config.ToJsonString());
            return new(exchange, relay, open);
        }

        /// <summary>A price that puts accounts under water, and the block in which none of them is any more.</summary>
        public async Task<ulong> PriceAsync()
        {
            await exchange.TransmitAsync(93);
            await (relay.Told.IsEmpty && open.Told.IsEmpty ? ToldAsync() : Task.CompletedTask);
            return await exchange.CalmAsync(await exchange.BlockNumberAsync(), within: 60);
        }

        /// <summary>Returns when somebody was told something.</summary>
        public async Task ToldAsync()
        {
            var began = TimeProvider.System.GetTimestamp();
            while (relay.Told.IsEmpty && open.Told.IsEmpty)
            {
                Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(90), "Nothing was sent.");
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
            }
        }

        public async Task<IReadOnlyList<JournalEntry.Signed>> SignedAsync()
        {
            await using var journal = await SqliteJournal.OpenAsync(new() { Path = exchange.JournalPath, ReadOnly = true }, TimeProvider.System);
            var signed = new List<JournalEntry.Signed>();
            await foreach (var record in journal.ReadAsync(0, default))
            {
                if (record.Entry is JournalEntry.Signed entry) signed.Add(entry);
            }
            Assert.NotEmpty(signed);
            return signed;
        }

        /// <summary>Nobody in public was told bytes before the last block of their window was mined, nor bytes that the journal does not hold.</summary>
        public void AssertNothingLeaked(IReadOnlyList<JournalEntry.Signed> signed)
        {
            var windows = signed.GroupBy(entry => Hex.Encode(entry.Raw.Span)).ToDictionary(group => group.Key, group => group.Max(entry => entry.PrivateUntil) ?? 0);
            Assert.All(open.Told, told => Assert.True(told.Block >= windows[told.Raw], $"Bytes that were private until block {windows[told.Raw]} were public in {told.Block}."));
        }

        public async ValueTask DisposeAsync()
        {
            await relay.DisposeAsync();
            await open.DisposeAsync();
            await exchange.DisposeAsync();
        }
    }
}
