using Keeper.Core.Primitives;

namespace Keeper.Protocols.RefPerps;

/// <summary>A market as the contract would read it at one time: what all accounts in it share.</summary>
/// <param name="Usable">False where the contract would refuse the price: <c>RefPerpsCore.readFeed</c>.</param>
/// <param name="Price">P.</param>
/// <param name="Mark">MARK(P, skew).</param>
/// <param name="FundingIndex">INDEX(timestamp).</param>
internal readonly record struct MarketQuote(
    long MarketRevision, long FeedRevision, ulong Timestamp, bool Usable, UInt256 Price, UInt256 Mark, Int256 FundingIndex)
{
    /// <summary>Computes it. A timestamp before the last sync, which no block can have, accrues nothing.</summary>
    public static MarketQuote Of(in MarketRow market, in FeedRow feed, ulong timestamp)
    {
        var unusable = new MarketQuote(market.Revision, feed.Revision, timestamp, false, default, default, default);
        if (market.Params is not { } terms || market.Maintenance is null || !feed.RoundKnown) return unusable;
        if (feed.Answer.Sign <= 0 || feed.UpdatedAt > timestamp || feed.Answer.Abs >= RefPerpsMath.PriceLimit) return unusable;
        var price = feed.Answer.Abs * terms.AnswerScale;
        if (price >= RefPerpsMath.PriceLimit || feed.UpdatedAt == 0 || timestamp - feed.UpdatedAt > terms.MaxStaleness) return unusable;

        var elapsed = timestamp > market.FundingTime ? timestamp - market.FundingTime : 0;
        return new(
            market.Revision, feed.Revision, timestamp, true, price,
            RefPerpsMath.MarkDown(price, RefPerpsMath.Premium(market.Skew, terms.SkewScale, terms.PremiumCap)),
            RefPerpsMath.FundingIndex(market.FundingIndex, market.FundingRate, price, elapsed));
    }
}
