using Keeper.Chain.Native;
using Keeper.Conformance.Chain.Faults;
using Keeper.Core;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Chain.Pending;
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
using Microsoft.Extensions.Logging;

namespace Keeper.Conformance.EndToEnd;

/// <summary>The keeper's real parts in this process: client, mirror, planner, sender, journal in a file.</summary>
internal sealed class InProcessKeeper : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly CancellationTokenSource _stop = new();
    private readonly LogLines _log = new();
    private readonly IChainClient _client;
    private readonly SqliteJournal _journal;
    private readonly LocalSigner _signer;
    private readonly List<IProtocol> _mirrored = [];
    private IPendingPool? _pool;

    private InProcessKeeper(KeeperSetup setup, Place place, SqliteJournal journal)
    {
        (_journal, Running) = (journal, Task.CompletedTask);
        var options = new ChainClientOptions { Profile = setup.Profile, Endpoints = setup.Endpoints, Seed = 1 };
        _client = NodeChainClient.Create(ChainLibraries.Preferred, options, PollyReadRetry.Create, setup.Time, _log);
        _signer = LocalSigner.FromKeystore(Path.Combine(place.Folder, "operator.json"), File.ReadAllText(Path.Combine(place.Folder, "operator.password")));
        Readiness = new Readiness(setup.Time);
    }

    /// <summary>Where the contracts and the key are.</summary>
    /// <param name="Folder">Of the key and its password.</param>
    internal sealed record Place(string Folder, Address Perps, Address Executor, Address NativeFeed);

    public Task Running { get; private set; }
    public Readiness Readiness { get; }

    /// <summary>It has begun, and every component says that it works.</summary>
    public bool IsReady => Sender is not null && Readiness.Report() is { Count: > 1 } report && report.All(entry => entry.Reason is null);

    public Sender? Sender { get; private set; }
    public IChainClient Client => _client;
    public IJournal Journal => _journal;
    public Address Operator => _signer.Address;

    /// <summary>The protocol's state, once for each time the mirror was built.</summary>
    public IReadOnlyList<IProtocol> Mirrored => _mirrored;

    public IReadOnlyCollection<string> Lines => _log.Lines;

    public static async Task<InProcessKeeper> StartAsync(KeeperSetup setup, Place place)
    {
        var journal = await SqliteJournal.OpenAsync(new() { Path = setup.JournalPath }, setup.Time);
        var keeper = new InProcessKeeper(setup, place, journal);
        keeper.Running = Task.Run(() => keeper.Compose(setup, place).RunAsync(keeper._stop.Token));
        return keeper;
    }

    public async Task<IReadOnlyList<JournalEntry>> EntriesAsync()
    {
        var entries = new List<JournalEntry>();
        await foreach (var record in _journal.ReadAsync(0, default)) entries.Add(record.Entry);
        return entries;
    }

    public async Task<IReadOnlyList<T>> EntriesAsync<T>() where T : JournalEntry => [.. (await EntriesAsync()).OfType<T>()];

    /// <summary>Nothing is open.</summary>
    public async Task<bool> IsSettledAsync() => (await Recovery.FoldAsync(_journal.ReadAsync(0, default), Operator, default)).Open.Count == 0;

    /// <summary>Waits without mining, no longer than this keeper runs.</summary>
    public async Task UntilAsync(Func<Task<bool>> condition)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (Running.IsCompleted) await Running;
            if (TimeProvider.System.GetElapsedTime(began) > Patience) Assert.Fail($"It did not happen in time:\n{Tail()}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    public Task UntilReadyAsync() => UntilAsync(() => Task.FromResult(IsReady));

    /// <summary>Last lines of the log, for a test that failed.</summary>
    public string Tail() => string.Join('\n', Lines.TakeLast(60));

    public static RefPerpsProtocol ProtocolOf(Place place, UndoLog undo) => new(new ProtocolSettings("refperps", "refperps", place.Perps, 0, null), undo);

    /// <summary>Ends as a service that is stopped; what it failed with is <see cref="Running"/>'s.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        await _client.DisposeAsync();
        if (_pool is not null) await _pool.DisposeAsync();
        await _journal.DisposeAsync();
        _signer.Dispose();
        _stop.Dispose();
    }

    private KeeperLoop Compose(KeeperSetup setup, Place place)
    {
        var protocol = setup.Protocol ?? (undo => ProtocolOf(place, undo));
        var profile = setup.Profile with { NativePriceFeed = place.NativeFeed, NativePriceMaxAge = TimeSpan.FromDays(1) };
        var (chain, signer) = (setup.AroundChain(_client), setup.AroundSigner(_signer));
        var skips = new SkipReport(setup.Time, _log.CreateLogger<SkipReport>());
        Sender = new Sender(
            chain, setup.AroundJournal(_journal), signer, new SenderSettings(setup.Submission, profile, place.Executor, signer.Address, Keeper.Chain.Native.Crypto.Keccak.Hash) { Breakers = setup.Breakers }, [protocol(new UndoLog())],
            Readiness, skips, setup.Time, _log.CreateLogger<Sender>(), pool: _pool = setup.Pool?.Invoke(_log));
        return new(
            chain, new MirrorBuilder(chain, profile, Mirror, setup.Time, _log.CreateLogger<MirrorBuilder>(), setup.Snapshots),
            new Checkpoints(chain, setup.Snapshots, setup.Checkpoint, setup.Time, _log.CreateLogger<Checkpoints>()), new MarginCycle(setup.Time), new Planner(setup.Planning), Sender,
            new GasMarketReader(chain, profile, setup.Submission.FirstTipPercentile), profile, Readiness, skips, setup.Time, _log.CreateLogger<KeeperLoop>(), setup.Audit, _pool);

        IReadOnlyList<IProtocol> Mirror(UndoLog undo)
        {
            _mirrored.Add(protocol(undo));
            return [_mirrored[^1]];
        }
    }
}
