using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;

namespace Keeper.Protocols.RefPerps;

/// <summary>
/// The feeds: which aggregator speaks for each proxy, and its latest round. A proxy that changes its aggregator tells
/// nobody, so it is asked in every block; rounds come from the aggregator's logs, and once from the proxy itself.
/// </summary>
internal sealed class FeedBook(RefPerpsState state)
{
    /// <summary>Aggregators whose logs are wanted; with the sequencer's or for prices alone.</summary>
    public List<Address> Aggregators(bool pricesOnly)
    {
        var aggregators = new List<Address>();
        foreach (var feed in state.FeedsInUse())
        {
            var aggregator = state.Feeds[feed].Aggregator;
            if (aggregator.IsZero || (pricesOnly && feed == state.Globals.SequencerFeed) || aggregators.Contains(aggregator)) continue;
            aggregators.Add(aggregator);
        }
        return aggregators;
    }

    /// <summary>A new round, for every feed that this aggregator speaks for.</summary>
    public void Apply(Address aggregator, AnswerUpdated e)
    {
        for (var feed = 0; feed < state.Feeds.Count; feed++)
        {
            var row = state.Feeds[feed];
            if (row.Aggregator != aggregator) continue;
            state.SetFeed(feed, row with
            {
                Round = (row.Round >> 64 << 64) | (e.Round & ulong.MaxValue),
                Answer = e.Answer,
                UpdatedAt = Saturate(e.UpdatedAt),
                // When the sequencer's status began stands in no argument of this event.
                RoundKnown = row.RoundKnown && feed != state.Globals.SequencerFeed,
            });
        }
    }

    /// <summary>The number that the aggregator gives its next round; null where its latest is not known.</summary>
    public UInt256? NextRound(Address aggregator)
    {
        for (var feed = 0; feed < state.Feeds.Count; feed++)
        {
            if (state.Feeds[feed] is { RoundKnown: true } row && row.Aggregator == aggregator) return (row.Round & ulong.MaxValue) + UInt256.One;
        }
        return null;
    }

    /// <summary>The newest update among the prices in use.</summary>
    public ulong LatestUpdate()
    {
        ulong latest = 0;
        for (var market = 0; market < state.Markets.Count; market++)
        {
            if (state.Markets[market].Feed is var feed and not AccountRow.None) latest = Math.Max(latest, state.Feeds[feed].UpdatedAt);
        }
        return latest;
    }

    /// <summary>Whether the contract would read any price at all at this time: <c>RefPerpsCore.requireSequencer</c>.</summary>
    public bool SequencerIsUp(ulong timestamp)
    {
        ref readonly var globals = ref state.Globals;
        if (globals.SequencerFeed == AccountRow.None) return true;
        ref readonly var row = ref state.Feeds[globals.SequencerFeed];
        return row.RoundKnown && row.Answer.IsZero && row.StartedAt != 0 && row.StartedAt <= timestamp
            && timestamp - row.StartedAt > globals.SequencerGrace;
    }

    public void AddMissing(List<StateRead> reads)
    {
        foreach (var feed in state.FeedsInUse())
        {
            var proxy = state.Feeds.KeyAt(feed);
            ref readonly var row = ref state.Feeds[feed];
            if (row.Aggregator.IsZero) reads.Add(ReadAggregator(proxy));
            if (!row.RoundKnown) reads.Add(new($"latest round of feed {proxy}", Calls.LatestRoundData(proxy), answer => ApplyRound(proxy, answer)));
        }
    }

    public List<StateRead> Polls() => state.FeedsInUse().ConvertAll(feed => ReadAggregator(state.Feeds.KeyAt(feed)));

    private StateRead ReadAggregator(Address proxy) =>
        new($"aggregator of feed {proxy}", Calls.Aggregator(proxy), answer => ApplyAggregator(proxy, answer));

    private void ApplyAggregator(Address proxy, ReadOnlyMemory<byte> answer)
    {
        var data = Decoding.Open(answer, words: 1);
        var aggregator = data.ReadAddress();
        if (aggregator.IsZero) throw new AbiException($"Feed {proxy} has no aggregator.");
        if (!state.Feeds.TryFind(proxy, out var feed)) return; // undone since it was asked
        var row = state.Feeds[feed];
        if (row.Aggregator == aggregator) return;
        // Where there was one before, its round no longer counts. A round that was just read with the first aggregator does.
        state.SetFeed(feed, row with { Aggregator = aggregator, RoundKnown = row.RoundKnown && row.Aggregator.IsZero });
    }

    private void ApplyRound(Address proxy, ReadOnlyMemory<byte> answer)
    {
        var data = Decoding.Open(answer, words: 5);
        var (round, price, startedAt, updatedAt) = (data.ReadUInt(80), data.ReadInt256(), data.ReadUInt256(), data.ReadUInt256());
        data.ReadUInt(80); // answeredInRound
        if (!state.Feeds.TryFind(proxy, out var feed)) return;
        state.SetFeed(feed, state.Feeds[feed] with
        {
            RoundKnown = true, Round = round, Answer = price, StartedAt = Saturate(startedAt), UpdatedAt = Saturate(updatedAt),
        });
    }

    private static ulong Saturate(UInt256 seconds) => seconds.FitsUInt64 ? (ulong)seconds : ulong.MaxValue;
}
