using Keeper.Core.Chain;
using Keeper.Core.Planning;
using Keeper.Core.Primitives;

namespace Keeper.Core.Submission;

/// <summary>Fees, pure: what to offer first, and what next.</summary>
public static class FeeRules
{
    /// <summary>
    /// The first bid: <c>base * 1.125^(headroom + 1) + tip</c>, since EIP-1559 raises the base fee by at most an eighth a block.
    /// </summary>
    /// <param name="limit">The most for a unit of gas, from the profit bound.</param>
    /// <returns>Null where the next block alone would cost more than the limits allow.</returns>
    public static Fees? First(GasMarket market, Wei limit, SubmissionOptions options)
    {
        limit = Wei.Min(limit, options.HardFeeCap);
        var tip = Wei.Max(market.Tip, options.MinPriorityFee);
        if (market.IsLegacy) return tip <= limit ? Fees.Legacy(tip) : null;

        if (market.BaseFee + options.MinPriorityFee > limit) return null;
        var wanted = market.BaseFee;
        for (var i = 0; i <= options.FeeHeadroomBlocks && wanted < limit; i++) wanted = RaisedByAnEighth(wanted);
        var cap = Wei.Min(wanted + tip, limit);
        // What the limit leaves above the base fee is all that a tip can take from it.
        return new Fees(cap, Wei.Min(tip, cap - market.BaseFee));
    }

    /// <summary>
    /// The bid that replaces <paramref name="previous"/>: at least an eighth more on both fields, which every common node asks
    /// for (10 % in go-ethereum, 12.5 % elsewhere), and no less than a first bid would be now.
    /// </summary>
    /// <returns>Null where that exceeds the limits: the previous bid stands.</returns>
    public static Fees? Bump(Fees previous, GasMarket market, Wei limit, SubmissionOptions options)
    {
        limit = Wei.Min(limit, options.HardFeeCap);
        var fresh = First(market, limit, options);
        var cap = Wei.Max(Outbid(previous.MaxFeePerGas), fresh?.MaxFeePerGas ?? Wei.Zero);
        var tip = Wei.Max(Outbid(previous.MaxPriorityFeePerGas), fresh?.MaxPriorityFeePerGas ?? Wei.Zero);
        if (cap > limit) return null;
        return previous.IsLegacy ? Fees.Legacy(cap) : new Fees(cap, Wei.Min(tip, cap));
    }

    /// <summary>The bid already outbids nine in ten recent transactions and covers the base fee: if it is not mined, its price is not why.</summary>
    public static bool IsCompetitive(Fees fees, GasMarket market) =>
        market.IsLegacy
            ? fees.MaxFeePerGas > market.HighTip
            : fees.MaxFeePerGas >= market.BaseFee + fees.MaxPriorityFeePerGas && fees.MaxPriorityFeePerGas > market.HighTip;

    /// <summary><c>ceil(value * 9 / 8)</c>.</summary>
    public static Wei RaisedByAnEighth(Wei value) => new(UInt256.MulDivUp(value.Value, 9UL, 8UL));

    /// <summary>An eighth more, and more than before where that was nothing: a replacement must bid higher.</summary>
    private static Wei Outbid(Wei value) => Wei.Max(RaisedByAnEighth(value), new(UInt256.One));
}
