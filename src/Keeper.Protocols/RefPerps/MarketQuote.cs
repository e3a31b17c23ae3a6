using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Protocols.Oracles;

namespace Keeper.Protocols.RefPerps;

/// <summary>A market as the contract would read it at one time: what all accounts in it share.</summary>
/// <param name="Usable">False where the contract would refuse the price.</param>
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
        if (market.Params is not { } terms || market.Maintenance is null || PriceOf(terms, feed, timestamp, out var price) != PriceFault.None) return unusable;

        var elapsed = timestamp > market.FundingTime ? timestamp - market.FundingTime : 0;
        return new(
            market.Revision, feed.Revision, timestamp, true, price,
            RefPerpsMath.MarkDown(price, RefPerpsMath.Premium(market.Skew, terms.SkewScale, terms.PremiumCap)),
            RefPerpsMath.FundingIndex(market.FundingIndex, market.FundingRate, price, elapsed));
    }

    /// <summary><c>RefPerpsCore.readFeed</c>.</summary>
    /// <param name="price">In 1e18; good only without a fault.</param>
    public static PriceFault PriceOf(MarketParams terms, in FeedRow feed, ulong timestamp, out UInt256 price)
    {
        price = default;
        var fault = new PriceRule(MaxAge: terms.MaxStaleness, Limit: RefPerpsMath.PriceLimit).Judge(feed, timestamp);
        if (fault != PriceFault.None) return fault;
        price = feed.Answer.Abs * terms.AnswerScale;
        if (price >= RefPerpsMath.PriceLimit) return PriceFault.TooLarge;
        return feed.UpdatedAt == 0 ? PriceFault.Stale : PriceFault.None;
    }
}
