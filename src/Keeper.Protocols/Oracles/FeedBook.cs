using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Mirror;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;

namespace Keeper.Protocols.Oracles;

/// <summary>
/// Feeds behind proxies: which aggregator speaks for each, and the latest round as the proxy would return it. A round comes from the aggregator's log where
/// that is certain to be the whole truth; whatever else happens (a rotation, a round out of order or told twice) makes it unknown until the proxy was read at the mirror's block.
/// </summary>
internal sealed class FeedBook(UndoLog undo, OracleRevisions revisions)
{
    private readonly Table<Address, FeedRow> _feeds = new(undo);

    public int Count => _feeds.Count;
    public ref readonly FeedRow this[int feed] => ref _feeds[feed];
    public Address ProxyOf(int feed) => _feeds.KeyAt(feed);

    /// <summary>The newest update among those whose logs are believed at once.</summary>
    public ulong LatestUpdate
    {
        get
        {
            ulong latest = 0;
            foreach (var feed in InUse()) if (!_feeds[feed].IsAsked) latest = Math.Max(latest, _feeds[feed].UpdatedAt);
            return latest;
        }
    }

    /// <summary>The log that tells the aggregator's next round, with this answer: what <see cref="Apply(Log)"/> believes at once.</summary>
    /// <returns>Null where the aggregator speaks for no feed whose logs are believed at once, or its latest round is not known.</returns>
    public Log? NextRound(Address aggregator, Int256 answer, ulong updatedAt)
    {
        foreach (var feed in SpokenForBy(aggregator))
        {
            if (_feeds[feed] is not { IsAsked: false, RoundKnown: true, Round: var round }) continue;
            var next = new Hash32((round & ulong.MaxValue) + UInt256.One);
            return new(aggregator, TopicCount: 3, OracleTopics.AnswerUpdated, new(answer.Bits), next, default, new AbiWriter().Word((UInt256)updatedAt).ToArray(), 0, default, default, 0);
        }
        return null;
    }

    /// <summary>Begins to follow a feed, or goes on. One that was left in between has to be read: its logs were not wanted.</summary>
    /// <param name="isStatus">It tells a sequencer's uptime.</param>
    /// <returns>Its row.</returns>
    public int Follow(Address proxy, bool isStatus = false)
    {
        if (!_feeds.TryFind(proxy, out var feed)) feed = _feeds.Put(proxy, default);
        else if (_feeds[feed].InUse && (_feeds[feed].Source == RoundSource.Status || !isStatus)) return feed;
        Set(feed, new() { InUse = true, Source = isStatus ? RoundSource.Status : RoundSource.Untold });
        return feed;
    }

    /// <summary>Nothing depends on the feed any more.</summary>
    public void Leave(int feed)
    {
        if (_feeds[feed].InUse) Set(feed, _feeds[feed] with { InUse = false });
    }

    /// <summary>Proxies and aggregators whose logs are wanted.</summary>
    public void AddSources(List<Address> addresses)
    {
        foreach (var feed in InUse())
        {
            Add(addresses, _feeds.KeyAt(feed));
            Add(addresses, _feeds[feed].Aggregator);
        }
    }

    /// <summary>Aggregators whose logs are prices at once.</summary>
    public void AddHints(List<Address> addresses)
    {
        foreach (var feed in InUse()) if (!_feeds[feed].IsAsked) Add(addresses, _feeds[feed].Aggregator);
    }

    public void Apply(Log log)
    {
        if (log.Topic0 == OracleTopics.AnswerUpdated)
        {
            var e = AnswerUpdated.Decode(log);
            foreach (var feed in SpokenForBy(log.Address)) Apply(feed, e);
        }
        else if (log.Topic0 == OracleTopics.AggregatorConfirmed)
        {
            if (_feeds.TryFind(log.Address, out var feed) && _feeds[feed].InUse) Rotated(feed);
        }
        else if (log.Topic0 == OracleTopics.RoundUpdated)
        {
            foreach (var feed in SpokenForBy(log.Address)) Unknown(feed, _feeds[feed].Source);
        }
        else
        {
            // Only a DualAggregator says such things, whatever it called itself.
            foreach (var feed in SpokenForBy(log.Address)) Unknown(feed, _feeds[feed].Source == RoundSource.Status ? RoundSource.Status : RoundSource.Delayed);
        }
    }

    public void AddMissing(List<StateRead> reads)
    {
        foreach (var feed in InUse())
        {
            var proxy = _feeds.KeyAt(feed);
            if (_feeds[feed].Aggregator.IsZero) reads.Add(new StateRead($"aggregator of feed {proxy}", OracleCalls.Aggregator(proxy), answer => ApplyAggregator(proxy, answer)).OrUnknown());
            if (!_feeds[feed].RoundKnown) reads.Add(ReadRound(proxy));
        }
    }

    /// <summary>
    /// The latest round of every feed, again. One that is not known is about to be read together with its aggregator, at the next block: known from now on, it would miss what a new
    /// aggregator tells in between.
    /// </summary>
    public void AddRounds(List<StateRead> reads) => reads.AddRange(InUse().Where(feed => _feeds[feed].RoundKnown).Select(feed => ReadRound(_feeds.KeyAt(feed))));

