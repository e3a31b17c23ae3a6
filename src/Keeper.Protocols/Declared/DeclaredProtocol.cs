using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Mirror;
using Keeper.Core.Mirror.Snapshots;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Protocols.Declared.Terms;
using Keeper.Protocols.Oracles;

namespace Keeper.Protocols.Declared;

/// <summary>A protocol by configuration alone: accounts from its events, verdicts from its own views, calls from templates. See README.md beside this file.</summary>
public sealed class DeclaredProtocol : IProtocol
{
    private readonly DeclaredTerms _terms;
    private readonly DeclaredState _state;
    private readonly Questions _questions;
    private readonly int[] _feeds;
    private readonly int? _rewardFeed;
    private readonly Dictionary<(Address, Hash32), EventTerms> _events;
    private (long Shape, LogFilter All, LogFilter Hints) _filters = (-1, LogFilter.None, LogFilter.None);

    /// <param name="settings">With <see cref="DeclaredOptions"/>.</param>
    /// <param name="undo">Must not have a frame yet: the adapter's tables join it.</param>
    public DeclaredProtocol(ProtocolSettings settings, UndoLog undo)
    {
        Settings = settings;
        _terms = (settings.Options as DeclaredOptions ?? throw new ArgumentException("A declared protocol has options of its own.", nameof(settings))).Terms;
        _state = new(undo);
        _questions = new(_state, _terms);
        _feeds = [.. _terms.Feeds.Select(feed => _state.Oracles.Feeds.Follow(feed.Proxy))];
        _rewardFeed = _terms.Reward.Feed is { } proxy ? _state.Oracles.Feeds.Follow(proxy) : null;
        _events = _terms.Events.ToDictionary(known => (known.Contract, known.Topic));
        // There from the beginning: no log has to tell of them, and no reorg takes them back.
        foreach (var account in settings.Start?.Accounts ?? [])
            if (KeyOfListed(account) is { } key) _state.Touch(key);
        Functions = [.. _terms.Calls.Select(call => new CallableFunction(call.Function.Target, call.Function.Selector, call.Function.Signature.Canonical)).Distinct()];
    }

    public ProtocolSettings Settings { get; }

    public ProtocolFidelity Fidelity => ProtocolFidelity.EventPlusPoll;

    /// <summary>The same instance until a feed's aggregator changes.</summary>
    public LogFilter Filter => Current().All;

    /// <summary>The same instance until a feed's aggregator changes.</summary>
    public LogFilter Hints => Current().Hints;

    public void BeginBlock(BlockRef block) => _state.SetBlock(new(block.Hash, block.Number, 0, 0));

    public void Apply(Log log)
    {
        if (log.TopicCount == 0) return;
        if (_events.TryGetValue((log.Address, log.Topic0), out var known)) _state.Touch(known.Read(log).Account);
        else
        {
            _state.Oracles.Apply(log);
            // A hint is of a block of its own, in which nothing was asked yet.
            if (log.BlockHash != _state.Block.Hash) _state.SetBlock(new(log.BlockHash, log.BlockNumber, 0, 0, IsPriced: true));
            else if (!_state.Block.IsPriced) _state.SetBlock(_state.Block with { IsPriced = true });
        }
    }

    public AccountActivity? ActivityOf(Log log)
    {
        if (log.TopicCount == 0 || !_events.TryGetValue((log.Address, log.Topic0), out var known)) return null;
        try
        {
            var (account, liquidator) = known.Read(log);
            return new(Names.KeyOf(account, _terms.AreAddresses), liquidator);
        }
        catch (AbiException)
        {
            // The mirror refuses the same log, and says so.
            return null;
        }
    }

    public IReadOnlyList<StateRead> MissingReads()
    {
        var reads = new List<StateRead>();
        _state.Oracles.AddMissing(reads);
        return reads;
    }

    public bool CanStartWith(string account) => KeyOfListed(account) is not null;

    public IReadOnlyList<StateRead> PollReads() => _questions.Next();

    /// <summary>What views say of a block before leads to a call that is simulated on the newest one: a candidate, never a wrong send.</summary>
    public bool TakesLateAnswers => true;

