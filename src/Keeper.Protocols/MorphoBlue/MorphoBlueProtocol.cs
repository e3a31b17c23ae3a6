using Keeper.Core.Chain;
using Keeper.Core.Chain.Pending;
using Keeper.Core.Mirror;
using Keeper.Core.Mirror.Snapshots;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Protocols.Capital;
using Keeper.Protocols.Oracles;

namespace Keeper.Protocols.MorphoBlue;

/// <summary>Markets of one deployment of Morpho Blue. An account is a borrower in a market. See README.md beside this file.</summary>
public sealed class MorphoBlueProtocol : IProtocol
{
    private readonly MorphoState _state;
    private readonly Ingest _ingest;
    private readonly LoanTokens _tokens;
    private readonly OraclePrices _prices;
    private readonly MarketReads _reads;
    private readonly Health _health;
    private readonly LiquidationPlan _plan;
    private readonly ContractAudit _audit;
    private readonly CapitalExposure _exposure;
    private readonly PollTurn _turn;
    private readonly HashSet<Hash32> _markets;
    private readonly HashSet<Hash32> _topics = [.. Topics.All.Select(known => known.Topic)];
    private readonly HashSet<Hash32> _oracleTopics = [.. OracleTopics.All.Select(known => known.Topic)];
    private Filters _filters = new(-1, -1, LogFilter.None, LogFilter.None);

    /// <param name="settings">With <see cref="MorphoBlueOptions"/>.</param>
    /// <param name="undo">Must not have a frame yet: the adapter's tables join it.</param>
    /// <param name="hash">A market's id is the hash of its parameters.</param>
    /// <exception cref="ArgumentException">The settings are another adapter's.</exception>
    public MorphoBlueProtocol(ProtocolSettings settings, UndoLog undo, Keccak256 hash)
    {
        var options = settings.Options as MorphoBlueOptions ?? throw new ArgumentException("The settings have no markets.", nameof(settings));
        Settings = settings;
        _exposure = new(options.Capital);
        Functions = [CapitalCalls.MorphoFunction(options.Capital.Liquidator, settings.Address)];
        StateVersion = SavedState.VersionOf(options.Markets, hash);
        _markets = [.. options.Markets];
        _state = new(undo, options.Markets);
        _ingest = new(_state, settings.Address, hash);
        _tokens = new(options.LoanTokens, undo);
        _turn = new(_state.Oracles);
        _prices = new(_state, undo);
        _reads = new(_state, _ingest, _tokens, settings.Address);
        _health = new(_state, _prices);
        _plan = new(_state, _health, _prices, _tokens, options.Capital, settings.Address);
        _audit = new(_state, _reads, _prices, settings.Address);
    }

    public ProtocolSettings Settings { get; }

    /// <summary>While an oracle is known by asking alone, what it says decides.</summary>
    public ProtocolFidelity Fidelity => _prices.AnyIsAsked ? ProtocolFidelity.EventPlusPoll : ProtocolFidelity.EventExact;

    /// <summary>The same instance until a rate model or a feed's aggregator becomes known or changes.</summary>
    public LogFilter Filter => Current().All;

    /// <summary>The same instance until a feed's aggregator changes.</summary>
    public LogFilter Hints => Current().Hints;

    public void BeginBlock(BlockRef block)
    {
        (_state.Now, _state.Block) = (block.Timestamp, block.Number);
        _state.Oracles.Begin(block);
        _prices.Age();
        _turn.Begin();
    }

    public void Apply(Log log) => _ingest.Apply(log);

    public Log? UpdateOf(PendingTransaction transaction, ulong timestamp) =>
        Transmissions.Read(transaction) is var (aggregator, answer) ? _state.Oracles.Feeds.NextRound(aggregator, answer, timestamp) : null;

    public AccountActivity? ActivityOf(Log log) => log.Address == Settings.Address ? Activity.Of(log) : null;

    public IReadOnlyList<StateRead> MissingReads()
    {
        var reads = new List<StateRead>();
        _tokens.AddMissing(reads);
        _reads.AddMissing(reads);
        _state.Oracles.AddMissing(reads);
        _prices.AddMissing(reads);
        return reads;
    }

