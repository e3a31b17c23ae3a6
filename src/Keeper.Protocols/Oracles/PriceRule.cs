using Keeper.Core.Primitives;
using Keeper.Core.Protocol;

namespace Keeper.Protocols.Oracles;

/// <summary>What a contract asks of an answer before it reckons with it.</summary>
/// <param name="AllowsZero">Whether zero is a price to it (Morpho Blue), or none.</param>
/// <param name="AllowsNegative">Whether a negative answer is one.</param>
/// <param name="MaxAge">Seconds; null where the contract never looks at the time of the update, so that the future is no fault either.</param>
/// <param name="Limit">Answers must be below it; zero is no limit.</param>
internal readonly record struct PriceRule(bool AllowsZero = false, bool AllowsNegative = false, ulong? MaxAge = null, UInt256 Limit = default)
{
    /// <param name="round">As the proxy returns it now.</param>
    public PriceFault Judge(in FeedRow round, ulong timestamp)
    {
        if (!round.RoundKnown) return PriceFault.Unread;
        var fault = Judge(round.Answer);
        if (fault != PriceFault.None || MaxAge is not { } maxAge) return fault;
        if (round.UpdatedAt > timestamp) return PriceFault.Future;
        return timestamp - round.UpdatedAt > maxAge ? PriceFault.Stale : PriceFault.None;
    }

    public PriceFault Judge(Int256 answer) => answer.Sign switch
    {
        < 0 when !AllowsNegative => PriceFault.Negative,
        0 when !AllowsZero => PriceFault.Zero,
        _ => !Limit.IsZero && !answer.IsNegative && answer.Abs >= Limit ? PriceFault.TooLarge : PriceFault.None,
    };
}
