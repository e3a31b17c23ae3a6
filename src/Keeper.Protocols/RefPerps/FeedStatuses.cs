using System.Globalization;
using Keeper.Core.Protocol;
using Keeper.Protocols.Oracles;

namespace Keeper.Protocols.RefPerps;

/// <summary>The prices of the markets for an operator: named by their market, the sequencer's status apart.</summary>
internal static class FeedStatuses
{
    public static IReadOnlyList<FeedStatus> Of(RefPerpsState state, ulong timestamp)
    {
        var statuses = new List<FeedStatus>();
        for (var market = 0; market < state.Markets.Count; market++)
        {
            ref readonly var row = ref state.Markets[market];
            if (row.Params is not { } terms || row.Feed == AccountRow.None) continue;
            ref readonly var feed = ref state.Feeds[row.Feed];
            statuses.Add(new("market_" + state.Markets.KeyAt(market).ToString(CultureInfo.InvariantCulture), feed.Answer, feed.UpdatedAt, terms.MaxStaleness, MarketQuote.PriceOf(terms, feed, timestamp, out _)));
        }
        if (state.Globals.SequencerFeed is var sequencer and not AccountRow.None)
        {
            ref readonly var feed = ref state.Feeds[sequencer];
            statuses.Add(new("sequencer", feed.Answer, null, null, new SequencerRule(state.Globals.SequencerGrace).Judge(feed, timestamp)));
        }
        return statuses;
    }
}