    /// <summary>Exchange rates stand before the prices that are made of them. Where polls decide, once for each block and each of its hints: an answer leads to no further question.</summary>
    public IReadOnlyList<StateRead> PollReads()
    {
        if (!_turn.Take() && Fidelity == ProtocolFidelity.EventPlusPoll) return [];
        var reads = new List<StateRead>();
        _state.Oracles.AddPolls(reads);
        _prices.AddPolls(reads);
        _reads.AddPolls(reads);
        _tokens.AddPolls(reads);
        _exposure.AddPolls(reads);
        return reads;
    }

    /// <summary>What logs tell is exact whatever the age of prices, which know theirs.</summary>
    public bool TakesLateAnswers => true;

    public ulong StateVersion { get; }

    public ICapturedState Capture() => new CapturedState(_state.Markets.Capture(), _state.Positions.Capture(), Settings.Address);

    /// <inheritdoc/>
    public void Load(ref SnapshotReader reader) => SavedState.Read(ref reader, _state);

    public IReadOnlyList<AuditRead> AuditReads(int account, ulong timestamp) => _audit.Of(account, timestamp);

    public IReadOnlyList<StateRead> RepairReads(int account) => _audit.Repair(account);

    public int AccountCount => _state.Positions.Count;

    /// <summary>The market's id and the borrower.</summary>
    public string KeyOf(int account) => _state.Positions.KeyAt(account) is var (market, borrower) ? Activity.KeyOf(_state.Markets.KeyAt(market), borrower) : "";

    public ulong LatestOracleTime => _state.Oracles.LatestUpdate;

    /// <summary>Each market's price, and those of the loan tokens in dollars.</summary>
    public IReadOnlyList<FeedStatus> Feeds(ulong timestamp)
    {
        var statuses = new List<FeedStatus>();
        for (var market = 0; market < _state.Markets.Count; market++)
        {
            if (_state.Markets[market].Params is null) continue;
            var fault = _prices.Of(market, timestamp, out var price);
            statuses.Add(new($"market_{_state.Markets.KeyAt(market).ToString()[..10]}", price.BitLength < 256 ? (Int256)price : Int256.MaxValue, _prices.AskedAt(market), null, fault));
        }
        return [.. statuses, .. _tokens.Feeds()];
    }

    public Verdict Evaluate(int account, ulong timestamp) => _health.Evaluate(account, timestamp);

    public IReadOnlyList<LiquidationCall> Plan(int account, ulong timestamp) => _plan.Of(account, timestamp);

    public IReadOnlyList<LiquidationCall> PlanAfter(int account, ulong timestamp, int refused) => _plan.Of(account, timestamp, refused);

    public CallFailure Explain(ReadOnlySpan<byte> revertData) => Errors.Explain(revertData);

    public IReadOnlyList<CallableFunction> Functions { get; }

    /// <summary>What the markets lend.</summary>
    public IReadOnlyList<RewardToken> RewardTokens => _tokens.All;

    internal MorphoState State => _state;
    internal OraclePrices Prices => _prices;
    internal Health Health => _health;
    internal LiquidationPlan Planning => _plan;

    /// <summary>The filters, built anew only when what they name has changed: every log asks for them.</summary>
    private Filters Current()
    {
        if (_filters.Markets != _state.Shape || _filters.Oracles != _state.Oracles.Shape)
        {
            _filters = new(
                _state.Shape, _state.Oracles.Shape,
                // Every log of Morpho and of a rate model that is looked at names its market in its second topic: those of thousands of other markets are not asked for.
                new(
                    new LogQuery(_state.Oracles.Sources().ToHashSet(), _oracleTopics),
                    new LogQuery(new[] { Settings.Address }.Concat(_state.RateModels()).ToHashSet(), _topics, _markets)),
                _state.Oracles.Hints());
        }
        return _filters;
    }

    private sealed record Filters(long Markets, long Oracles, LogFilter All, LogFilter Hints);
}
