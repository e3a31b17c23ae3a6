using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Protocols.Oracles;

namespace Keeper.Protocols.AaveV3;

/// <summary>The prices of the reserves for an operator, by the number of the reserve. The pool asks for no age.</summary>
internal static class FeedStatuses
{
    public static IReadOnlyList<FeedStatus> Of(AaveState state, AavePrices prices)
    {
        var statuses = new List<FeedStatus>();
        for (var reserve = 0; reserve < state.Reserves.Count; reserve++)
        {
            ref readonly var row = ref state.Reserves[reserve];
            if (!row.Known || row.AToken.IsZero || !state.Prices.TryGet(state.Reserves.KeyAt(reserve), out var price)) continue;
            var feed = price.Kind == PriceKind.Feed ? state.Oracles.Feeds[price.Row] : default(FeedRow?);
            var answer = feed?.Answer ?? (prices.Of(state.Reserves.KeyAt(reserve)) is { } polled ? (Int256)polled : Int256.Zero);
            var fault = feed is { RoundKnown: true } known && known.Answer.IsNegative ? PriceFault.Negative
                : feed is { RoundKnown: true, Answer.IsZero: true } ? PriceFault.Zero
                : prices.Of(state.Reserves.KeyAt(reserve)) is null ? PriceFault.Unread : PriceFault.None;
            statuses.Add(new($"reserve_{row.Id}", answer, feed?.UpdatedAt, null, fault));
        }
        return statuses;
    }
}
