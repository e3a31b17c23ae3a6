using Keeper.Core.Chain;
using Keeper.Core.Chain.Pending;
using Keeper.Core.Mirror;
using Keeper.Core.Mirror.Snapshots;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Protocols.Oracles;

namespace Keeper.Protocols.RefPerps;

/// <summary>One deployment of RefPerps. The contract's state by its events, its verdicts in its own integers: see README.md beside this file.</summary>
public sealed class RefPerpsProtocol : IProtocol
{
    private readonly RefPerpsState _state;
    private readonly Ingest _ingest;
    private readonly Margin _margin;
    private readonly QuoteToken _quoteToken;
    private readonly LiquidationPlan _plan;
    private readonly ContractAudit _audit;
    private readonly Beginning? _beginning;
    private Filters _filters = new(-1, LogFilter.None, LogFilter.None);

    /// <param name="undo">Must not have a frame yet: the adapter's tables join it.</param>
    public RefPerpsProtocol(ProtocolSettings settings, UndoLog undo)
    {
        Settings = settings;
        Functions = [.. Calls.Liquidating.Select(function => new CallableFunction(settings.Address, function.Selector, function.Signature))];
        _state = new(undo);
        _ingest = new(_state, settings.Address);
        _margin = new(_state);
        _quoteToken = new(_state, settings.Address);
        _plan = new(_state, _margin, _quoteToken, settings.Address);
        _audit = new(_state, _ingest, _margin, settings.Address);
        if (settings.Start is { } start) _ingest.Beginning = _beginning = new(_state, _ingest, _audit, settings.Address, start, undo);
    }

    public ProtocolSettings Settings { get; }

    /// <summary>The same instance until a feed's aggregator changes.</summary>
    public LogFilter Filter => Current().All;

    /// <summary>The same instance until a feed's aggregator changes.</summary>
    public LogFilter Hints => Current().Hints;

    /// <exception cref="MirrorException">The log names an account or a market that no log before it told of.</exception>
    /// <inheritdoc/>
    public void Apply(Log log) => _ingest.Apply(log);

    public Log? UpdateOf(PendingTransaction transaction, ulong timestamp) =>
        Transmissions.Read(transaction) is var (aggregator, answer) ? _state.Oracles.Feeds.NextRound(aggregator, answer, timestamp) : null;

    public AccountActivity? ActivityOf(Log log) => log.Address == Settings.Address ? Activity.Of(log) : null;

    public IReadOnlyList<StateRead> MissingReads()
    {
        var reads = new List<StateRead>();
        _beginning?.AddMissing(reads);
        _quoteToken.AddMissing(reads);
        _state.Oracles.AddMissing(reads);
        return reads;
    }

    public IReadOnlyList<StateRead> PollReads()
    {
        var reads = new List<StateRead>();
        _state.Oracles.AddPolls(reads);
        _quoteToken.AddPolls(reads);
        return reads;
    }

    public ulong StateVersion => SavedState.Version;

    public bool CanStartWith(string account) => Activity.TryParse(account) is not null;

    public ICapturedState Capture() => _state.Capture(Settings.Address) with { Beginning = _beginning?.Capture() };

    /// <inheritdoc/>
    public void Load(ref SnapshotReader reader) => SavedState.Read(ref reader, _state, _beginning);

    public IReadOnlyList<AuditRead> AuditReads(int account, ulong timestamp) => _audit.Of(account, timestamp);

    public IReadOnlyList<StateRead> RepairReads(int account) => _audit.Repair(account);

    public int AccountCount => _state.Accounts.Count;

    public string KeyOf(int account) => Activity.KeyOf(_state.Accounts.KeyAt(account));

    public IReadOnlyList<FeedStatus> Feeds(ulong timestamp) => FeedStatuses.Of(_state, timestamp);

    public ulong LatestOracleTime => _state.Oracles.LatestUpdate;

    public Verdict Evaluate(int account, ulong timestamp) => _margin.Evaluate(account, timestamp);

    /// <summary>What <c>accountHealth</c> would return in a block with this timestamp; null where it would revert for a price.</summary>
    public AccountHealth? Health(int account, ulong timestamp) => _margin.Health(account, timestamp);

    /// <exception cref="InvalidOperationException">The quote token was not read yet.</exception>
    /// <inheritdoc/>
    public IReadOnlyList<LiquidationCall> Plan(int account, ulong timestamp) =>
        _state.Globals.QuoteToken.IsZero ? [] : _plan.Of(account, timestamp);

    public CallFailure Explain(ReadOnlySpan<byte> revertData) => Errors.Explain(revertData);

    public IReadOnlyList<CallableFunction> Functions { get; }

    public IReadOnlyList<RewardToken> RewardTokens =>
        _state.Globals.QuoteToken.IsZero ? [] : [_quoteToken.AsReward];

    internal RefPerpsState State => _state;
    internal Margin Margin => _margin;

    /// <summary>The filters, built anew only when the feeds have changed: every log asks for them.</summary>
    private Filters Current()
    {
        if (_filters.Shape != _state.Oracles.Shape)
        {
            _filters = new(
                _state.Oracles.Shape,
                new([Settings.Address, .. _state.Oracles.Sources()], Topics.All.Concat(OracleTopics.All).Select(known => known.Topic).ToArray()),
                _state.Oracles.Hints());
        }
        return _filters;
    }

    private sealed record Filters(long Shape, LogFilter All, LogFilter Hints);
}
