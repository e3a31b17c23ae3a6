using Keeper.Core.Chain;
using Keeper.Core.Chain.Pending;
using Keeper.Core.Planning;
using Keeper.Core.Primitives;

namespace Keeper.Core.Submission;

/// <summary>Fees, pure: what to offer first, and what next.</summary>
public static class FeeRules
{
    /// <summary>All of a share.</summary>
    public const uint Whole = 1_000_000;

    /// <summary>
    /// The first bid: <c>base * 1.125^(headroom + 1) + tip</c>, since EIP-1559 raises the base fee by at most an eighth a block. The
    /// tip is a share of what remains of the worth after the base fee, and no less than others offer: a bid that begins low and
    /// climbs comes after those that didn't. Where a tip buys no place it is the least.
    /// </summary>
    /// <param name="limit">The most for a unit of gas, from the profit bound.</param>
    /// <param name="worth">What the plan earns for each unit of gas that it is likely to use.</param>
    /// <returns>Null where the next block alone would cost more than the limits allow.</returns>
    public static Fees? First(GasMarket market, Wei limit, Wei worth, SubmissionOptions options)
    {
        limit = Wei.Min(limit, options.HardFeeCap);
        var least = LeastTip(market, options);
        if (market.BaseFee + least > limit) return null;

        var share = market.Ordering == TransactionOrdering.FirstCome ? Wei.Zero : ShareOf(LessOrNothing(worth, market.BaseFee), options.FirstBidSharePpm);
        var going = market.Ordering == TransactionOrdering.FirstCome ? least : Wei.Max(market.Tip, least);
        var tip = Wei.Min(Wei.Max(going, share), limit - market.BaseFee);
        return market.IsLegacy ? Fees.Legacy(tip) : new(CapFor(market, tip, limit, options), tip);
    }

    /// <summary>
    /// The first bid of what follows a transaction that waits: builders put a higher tip first, so that it offers a wei less for a unit of gas than the one before
    /// it pays. Its cap is below the other's too: some nodes order by that, and when the base fee rises above one, the other is of no use.
    /// </summary>
    /// <param name="limit">The most for a unit of gas, from the profit bound.</param>
    /// <returns>Null where the next block takes the other not, or pays less for it than may be offered at least, or this one would cost more than the limits allow.</returns>
    public static Fees? Behind(PendingTransaction other, GasMarket market, Wei limit, SubmissionOptions options)
    {
        limit = Wei.Min(limit, options.HardFeeCap);
        if (market.IsLegacy || other.TipAt(market.BaseFee) is not { } paid || paid <= options.MinPriorityFee) return null;
        var tip = paid - new Wei(1);
        if (market.BaseFee + tip > limit) return null;
        return new(Wei.Min(CapFor(market, tip, limit, options), other.Fees.MaxFeePerGas - new Wei(1)), tip);
    }

    /// <summary>
    /// The bid that replaces <paramref name="previous"/>: at least an eighth more on both fields, which every common node asks
    /// for (10 % in go-ethereum, 12.5 % elsewhere); a fee cap that the base fee does not reach soon; a tip above nine in ten.
    /// Of what the limit leaves above base fee and previous tip it may take as large a part as has passed of the time; the last
    /// bid that the limit has room for may take it all.
    /// </summary>
    /// <param name="urgencyPpm">The part of the time to the deadline that has passed.</param>
    /// <returns>Null where that is more than may be offered now: the previous bid stands.</returns>
    public static Fees? Bump(Fees previous, GasMarket market, Wei limit, uint urgencyPpm, SubmissionOptions options)
    {
        limit = Wei.Min(limit, options.HardFeeCap);
        var least = Outbid(previous.MaxPriorityFeePerGas);
        var room = LessOrNothing(limit, market.BaseFee);
        var most = previous.MaxPriorityFeePerGas + ShareOf(LessOrNothing(room, previous.MaxPriorityFeePerGas), Math.Min(urgencyPpm, Whole));
        // A bid that no block can take is no bid: what it must rise for is the base fee, at once.
        if (least > most && Covers(previous, market)) return null;

        var wanted = Wanted(market, options);
        var tip = Wei.Max(least, Wei.Min(wanted, most));
        var cap = Wei.Max(Outbid(previous.MaxFeePerGas), market.IsLegacy ? tip : CapFor(market, tip, limit, options));
        if (cap > limit) return null;
        // No pool would take another bid within the limit: this one may offer all.
        if (Outbid(cap) > limit) (cap, tip) = (market.IsLegacy ? Wei.Max(cap, Wei.Min(wanted, limit)) : limit, Wei.Max(tip, Wei.Min(wanted, room)));
        return previous.IsLegacy ? Fees.Legacy(cap) : new(cap, tip);
    }

    /// <summary>
    /// The bid covers the base fee and outbids nine in ten recent transactions, where a tip buys anything: if it is not mined, its
    /// price is not why.
    /// </summary>
    public static bool IsCompetitive(Fees fees, GasMarket market) =>
        Covers(fees, market) && (market.Ordering == TransactionOrdering.FirstCome || fees.MaxPriorityFeePerGas > market.HighTip);

    /// <summary><c>ceil(value * 9 / 8)</c>.</summary>
    public static Wei RaisedByAnEighth(Wei value) => new(UInt256.MulDivUp(value.Value, 9UL, 8UL));

    /// <summary>The next block can take it, with the tip that it offers.</summary>
    private static bool Covers(Fees fees, GasMarket market) =>
        market.IsLegacy ? fees.MaxFeePerGas >= market.Tip : fees.MaxFeePerGas >= market.BaseFee + fees.MaxPriorityFeePerGas;

    /// <summary>A gas price below the going one is not taken at all.</summary>
    private static Wei LeastTip(GasMarket market, SubmissionOptions options) => market.IsLegacy ? Wei.Max(market.Tip, options.MinPriorityFee) : options.MinPriorityFee;

    private static Wei Wanted(GasMarket market, SubmissionOptions options) =>
        market.Ordering == TransactionOrdering.FirstCome ? LeastTip(market, options) : Wei.Max(RaisedByAnEighth(market.HighTip), options.MinPriorityFee);

    /// <summary>Headroom for the base fee, as far as it leaves room for three more bids: each must raise the cap by an eighth.</summary>
    private static Wei CapFor(GasMarket market, Wei tip, Wei limit, SubmissionOptions options)
    {
        var covered = market.BaseFee;
        for (var i = 0; i <= options.FeeHeadroomBlocks && covered < limit; i++) covered = RaisedByAnEighth(covered);
        var roomy = new Wei(UInt256.MulDivDown(limit.Value, 8UL * 8 * 8, 9UL * 9 * 9));
        return Wei.Max(market.BaseFee + tip, Wei.Min(covered + tip, roomy));
    }

    private static Wei ShareOf(Wei whole, uint ppm) => new(UInt256.MulDivDown(whole.Value, ppm, Whole));

    private static Wei LessOrNothing(Wei a, Wei b) => a > b ? a - b : Wei.Zero;

    /// <summary>An eighth more, and more than before where that was nothing: a replacement must bid higher.</summary>
    private static Wei Outbid(Wei value) => Wei.Max(RaisedByAnEighth(value), new(UInt256.One));
}
