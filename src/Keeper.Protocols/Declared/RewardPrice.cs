using System.Numerics;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Protocols.Declared.Terms;
using Keeper.Protocols.Oracles;

namespace Keeper.Protocols.Declared;

/// <summary>The token that rewards are paid in, at its configured price or its feed's.</summary>
internal static class RewardPrice
{
    /// <summary>Null where the feed has no usable answer: then nothing is planned.</summary>
    public static RewardToken? Of(RewardTerms terms, FeedBook feeds, int? feed)
    {
        if (feed is not { } row) return new(terms.Token, terms.UnitsPerUsd, terms.Symbol, terms.Decimals, "configuration");
        var answer = feeds[row].Answer;
        if (!feeds[row].RoundKnown || answer.Sign <= 0) return null;
        var units = BigInteger.Pow(10, terms.Decimals + terms.FeedDecimals) / (BigInteger)answer.Abs;
        return units.IsZero || units.GetBitLength() > 255 ? null : new(terms.Token, (UInt256)units, terms.Symbol, terms.Decimals, $"feed {terms.Feed}");
    }
}
