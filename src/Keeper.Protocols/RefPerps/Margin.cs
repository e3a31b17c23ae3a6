using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Protocols.Oracles;

namespace Keeper.Protocols.RefPerps;

/// <summary>E, R and I of an account, as <c>RefPerpsCore.health</c> computes them. Allocates only when a market was listed since.</summary>
internal sealed class Margin(RefPerpsState state)
{
    private MarketQuote[] _quotes = [];

    /// <summary>SPEC.md, section 4; an account without positions needs no price.</summary>
    public Verdict Evaluate(int account, ulong timestamp)
    {
        ref readonly var row = ref state.Accounts[account];
        if (row.FirstPosition == AccountRow.None)
        {
            return row.Quote.IsNegative ? new(VerdictKind.BadDebt, row.Quote, RefPerpsMath.DebtUp(row.Quote, state.Globals.DebtPpm)) : Verdict.Empty;
        }
        if (!TryMeasure(account, timestamp, withInitial: false, out var equity, out var maintenance, out _))
        {
            return new(VerdictKind.PriceUnusable, Int256.Zero, UInt256.Zero);
        }
        return new(equity < (Int256)maintenance ? VerdictKind.Liquidatable : VerdictKind.Healthy, equity, maintenance);
    }

    /// <summary>What <c>accountHealth</c> would return; null where it would revert for a price.</summary>
    public AccountHealth? Health(int account, ulong timestamp) =>
        TryMeasure(account, timestamp, withInitial: true, out var equity, out var maintenance, out var initial) ? new(equity, maintenance, initial) : null;

    /// <returns>False where the contract would refuse to judge.</returns>
    public bool TryMeasure(int account, ulong timestamp, bool withInitial, out Int256 equity, out UInt256 maintenance, out UInt256 initial)
    {
        ref readonly var row = ref state.Accounts[account];
        equity = row.Quote;
        maintenance = initial = RefPerpsMath.DebtUp(row.Quote, state.Globals.DebtPpm);
        if (row.FirstPosition != AccountRow.None && !SequencerIsUp(timestamp)) return false;

        for (var at = row.FirstPosition; at != AccountRow.None;)
        {
            ref readonly var position = ref state.Positions[at];
            ref readonly var quote = ref QuoteOf(position.Market, timestamp);
            if (!quote.Usable) return false;
            ref readonly var market = ref state.Markets[position.Market];

            equity += RefPerpsMath.UnrealisedTrunc(position.Size, quote.Mark, position.EntryNotional)
                + RefPerpsMath.FundingTrunc(position.Size, quote.FundingIndex, position.EntryFunding);
            var notional = RefPerpsMath.NotionalUp(position.Size.Abs, quote.Price);
            maintenance += market.Maintenance!.RequirementUp(notional) + RefPerpsMath.ShareUp(notional, market.Params!.LiqFeePpm);
            if (withInitial) initial += market.Initial!.RequirementUp(notional) + RefPerpsMath.PremiumCredit(position.Size, quote.Mark, quote.Price);
            at = position.Next;
        }
        return true;
    }

    /// <summary>Whether the contract would read any price at all: <c>RefPerpsCore.requireSequencer</c>.</summary>
    private bool SequencerIsUp(ulong timestamp)
    {
        ref readonly var globals = ref state.Globals;
        return globals.SequencerFeed == AccountRow.None || new SequencerRule(globals.SequencerGrace).Judge(state.Feeds[globals.SequencerFeed], timestamp) == PriceFault.None;
    }

    /// <summary>The market at a time; computed anew only when its row, its feed's row or the time differ from the last.</summary>
    public ref readonly MarketQuote QuoteOf(int market, ulong timestamp)
    {
        if (market >= _quotes.Length) Array.Resize(ref _quotes, Math.Max(state.Markets.Count, 2 * _quotes.Length));
        ref var quote = ref _quotes[market];
        ref readonly var row = ref state.Markets[market];
        ref readonly var feed = ref state.Feeds[row.Feed];
        if (quote.MarketRevision != row.Revision || quote.FeedRevision != feed.Revision || quote.Timestamp != timestamp)
        {
            quote = MarketQuote.Of(row, feed, timestamp);
        }
        return ref quote;
    }
}
