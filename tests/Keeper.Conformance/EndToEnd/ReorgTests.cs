using Keeper.Chain.Native;
using Keeper.Conformance.Support;
using Keeper.Core;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Journal;
using Keeper.Core.Margin;
using Keeper.Core.Mirror;
using Keeper.Core.Planning;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Core.Submission;
using Keeper.Core.Telemetry;
using Keeper.Host.Demo;
using Keeper.Host.Running;
using Keeper.Journal.Sqlite;
using Keeper.Protocols.RefPerps;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit.Abstractions;

namespace Keeper.Conformance.EndToEnd;

/// <summary>The chain goes back two blocks, with a price and the liquidations that followed it inside.</summary>
[Collection(EndToEndCollection.Name)]
public sealed class ReorgTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <param name="keepsPrice">The other branch holds the price too; else it is told again later.</param>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_a_reorg_the_mirror_is_that_of_a_fresh_start_and_every_transaction_ends_once(bool keepsPrice)
    {
        await using var exchange = await ExchangeChain.StartAsync(accounts: 120, seed: 5);
        await using var client = NodeChainClient.Create(
            ChainLibraries.Preferred,
            new ChainClientOptions { Profile = AnvilNode.Profile, Endpoints = [new RpcEndpoint { Name = "anvil", HttpUrl = exchange.HttpUrl, WsUrl = exchange.WsUrl }] },
            PollyReadRetry.Create,
            TimeProvider.System, NullLoggerFactory.Instance);
        await using var journal = await SqliteJournal.OpenAsync(new() { Path = exchange.JournalPath }, TimeProvider.System);
        using var signer = LocalSigner.FromKeystore(
            Path.Combine(exchange.Workspace.Folder, "operator.json"), File.ReadAllText(Path.Combine(exchange.Workspace.Folder, "operator.password")));
        var mirrored = new List<RefPerpsProtocol>();
        var readiness = new Readiness(TimeProvider.System);
        using var stop = new CancellationTokenSource();
        var loop = LoopOf(exchange, client, journal, signer, readiness, mirrored);
        var running = loop.RunAsync(stop.Token);
        try
        {
            await UntilAsync(running, () => Task.FromResult(readiness.IsReady));
            await exchange.CalmAsync(await exchange.BlockNumberAsync());

            // A price, and in the block after it what it made possible.
            var before = await exchange.BlockNumberAsync();
            var (earlier, ownersNonce) = (await exchange.NonceAsync(signer.Address), await exchange.NonceAsync(exchange.Deployment.Owner));
            await exchange.TransmitAsync(93);
            var priced = before + 1; // or later: on a slow machine more than one block may pass while the prices are sent
            await exchange.NextBlockAsync(before);
            await UntilAsync(running, async () => await exchange.NonceAsync(signer.Address) > earlier);
            await exchange.Rpc.RequestAsync("evm_setIntervalMining", 0);
            var head = await exchange.BlockNumberAsync();
            output.WriteLine($"price in {priced}, liquidated by {head}, {await exchange.NonceAsync(signer.Address) - earlier} transactions");

            var orphaned = (await exchange.OperatorTransactionsAsync(head)).Where(transaction => transaction.Nonce >= earlier).ToArray();

            // Both blocks are replaced; the node forgets our transaction.
            object[] kept = keepsPrice ? [.. Prices(exchange, 93, ownersNonce).Select(price => new object[] { price, 0 })] : [];
            await exchange.Rpc.RequestAsync("anvil_reorg", (int)(head - priced + 1), kept);
            Assert.Equal(earlier, await exchange.NonceAsync(signer.Address));
            var replaced = await exchange.LiquidatableAsync(await exchange.BlockNumberAsync());
            output.WriteLine($"on the other branch {replaced.Count} are under water");
            Assert.Equal(keepsPrice, replaced.Count > 0);
            await exchange.Rpc.RequestAsync("evm_setIntervalMining", 1);
            if (!keepsPrice)
            {
                await exchange.NextBlockAsync(head + 1);
                foreach (var price in Prices(exchange, 93, ownersNonce)) await exchange.Rpc.RequestAsync("eth_sendTransaction", price);
                await exchange.NextBlockAsync(await exchange.BlockNumberAsync());
            }
            await UntilAsync(running, async () => await exchange.NonceAsync(signer.Address) > earlier);
            await exchange.CalmAsync(await exchange.BlockNumberAsync());

            // The chain stands still, so that both mirrors are of one block.
            var last = await exchange.NextBlockAsync(await exchange.BlockNumberAsync());
            last = await exchange.NextBlockAsync(last);
            await exchange.Rpc.RequestAsync("evm_setIntervalMining", 0);
            last = await exchange.BlockNumberAsync();
            await UntilAsync(running, async () => await IsSettledAsync(journal, signer.Address));
            // The very bytes that were lost are in the chain again, and nothing else took their nonces.
            Assert.Subset((await exchange.OperatorTransactionsAsync(last)).ToHashSet(), orphaned.ToHashSet());
            await CompareMirrorsAsync(exchange, client, mirrored);
            await CompareJournalAsync(exchange, journal, last);
        }
        finally
        {
            await stop.CancelAsync();
            await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
        Assert.True(running.IsCanceled, $"{running.Exception}");
    }

    private static KeeperLoop LoopOf(ExchangeChain exchange, IChainClient client, IJournal journal, ISigner signer, Readiness readiness, List<RefPerpsProtocol> mirrored)
    {
        var options = new SubmissionOptions();
        var profile = AnvilNode.Profile with { NativePriceFeed = exchange.Deployment.NativeFeed, NativePriceMaxAge = TimeSpan.FromDays(1) };
        var settings = new SenderSettings(options, profile, exchange.Deployment.Executor, signer.Address, Keeper.Chain.Native.Crypto.Keccak.Hash);
        var skips = new SkipReport(TimeProvider.System, NullLogger<SkipReport>.Instance);
        var sender = new Sender(client, journal, signer, settings, Protocols(new UndoLog()), readiness, skips, TimeProvider.System, NullLogger<Sender>.Instance);
        return new(
            client, new MirrorBuilder(client, Mirrored, NullLogger<MirrorBuilder>.Instance), new MarginCycle(TimeProvider.System), new Planner(new()), sender,
            new GasMarketReader(client, profile, options.FirstTipPercentile), profile, readiness, skips, TimeProvider.System, NullLogger<KeeperLoop>.Instance);

        IReadOnlyList<IProtocol> Mirrored(UndoLog undo)
        {
            var protocols = Protocols(undo);
            mirrored.Add((RefPerpsProtocol)protocols[0]);
            return protocols;
        }

        IReadOnlyList<IProtocol> Protocols(UndoLog undo) => [ProtocolOf(exchange, undo)];
    }

    private static RefPerpsProtocol ProtocolOf(ExchangeChain exchange, UndoLog undo) => new(new ProtocolSettings("refperps", "refperps", exchange.Deployment.Perps, 0, null), undo);

    /// <summary>The round of every feed, as the node takes transactions. After a reorg it would count pending ones that are gone.</summary>
    private static Dictionary<string, object>[] Prices(ExchangeChain exchange, int percent, ulong nonce) =>
    [
        .. exchange.Deployment.Aggregators.Select((aggregator, i) => new Dictionary<string, object>
        {
            ["from"] = exchange.Deployment.Owner.ToString(),
            ["to"] = aggregator.ToString(),
            ["data"] = Hex.Encode(new AbiWriter().Word((Int256)(DemoMarket.All[i].StartPrice / 100 * percent)).ToCall(Signatures.Transmit)),
            ["gas"] = "0x100000",
            ["nonce"] = ((UInt256)(nonce + (ulong)i)).ToString("x", null),
        }),
    ];

    private static async Task<bool> IsSettledAsync(IJournal journal, Address key) => (await Recovery.FoldAsync(journal.ReadAsync(0, default), key, default)).Open.Count == 0;

    private static async Task CompareMirrorsAsync(ExchangeChain exchange, IChainClient client, List<RefPerpsProtocol> mirrored)
    {
        var followed = Assert.Single(mirrored);
        var (mirror, header) = await new MirrorBuilder(client, undo => [ProtocolOf(exchange, undo)], NullLogger<MirrorBuilder>.Instance).BuildAsync(default);
        var fresh = (RefPerpsProtocol)Assert.Single(mirror.Protocols);
        Assert.Equal((int)exchange.Accounts, fresh.AccountCount);
        Assert.Equal(fresh.AccountCount, followed.AccountCount);
        Assert.Equal(fresh.LatestOracleTime, followed.LatestOracleTime);
        Assert.True(fresh.Filter.SameAs(followed.Filter));
        for (var account = 0; account < fresh.AccountCount; account++)
        {
            Assert.Equal(fresh.KeyOf(account), followed.KeyOf(account));
            Assert.Equal(fresh.Health(account, header.Ref.Timestamp), followed.Health(account, header.Ref.Timestamp));
            Assert.Equal(fresh.Evaluate(account, header.Ref.Timestamp), followed.Evaluate(account, header.Ref.Timestamp));
        }
    }

    private static async Task CompareJournalAsync(ExchangeChain exchange, IJournal journal, ulong last)
    {
        var entries = new List<JournalEntry>();
        await foreach (var record in journal.ReadAsync(0, default)) entries.Add(record.Entry);
        var onChain = await exchange.OperatorTransactionsAsync(last);
        Assert.Equal(Enumerable.Range(0, onChain.Count).Select(nonce => (ulong)nonce), onChain.Select(transaction => transaction.Nonce));
        Assert.All(onChain, transaction =>
        {
            Assert.Contains(entries.OfType<JournalEntry.Signed>(), signed => signed.Hash == transaction.Hash && signed.Nonce == transaction.Nonce);
            // The last settlement of each nonce is of what the chain holds now.
            var plans = entries.OfType<JournalEntry.Settled>().Where(settled => entries.OfType<JournalEntry.Signed>().Any(signed => signed.Hash == settled.Hash && signed.Nonce == transaction.Nonce));
            Assert.Equal(transaction.Hash, plans.Last().Hash);
        });
    }

    private static async Task UntilAsync(Task running, Func<Task<bool>> condition)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (running.IsCompleted) await running;
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Patience, "It did not happen in time.");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }
}
