using Keeper.Core.Chain;
using Keeper.Core.Chain.Pending;
using Keeper.Core.Mirror;
using Keeper.Core.Mirror.Snapshots;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Protocols.Capital;
using Keeper.Protocols.Oracles;

namespace Keeper.Protocols.AaveV3;

/// <summary>One Aave v3 pool, or a fork of one of the versions that are known. See README.md beside this file.</summary>
public sealed class AaveV3Protocol : IProtocol
{
    private readonly AaveState _state;
    private readonly Ingest _ingest;
    private readonly AavePrices _prices;
    private readonly Health _health;
    private readonly RewardAssets _rewards;
    private readonly LiquidationPlan _plan;
    private readonly ContractReads _reads;
    private readonly ContractAudit _audit;
    private readonly CapitalExposure _exposure;
    private Filters? _filters;
    private readonly PollTurn _turn;

    /// <param name="settings">With <see cref="AaveV3Options"/>.</param>
    /// <param name="undo">Must not have a frame yet: the adapter's tables join it.</param>
    public AaveV3Protocol(ProtocolSettings settings, UndoLog undo)
    {
        Settings = settings;
        var options = settings.Options as AaveV3Options ?? throw new ArgumentException("An Aave v3 pool needs its options.", nameof(settings));
        _exposure = new(options.Capital);
        Functions = [CapitalCalls.AaveFunction(options.Capital.Liquidator, settings.Address)];
        _state = new(undo);
        _ingest = new(_state, settings.Address);
        _turn = new(_state.Oracles);
        _prices = new(_state);
        _health = new(_state, _prices);
        _rewards = new(_state, _prices, options.Capital);
        _plan = new(_state, _health, _prices, _rewards, options.Capital, settings.Address);
        _reads = new(_state, _prices, settings.Address);
        _audit = new(_state, _health, _prices, settings.Address);
    }

    public ProtocolSettings Settings { get; }

    /// <summary>While a price or a sentinel is known by asking alone, what it says decides.</summary>
    public ProtocolFidelity Fidelity => _prices.AnyIsAsked ? ProtocolFidelity.EventPlusPoll : ProtocolFidelity.EventExact;

    /// <summary>The same instance until a reserve is listed or a feed's aggregator changes.</summary>
    public LogFilter Filter => Current().All;

    /// <summary>As <see cref="Filter"/>.</summary>
    public LogFilter Hints => Current().Hints;

    public IReadOnlyList<StateRead> SourceReads() => _reads.Sources();

    public void BeginBlock(BlockRef block)
    {
        _ingest.Timestamp = block.Timestamp;
        _state.Oracles.Begin(block);
        _turn.Begin();
    }

    /// <exception cref="MirrorException">The log names an asset that none listed, or more assets than there are bits for.</exception>
    /// <inheritdoc/>
    public void Apply(Log log) => _ingest.Apply(log);

    public Log? UpdateOf(PendingTransaction transaction, ulong timestamp) =>
        Transmissions.Read(transaction) is var (aggregator, answer) ? _state.Oracles.Feeds.NextRound(aggregator, answer, timestamp) : null;

    public AccountActivity? ActivityOf(Log log) => Activity.Of(log, Settings.Address);

    public IReadOnlyList<StateRead> MissingReads()
    {
        var reads = new List<StateRead>();
        _reads.AddMissing(reads);
        return reads;
    }

    /// <summary>Where polls decide, once for each block and each of its hints, and once more where an answer has changed something.</summary>
    public IReadOnlyList<StateRead> PollReads()
    {
        if (!_turn.Take() && Fidelity == ProtocolFidelity.EventPlusPoll) return [];
        var reads = new List<StateRead>();
        _state.Oracles.AddPolls(reads);
        _exposure.AddPolls(reads);
        return reads;
    }

    /// <summary>What logs tell is exact whatever the age of prices, which know theirs.</summary>
    public bool TakesLateAnswers => true;

    public ulong StateVersion => SavedState.Version;

    public ICapturedState Capture() =>
        new CapturedState(_state.Users.Capture(), _state.Balances.Capture(), _state.Reserves.Capture(), _state.Categories.Capture(), _state.Globals.Unread);

    /// <inheritdoc/>
    public void Load(ref SnapshotReader reader) => SavedState.Read(ref reader, _state);

    public IReadOnlyList<AuditRead> AuditReads(int account, ulong timestamp) => _audit.Of(account, timestamp);

    public IReadOnlyList<StateRead> RepairReads(int account) => _reads.Repair(account);

    public int AccountCount => _state.Users.Count;

    public string KeyOf(int account) => Activity.KeyOf(_state.Users.KeyAt(account));

    public IReadOnlyList<FeedStatus> Feeds(ulong timestamp) => FeedStatuses.Of(_state, _prices);

    public ulong LatestOracleTime => _state.Oracles.LatestUpdate;

    public Verdict Evaluate(int account, ulong timestamp) => _health.Evaluate(account, timestamp);

    /// <summary>What <c>getUserAccountData</c> would return in a block with this timestamp; null where it would revert for a price.</summary>
    public AccountData? Account(int account, ulong timestamp) => _health.Of(account, timestamp);

    public IReadOnlyList<LiquidationCall> Plan(int account, ulong timestamp) => _plan.Of(account, timestamp);

    public IReadOnlyList<LiquidationCall> PlanAfter(int account, ulong timestamp, int refused) => _plan.Of(account, timestamp, refused);

    public CallFailure Explain(ReadOnlySpan<byte> revertData) => CapitalCalls.Explain(revertData) ?? Errors.Explain(revertData);

    public IReadOnlyList<CallableFunction> Functions { get; }

    public IReadOnlyList<RewardToken> RewardTokens => _rewards.All;

    internal AaveState State => _state;
    internal Health Health => _health;
    internal LiquidationPlan Plans => _plan;

    /// <summary>The filters, built anew only when reserves or feeds have changed: every log asks for them.</summary>
    private Filters Current()
    {
        if (_filters is null || _filters.Shape != _state.Shape)
        {
            ref readonly var globals = ref _state.Globals;
            var addresses = new List<Address> { Settings.Address, globals.Provider, globals.Configurator, globals.Oracle };
            for (var reserve = 0; reserve < _state.Reserves.Count; reserve++)
                addresses.AddRange([_state.Reserves[reserve].AToken, _state.Reserves[reserve].DebtToken, _state.Reserves[reserve].StableToken]);
            addresses.AddRange(_state.Oracles.Sources());
            _filters = new(
                _state.Shape,
                new(addresses.Where(address => !address.IsZero).ToHashSet(), Topics.All.Concat(OracleTopics.All).Select(known => known.Topic).ToHashSet()),
                _state.Oracles.Hints());
        }
        return _filters;
    }

    private sealed record Filters((long, long) Shape, LogFilter All, LogFilter Hints);
}
