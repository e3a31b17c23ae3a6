using Keeper.Chain.Native;
using Keeper.Conformance.Chain.Faults;
using Keeper.Conformance.Support;
using Keeper.Core;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Journal;
using Keeper.Core.Margin;
using Keeper.Core.Mirror;
using Keeper.Core.Planning;
using Keeper.Core.Protocol;
using Keeper.Core.Submission;
using Keeper.Core.Telemetry;
using Keeper.Host.Running;
using Keeper.Journal.Sqlite;
using Microsoft.Extensions.Logging;

namespace Keeper.Conformance.EndToEnd;

/// <summary>The keeper's real parts in this process, over a journal in the exchange's folder, with whatever protocol a test has.</summary>
internal sealed class ComposedKeeper : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly CancellationTokenSource _stop = new();
    private readonly LogLines _log = new();
    private readonly IChainClient _client;
    private readonly SqliteJournal _journal;
    private readonly LocalSigner _signer;
    private readonly Readiness _readiness = new(TimeProvider.System);
    private readonly Task _running;

    private ComposedKeeper(ExchangeChain exchange, Func<UndoLog, IProtocol> protocol, PlanningOptions planning, SqliteJournal journal)
    {
        _journal = journal;
        _client = NodeChainClient.Create(
            ChainLibraries.Preferred,
            new ChainClientOptions { Profile = AnvilNode.Profile, Endpoints = [new RpcEndpoint { Name = "anvil", HttpUrl = exchange.HttpUrl, WsUrl = exchange.WsUrl }] },
            PollyReadRetry.Create, TimeProvider.System, _log);
        _signer = LocalSigner.FromKeystore(
            Path.Combine(exchange.Workspace.Folder, "operator.json"), File.ReadAllText(Path.Combine(exchange.Workspace.Folder, "operator.password")));
        var profile = AnvilNode.Profile with { NativePriceFeed = exchange.Deployment.NativeFeed, NativePriceMaxAge = TimeSpan.FromDays(1) };
        var options = new SubmissionOptions();
        var skips = new SkipReport(TimeProvider.System, _log.CreateLogger<SkipReport>());
        Sender = new(
            _client, journal, _signer, new(options, profile, exchange.Deployment.Executor, _signer.Address, Keeper.Chain.Native.Crypto.Keccak.Hash), [protocol(new UndoLog())], _readiness, skips, TimeProvider.System,
            _log.CreateLogger<Sender>());
        var loop = new KeeperLoop(
            _client, new MirrorBuilder(_client, undo => [protocol(undo)], _log.CreateLogger<MirrorBuilder>()), new MarginCycle(TimeProvider.System), new Planner(planning), Sender,
            new GasMarketReader(_client, profile, options.FirstTipPercentile), profile, _readiness, skips, TimeProvider.System, _log.CreateLogger<KeeperLoop>());
        _running = Task.Run(() => loop.RunAsync(_stop.Token));
    }

    public Sender Sender { get; }

    /// <param name="isReady">Wait until it is: that takes a block.</param>
    public static async Task<ComposedKeeper> StartAsync(ExchangeChain exchange, Func<UndoLog, IProtocol> protocol, PlanningOptions? planning = null, string journal = "journal.db", bool isReady = true)
    {
        var keeper = new ComposedKeeper(
            exchange, protocol, planning ?? new(), await SqliteJournal.OpenAsync(new() { Path = Path.Combine(exchange.Workspace.Folder, journal) }, TimeProvider.System));
        if (isReady) await keeper.UntilAsync(() => Task.FromResult(keeper._readiness.IsReady));
        return keeper;
    }

    public async Task<IReadOnlyList<T>> EntriesAsync<T>() where T : JournalEntry
    {
        var entries = new List<T>();
        await foreach (var record in _journal.ReadAsync(0, default))
        {
            if (record.Entry is T entry) entries.Add(entry);
        }
        return entries;
    }

    public IReadOnlyCollection<string> Lines => _log.Lines;

    /// <summary>Last lines of the log, for a test that failed.</summary>
    public string Tail() => string.Join('\n', _log.Lines.TakeLast(60));

    public async Task UntilAsync(Func<Task<bool>> condition)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (_running.IsCompleted) await _running;
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Patience, $"It did not happen in time:\n{Tail()}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        await _client.DisposeAsync();
        await _journal.DisposeAsync();
        _signer.Dispose();
        _stop.Dispose();
    }
}
