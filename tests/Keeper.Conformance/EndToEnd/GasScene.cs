using System.Text.Json;
using Keeper.Chain.Native;
using Keeper.Chain.Native.Crypto;
using Keeper.Conformance.Support;
using Keeper.Core;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Journal;
using Keeper.Core.Margin;
using Keeper.Core.Mirror;
using Keeper.Core.Planning;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Core.Submission;
using Keeper.Core.Telemetry;
using Keeper.Host.Running;
using Keeper.Journal.Sqlite;
using Keeper.Protocols.RefPerps;
using Microsoft.Extensions.Logging.Abstractions;

namespace Keeper.Conformance.EndToEnd;

/// <summary>A keeper's loop on a real chain on which blocks come only when the test says so, at the base fee that it says.</summary>
internal sealed class GasScene : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _stop = new();
    private readonly SqliteJournal _journal;
    private readonly LocalSigner _signer;
    private readonly Task _running;
    private readonly Readiness _readiness = new(TimeProvider.System);

    private GasScene(ExchangeChain exchange, SqliteJournal journal, LocalSigner signer, SubmissionOptions options)
    {
        (Exchange, _journal, _signer) = (exchange, journal, signer);
        var client = NodeChainClient.Create(
            ChainLibraries.Preferred,
            new ChainClientOptions { Profile = AnvilNode.Profile, Endpoints = [new RpcEndpoint { Name = "anvil", HttpUrl = exchange.HttpUrl, WsUrl = exchange.WsUrl }] },
            PollyReadRetry.Create, TimeProvider.System, NullLoggerFactory.Instance);
        Chain = new(client, signer.Address);
        _running = LoopOf(options).RunAsync(_stop.Token);
    }

    public ExchangeChain Exchange { get; }
    public BlindableChain Chain { get; }
    public Address Key => _signer.Address;

    /// <summary>Everything is healthy, the keeper is ready, and blocks no longer come by themselves.</summary>
    public static async Task<GasScene> StartAsync(SubmissionOptions options)
    {
        var exchange = await ExchangeChain.StartAsync(accounts: 40, seed: 5);
        var journal = await SqliteJournal.OpenAsync(new() { Path = exchange.JournalPath }, TimeProvider.System);
        var signer = LocalSigner.FromKeystore(
            Path.Combine(exchange.Workspace.Folder, "operator.json"), File.ReadAllText(Path.Combine(exchange.Workspace.Folder, "operator.password")));
        var scene = new GasScene(exchange, journal, signer, options);
        await scene.UntilAsync(() => Task.FromResult(scene._readiness.IsReady));
        await exchange.CalmAsync(await exchange.BlockNumberAsync());
        await scene.UntilAsync(async () => (await scene.OpenAsync()).Count == 0);
        await exchange.Rpc.RequestAsync("evm_setIntervalMining", 0);
        return scene;
    }

    /// <summary>A price in a block of its own; returns when the keeper's answer to it waits in the pool.</summary>
    /// <returns>The open plans, by nonce.</returns>
    public async Task<IReadOnlyList<OpenPlan>> PriceAsync(int percent)
    {
        await Exchange.TransmitAsync(percent);
        await MineAsync();
        await UntilAsync(async () => (await OpenAsync()) is { Count: > 0 } open && (await PoolAsync()).Count >= open.Count);
        return await OpenAsync();
    }

    /// <param name="baseFee">Null leaves it to the chain.</param>
    public async Task MineAsync(Wei? baseFee = null)
    {
        if (baseFee is { } fee) await Exchange.Rpc.RequestAsync("anvil_setNextBlockBaseFeePerGas", fee.Value.ToString("x", null));
        await Exchange.Rpc.RequestAsync("evm_mine");
    }

    /// <summary>Takes the key's transactions out of the pool.</summary>
    public async Task DropAsync()
    {
        foreach (var hash in await PoolAsync()) await Exchange.Rpc.RequestAsync("anvil_dropTransaction", hash.ToString());
    }

    /// <summary>The key's transactions in the pool.</summary>
    public async Task<IReadOnlyList<Hash32>> PoolAsync()
    {
        var content = await Exchange.Rpc.RequestAsync("txpool_content");
        return
        [
            .. content.EnumerateObject().SelectMany(part => part.Value.EnumerateObject())
                .Where(sender => Address.Parse(sender.Name) == Key)
                .SelectMany(sender => sender.Value.EnumerateObject())
                .Select(transaction => Hash32.Parse(transaction.Value.GetProperty("hash").GetString()!)),
        ];
    }

    public Task<JsonElement> ReceiptAsync(Hash32 hash) => Exchange.Rpc.RequestAsync("eth_getTransactionReceipt", hash.ToString());

    public async Task<IReadOnlyList<JournalEntry>> EntriesAsync()
    {
        var entries = new List<JournalEntry>();
        await foreach (var record in _journal.ReadAsync(0, default)) entries.Add(record.Entry);
        return entries;
    }

    public async Task<IReadOnlyList<OpenPlan>> OpenAsync() => (await Recovery.FoldAsync(_journal.ReadAsync(0, default), Key, default)).Open;

    /// <summary>Every attempt for this nonce, in order.</summary>
    public async Task<IReadOnlyList<JournalEntry.Signed>> AttemptsAsync(ulong nonce) =>
        [.. (await EntriesAsync()).OfType<JournalEntry.Signed>().Where(signed => signed.Nonce == nonce).DistinctBy(signed => signed.Hash)];

    public async Task UntilAsync(Func<Task<bool>> condition)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (_running.IsCompleted) await _running;
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Patience, "It did not happen in time.");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        _stop.Dispose();
        await _journal.DisposeAsync();
        await Chain.DisposeAsync();
        _signer.Dispose();
        await Exchange.DisposeAsync();
    }

    private KeeperLoop LoopOf(SubmissionOptions options)
    {
        var profile = AnvilNode.Profile with { NativePriceFeed = Exchange.Deployment.NativeFeed, NativePriceMaxAge = TimeSpan.FromDays(1) };
        var settings = new SenderSettings(options, profile, Exchange.Deployment.Executor, Key, Keccak.Hash);
        var skips = new SkipReport(TimeProvider.System, NullLogger<SkipReport>.Instance);
        var sender = new Sender(Chain, _journal, _signer, settings, Protocols(new UndoLog()), _readiness, skips, TimeProvider.System, NullLogger<Sender>.Instance);
        return new(
            Chain, new MirrorBuilder(Chain, Protocols, NullLogger<MirrorBuilder>.Instance), new MarginCycle(TimeProvider.System), new Planner(new()), sender,
            new GasMarketReader(Chain, profile, options.FirstTipPercentile), profile, _readiness, skips, TimeProvider.System, NullLogger<KeeperLoop>.Instance);
    }

    private IReadOnlyList<IProtocol> Protocols(UndoLog undo) =>
        [new RefPerpsProtocol(new ProtocolSettings("refperps", "refperps", Exchange.Deployment.Perps, 0, null), undo)];
}
