using System.Text.Json;
using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Chain.Pending;
using Keeper.Core.Journal;
using Keeper.Core.Primitives;
using Keeper.Core.Submission;
using Keeper.Host.Demo;
using Microsoft.Extensions.Logging;
using Xunit.Abstractions;

namespace Keeper.Conformance.EndToEnd;

/// <summary>A price update waits in the node's pool while no block is mined: what the keeper does about it before a block has it, and when none ever has.</summary>
public sealed class PendingUpdateTests(ITestOutputHelper output)
{
    /// <summary>So long that nothing but a block or the pool's own word ends what waits for an update.</summary>
    private static readonly TimeSpan Slow = TimeSpan.FromHours(1);

    [Fact]
    public async Task A_liquidation_is_mined_in_the_block_of_the_update_right_behind_it()
    {
        await using var scene = await Scene.StartAsync();
        var update = await scene.TransmitAsync(93);
        await scene.FollowedAsync(update);
        var block = await scene.MineAsync();

        var hashes = block.GetProperty("transactions").EnumerateArray().Select(hash => Hash32.Parse(hash.GetString()!)).ToList();
        var ours = (await scene.Keeper.EntriesAsync<JournalEntry.Signed>()).Select(signed => signed.Hash).ToList();
        output.WriteLine($"the update is number {hashes.IndexOf(update)} of {hashes.Count}, ours are {string.Join(", ", ours.Select(hash => hashes.IndexOf(hash)))}");
        Assert.Equal([update, .. ours], hashes);
        Assert.All(await scene.Keeper.EntriesAsync<JournalEntry.Intended>(), intent => Assert.Equal(update, intent.Behind));
        Assert.Empty(await scene.Exchange.LiquidatableAsync(await scene.Exchange.BlockNumberAsync()));

        await scene.Keeper.UntilAsync(scene.Keeper.IsSettledAsync);
        var outcomes = (await scene.Keeper.EntriesAsync<JournalEntry.Settled>()).SelectMany(settled => settled.Outcomes).ToArray();
        Assert.NotEmpty(outcomes);
        Assert.All(outcomes, outcome => Assert.Equal(Outcome.Won, outcome.Outcome));
    }