    /// <summary>What was polled is of an earlier block: where it differs, it only says that the proxy must be read.</summary>
    public void AddPolls(List<StateRead> reads)
    {
        foreach (var feed in InUse())
        {
            var proxy = _feeds.KeyAt(feed);
            var row = _feeds[feed];
            reads.Add(new($"aggregator of feed {proxy}", OracleCalls.Aggregator(proxy), answer => CompareAggregator(proxy, answer)));
            if (row.IsAsked) reads.Add(new($"latest round of feed {proxy}", OracleCalls.LatestRoundData(proxy), answer => CompareRound(proxy, answer)));
            if (row.Source == RoundSource.Untold && !row.Aggregator.IsZero)
            {
                reads.Add(new(
                    $"type of the aggregator of feed {proxy}", OracleCalls.TypeAndVersion(row.Aggregator),
                    answer => ApplyType(proxy, row.Aggregator, AggregatorType.IsDual(answer)), () => ApplyType(proxy, row.Aggregator, isDual: false)));
            }
        }
    }

    private StateRead ReadRound(Address proxy) => new StateRead($"latest round of feed {proxy}", OracleCalls.LatestRoundData(proxy), answer => ApplyRound(proxy, answer)).OrUnknown();

    private void Apply(int feed, AnswerUpdated e)
    {
        var row = _feeds[feed];
        if (!row.RoundKnown) return; // it is about to be read, this log included
        var (phase, round) = (row.Round >> 64 << 64, row.Round & ulong.MaxValue);
        var updatedAt = Saturate(e.UpdatedAt);
        if (!row.IsAsked && e.Round == round && e.Answer == row.Answer && updatedAt == row.UpdatedAt) return;
        // Aggregators count their rounds one by one. What does not follow is read, so that no rule of one of them has to be known here.
        if (row.IsAsked || e.Round != round + UInt256.One || !e.Round.FitsUInt64) Unknown(feed, row.Source);
        else Set(feed, row with { Round = phase | e.Round, Answer = e.Answer, UpdatedAt = updatedAt });
    }

    private void Rotated(int feed)
    {
        var row = _feeds[feed];
        Set(feed, row with { Aggregator = default, RoundKnown = false, Source = row.Source == RoundSource.Status ? RoundSource.Status : RoundSource.Untold });
    }

    private void Unknown(int feed, RoundSource source)
    {
        var row = _feeds[feed];
        if (row.RoundKnown || row.Source != source) Set(feed, row with { RoundKnown = false, Source = source });
    }

    private void ApplyAggregator(Address proxy, ReadOnlyMemory<byte> answer)
    {
        var aggregator = OpenAggregator(proxy, answer);
        if (Find(proxy) is { } feed && _feeds[feed].Aggregator.IsZero) Set(feed, _feeds[feed] with { Aggregator = aggregator });
    }

    private void CompareAggregator(Address proxy, ReadOnlyMemory<byte> answer)
    {
        var aggregator = OpenAggregator(proxy, answer);
        if (Find(proxy) is { } feed && !_feeds[feed].Aggregator.IsZero && _feeds[feed].Aggregator != aggregator) Rotated(feed);
    }

    private void ApplyRound(Address proxy, ReadOnlyMemory<byte> answer)
    {
        var round = Round.Open(answer);
        if (Find(proxy) is { } feed)
        {
            Set(feed, _feeds[feed] with
            {
                RoundKnown = true, Round = round.Id, Answer = round.Answer, StartedAt = Saturate(round.StartedAt), UpdatedAt = Saturate(round.UpdatedAt),
            });
        }
    }

    private void CompareRound(Address proxy, ReadOnlyMemory<byte> answer)
    {
        var round = Round.Open(answer);
        if (Find(proxy) is not { } feed) return;
        var row = _feeds[feed];
        if (row.Round != round.Id || row.Answer != round.Answer || row.StartedAt != Saturate(round.StartedAt) || row.UpdatedAt != Saturate(round.UpdatedAt)) Unknown(feed, row.Source);
    }

    private void ApplyType(Address proxy, Address aggregator, bool isDual)
    {
        if (Find(proxy) is not { } feed || _feeds[feed].Aggregator != aggregator || _feeds[feed].Source != RoundSource.Untold) return;
        // Its logs may have been believed until now.
        if (isDual) Unknown(feed, RoundSource.Delayed);
        else Set(feed, _feeds[feed] with { Source = RoundSource.Logs });
    }

    /// <summary>A row that is still there, and still in use: it may have been undone since it was asked about.</summary>
    private int? Find(Address proxy) => _feeds.TryFind(proxy, out var feed) && _feeds[feed].InUse ? feed : null;

    private IEnumerable<int> InUse()
    {
        for (var feed = 0; feed < _feeds.Count; feed++) if (_feeds[feed].InUse) yield return feed;
    }

    private IEnumerable<int> SpokenForBy(Address aggregator) => InUse().Where(feed => _feeds[feed].Aggregator == aggregator);

    /// <summary>Overwrites a row, which gets a new revision.</summary>
    public void Set(int feed, in FeedRow row)
    {
        var old = _feeds[feed];
        var changesShape = old.InUse != row.InUse || old.Aggregator != row.Aggregator || old.IsAsked != row.IsAsked;
        _feeds.Set(feed, row with { Revision = revisions.Next(changesShape) });
    }

    private static void Add(List<Address> addresses, Address address)
    {
        if (!address.IsZero && !addresses.Contains(address)) addresses.Add(address);
    }

    private static Address OpenAggregator(Address proxy, ReadOnlyMemory<byte> answer)
    {
        var aggregator = Decoding.Open(answer, words: 1).ReadAddress();
        return aggregator.IsZero ? throw new AbiException($"Feed {proxy} has no aggregator.") : aggregator;
    }

    private static ulong Saturate(UInt256 seconds) => seconds.FitsUInt64 ? (ulong)seconds : ulong.MaxValue;
}
