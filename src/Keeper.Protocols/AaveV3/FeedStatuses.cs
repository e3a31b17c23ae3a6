using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Protocols.Oracles;

namespace Keeper.Protocols.AaveV3;

/// <summary>The prices of the reserves for an operator, by the number of the reserve. The pool asks for no age; that of a polled price is the time of the block that it is of.</summary>
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
            var polled = price.Kind == PriceKind.Polled ? state.Oracles.Polled[price.Row] : default;
            var answer = feed?.Answer ?? Int256.FromBits(polled.Word);
            var fault = feed is { RoundKnown: true } known && known.Answer.IsNegative ? PriceFault.Negative
                : feed is { RoundKnown: true, Answer.IsZero: true } ? PriceFault.Zero
                : polled is { Known: true, IsOld: true } ? PriceFault.Stale
                : prices.Of(state.Reserves.KeyAt(reserve)) is null ? PriceFault.Unread : PriceFault.None;
            statuses.Add(new($"reserve_{row.Id}", answer, feed?.UpdatedAt ?? (polled.Known ? polled.AsOf.Told : null), null, fault));
        }
        return statuses;
    }
}