    /// <summary>The control: the same update, and a keeper that acts on blocks alone.</summary>
    [Fact]
    public async Task Without_the_option_the_liquidation_is_mined_one_block_later()
    {
        await using var scene = await Scene.StartAsync(isOn: false);
        var update = await scene.TransmitAsync(93);
        var block = await scene.MineAsync();
        Assert.Equal(update, Hash32.Parse(Assert.Single(block.GetProperty("transactions").EnumerateArray()).GetString()!));
        Assert.NotEmpty(await scene.Exchange.LiquidatableAsync(await scene.Exchange.BlockNumberAsync()));

        await scene.Keeper.UntilAsync(async () => (await scene.Keeper.EntriesAsync<JournalEntry.Broadcast>()).Count > 0);
        await scene.MineAsync();
        Assert.Empty(await scene.Exchange.LiquidatableAsync(await scene.Exchange.BlockNumberAsync()));
        Assert.All(await scene.Keeper.EntriesAsync<JournalEntry.Intended>(), intent => Assert.Null(intent.Behind));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_follows_an_update_that_is_dropped_or_replaced_is_cancelled_before_the_next_block(bool isReplaced)
    {
        await using var scene = await Scene.StartAsync();
        var update = await scene.TransmitAsync(93);
        await scene.FollowedAsync(update);
        if (isReplaced) await scene.TransmitAsync(100, tipGwei: 9);
        else await scene.Exchange.Rpc.RequestAsync("anvil_dropTransaction", update);

        await scene.Keeper.UntilAsync(async () => await scene.AreCancelledAsync());
        await scene.MineAsync();
        await scene.Keeper.UntilAsync(scene.Keeper.IsSettledAsync);
        var mined = await scene.Keeper.EntriesAsync<JournalEntry.Mined>();
        Assert.All(mined, entry => Assert.Equal((true, 21_000UL), (entry.Succeeded, entry.GasUsed.Value)));
        Assert.All((await scene.Keeper.EntriesAsync<JournalEntry.Settled>()).SelectMany(settled => settled.Outcomes), outcome => Assert.Equal(Outcome.Superseded, outcome.Outcome));
    }

    /// <summary>There is always a moment in which no cancel can come in time. Then the executor's own bound holds.</summary>
    [Fact]
    public async Task What_is_mined_without_its_update_reverts_and_costs_no_more_than_its_bound()
    {
        await using var scene = await Scene.StartAsync(interval: Slow);
        var update = await scene.TransmitAsync(93);
        await scene.FollowedAsync(update);
        await scene.Exchange.Rpc.RequestAsync("anvil_dropTransaction", update);
        await scene.MineAsync();

        await scene.Keeper.UntilAsync(scene.Keeper.IsSettledAsync);
        var intents = await scene.Keeper.EntriesAsync<JournalEntry.Intended>();
        var mined = await scene.Keeper.EntriesAsync<JournalEntry.Mined>();
        Assert.Equal(intents.Count, mined.Count);
        foreach (var (intent, entry) in intents.Zip(mined))
        {
            output.WriteLine($"{entry.GasUsed} of {intent.GasLimit} gas, {entry.Fee} wei, bound {intent.MaxPricePerGas * intent.GasLimit} wei");
            Assert.False(entry.Succeeded);
            Assert.True(entry.Fee < intent.MaxPricePerGas * intent.GasLimit);
        }
        Assert.All((await scene.Keeper.EntriesAsync<JournalEntry.Settled>()).SelectMany(settled => settled.Outcomes), outcome => Assert.NotEqual(Outcome.Won, outcome.Outcome));
    }

    /// <summary>Anybody can send what looks like an update.</summary>
    [Fact]
    public async Task What_strangers_send_and_what_would_fail_is_not_followed()
    {
        await using var scene = await Scene.StartAsync();
        var stranger = (await scene.Exchange.Chain.AccountsAsync(default))[7];
        await scene.TransmitAsync(93, from: stranger);
        // From the transmitter himself, to an aggregator that refuses him: it is simulated, and found to fail.
        await scene.Exchange.Rpc.RequestAsync("anvil_setStorageAt", scene.Aggregator.ToString(), Scene.TransmitterSlot(scene.Exchange.Deployment.Owner), "0x" + new string('0', 64));
        await scene.TransmitAsync(93);
        await scene.Keeper.UntilAsync(() => Task.FromResult(scene.Keeper.Lines.Any(line => line.Contains("the update would fail", StringComparison.Ordinal))));
        Assert.Empty(await scene.Keeper.EntriesAsync<JournalEntry.Intended>());
    }

    /// <summary>An exchange on which no block is mined but by the test, and a keeper at its calm.</summary>
    private sealed class Scene(ExchangeChain exchange, InProcessKeeper keeper) : IAsyncDisposable
    {
        private ulong _nonce;

        public ExchangeChain Exchange => exchange;
        public InProcessKeeper Keeper => keeper;

        /// <summary>Of the first market.</summary>
        public Address Aggregator => exchange.Deployment.Aggregators[0];

        public static async Task<Scene> StartAsync(bool isOn = true, TimeSpan? interval = null)
        {
            var exchange = await ExchangeChain.StartAsync(accounts: 60, seed: 5);
            var endpoint = exchange.Setup.Endpoints[0];
            IPendingPool Pool(ILoggerFactory loggers) => new PendingPool(
                endpoint, [exchange.Deployment.Owner], maxBlocks: 2, interval ?? TimeSpan.FromSeconds(1), TimeProvider.System, new Random(1), loggers.CreateLogger<PendingPool>());

            var keeper = await InProcessKeeper.StartAsync(exchange.Setup with { Pool = isOn ? Pool : null }, exchange.Place);
            var scene = new Scene(exchange, keeper);
            await keeper.UntilReadyAsync();
            await exchange.CalmAsync(await exchange.BlockNumberAsync());
            await exchange.Rpc.RequestAsync("evm_setIntervalMining", 0);
            await keeper.UntilAsync(keeper.IsSettledAsync);
            scene._nonce = await exchange.NonceAsync(exchange.Deployment.Owner);
            return scene;
        }

        /// <summary>Where Aggregator.sol keeps whether somebody may transmit: the mapping is its third slot.</summary>
        public static string TransmitterSlot(Address transmitter) =>
            Keccak.Hash(new AbiWriter().Word(transmitter).Word(new UInt256(2)).ToArray()).ToString();

        /// <summary>The first market at this many percent of its first price, into the pool; the same nonce each time.</summary>
        public async Task<Hash32> TransmitAsync(int percent, ulong tipGwei = 3, Address? from = null)
        {
            var transaction = exchange.Prices(percent, from is null ? _nonce : await exchange.NonceAsync(from.Value))[0];
            transaction["from"] = (from ?? exchange.Deployment.Owner).ToString();
            transaction["maxFeePerGas"] = Wei.FromGwei(50 + (10 * tipGwei)).Value.ToString("x", null);
            transaction["maxPriorityFeePerGas"] = Wei.FromGwei(tipGwei).Value.ToString("x", null);
            return Hash32.Parse((await exchange.Rpc.RequestAsync("eth_sendTransaction", transaction)).GetString()!);
        }

        /// <summary>Returns when everything that is decided on the update is in the node's pool.</summary>
        public async Task FollowedAsync(Hash32 update)
        {
            await keeper.UntilAsync(async () => (await keeper.EntriesAsync<JournalEntry.Intended>()).Any(intent => intent.Behind == update));
            await keeper.UntilAsync(async () => (await keeper.EntriesAsync<JournalEntry.Broadcast>()).Select(sent => sent.Hash).ToHashSet().IsSupersetOf((await keeper.EntriesAsync<JournalEntry.Signed>()).Select(signed => signed.Hash)));
        }

        public async Task<bool> AreCancelledAsync()
        {
            var signed = await keeper.EntriesAsync<JournalEntry.Signed>();
            var told = (await keeper.EntriesAsync<JournalEntry.Broadcast>()).Select(sent => sent.Hash).ToHashSet();
            return signed.GroupBy(entry => entry.Nonce).All(attempts => attempts.Any(attempt => attempt.IsCancel && told.Contains(attempt.Hash)));
        }

        public async Task<JsonElement> MineAsync()
        {
            await exchange.Rpc.RequestAsync("evm_mine");
            return await exchange.Rpc.RequestAsync("eth_getBlockByNumber", "latest", false);
        }

        public async ValueTask DisposeAsync()
        {
            await keeper.DisposeAsync();
            await exchange.DisposeAsync();
        }
    }
}