    public ulong StateVersion => _terms.StateVersion;

    public ICapturedState Capture() => new DeclaredCapture(_state.Accounts.Capture(), _terms.AccountCount, Settings.Start is not null);

    public void Load(ref SnapshotReader reader) => DeclaredCapture.Load(ref reader, _state, _terms.AreAddresses);

    public bool IsAudited => false;

    /// <summary>None: what decides is the contract's own word, read in the block of the decision.</summary>
    public IReadOnlyList<AuditRead> AuditReads(int account, ulong timestamp) => [];

    public IReadOnlyList<StateRead> RepairReads(int account) => [];

    public int AccountCount => _state.Accounts.Count;

    public string KeyOf(int account) => Names.KeyOf(_state.Accounts.KeyAt(account), _terms.AreAddresses);

    public ulong LatestOracleTime => _state.Oracles.LatestUpdate;

    public IReadOnlyList<FeedStatus> Feeds(ulong timestamp) => [.. _terms.Feeds.Select((feed, i) => StatusOf(feed, _state.Oracles.Feeds[_feeds[i]], timestamp))];

    /// <summary>Something can be done about an account only where that was answered in the very block, and no log has told of it since it was asked; what was answered before says how near it is.</summary>
    public Verdict Evaluate(int account, ulong timestamp)
    {
        ref readonly var row = ref _state.Accounts[account];
        if (row.IsSilent) return new(VerdictKind.PriceUnusable, Int256.Zero, UInt256.Zero);
        if (row.Reading is not { } reading) return new(VerdictKind.Healthy, Int256.Zero, UInt256.Zero);
        return new(reading.IsActionable && !IsFresh(row) ? VerdictKind.Healthy : reading.Kind, reading.Equity, reading.Requirement);
    }

    public IReadOnlyList<LiquidationCall> Plan(int account, ulong timestamp)
    {
        ref readonly var row = ref _state.Accounts[account];
        if (row.Reading is not { IsActionable: true } reading || !IsFresh(row)) return [];
        return RewardPrice.Of(_terms.Reward, _state.Oracles.Feeds, _rewardFeed) is { } token ? CallPlan.Of(_terms, _state.Accounts.KeyAt(account), reading, token) : [];
    }

    public CallFailure Explain(ReadOnlySpan<byte> revertData) => _terms.Errors.Explain(revertData);

    public IReadOnlyList<CallableFunction> Functions { get; }

    public IReadOnlyList<RewardToken> RewardTokens => RewardPrice.Of(_terms.Reward, _state.Oracles.Feeds, _rewardFeed) is { } token ? [token] : [];

    internal DeclaredState State => _state;

    private static FeedStatus StatusOf(FeedText feed, in FeedRow row, ulong timestamp) => new(feed.Name, row.Answer, row.UpdatedAt, feed.MaxAge, new PriceRule(MaxAge: feed.MaxAge).Judge(row, timestamp));

    /// <summary>Null where it is no name that one of its events could have told, or no view could be asked about it.</summary>
    private UInt256? KeyOfListed(string account) => Names.TryParse(account, _terms.AreAddresses) is { } key && _terms.CanAsk(key) ? key : null;

    private bool IsFresh(in AccountRow row) => row.HeardIn == _state.Block.Hash && !row.IsTouched;

    /// <summary>The filters, built anew only when the feeds have changed: every log asks for them.</summary>
    private (long Shape, LogFilter All, LogFilter Hints) Current()
    {
        if (_filters.Shape == _state.Oracles.Shape) return _filters;
        Address[] contracts = [.. _terms.Events.Select(known => known.Contract).Concat(_state.Oracles.Sources()).Distinct()];
        IEnumerable<Hash32> oracles = _terms.Feeds.Count == 0 && _rewardFeed is null ? [] : OracleTopics.All.Select(known => known.Topic);
        Hash32[] topics = [.. _terms.Events.Select(known => known.Topic).Concat(oracles).Distinct()];
        _filters = (_state.Oracles.Shape, new(contracts, topics), _state.Oracles.Hints());
        return _filters;
    }
}
