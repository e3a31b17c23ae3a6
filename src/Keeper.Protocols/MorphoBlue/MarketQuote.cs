using Keeper.Core.Primitives;

namespace Keeper.Protocols.MorphoBlue;

/// <summary>A market as a call in a block of one time would find it after it has accrued: <c>Morpho._accrueInterest</c>.</summary>
/// <param name="Usable">False where the rate is not known, or the contract's arithmetic would refuse: then every call that accrues reverts.</param>
/// <param name="Rate">The average rate since the last update; zero where no time has passed.</param>
internal readonly record struct MarketQuote(
    long Revision, ulong Timestamp, bool Usable, UInt256 Rate, UInt256 SupplyAssets, UInt256 SupplyShares, UInt256 BorrowAssets, UInt256 BorrowShares)
{
    /// <param name="timestamp">One before the last update, which no block can have, accrues nothing.</param>
    public static MarketQuote Of(in MarketRow row, ulong timestamp)
    {
        var stored = new MarketQuote(row.Revision, timestamp, true, UInt256.Zero, row.SupplyAssets, row.SupplyShares, row.BorrowAssets, row.BorrowShares);
        if (row.RateSource == RateSource.None) return stored;
        if (row.LastUpdate == 0) return stored with { Usable = false };
        if (timestamp <= row.LastUpdate) return stored;
        if (!row.RateKnown) return stored with { Usable = false };
        try
        {
            return Accrue(stored, row, timestamp - row.LastUpdate);
        }
        catch (ArithmeticException)
        {
            return stored with { Usable = false };
        }
    }

    private static MarketQuote Accrue(in MarketQuote stored, in MarketRow row, ulong seconds)
    {
        var rate = row.RateSource == RateSource.Polled ? row.Rate : AdaptiveCurve.After(row.Rate, row.BorrowAssets, row.SupplyAssets, seconds).Average;
        var interest = MorphoMath.ToUInt128(MorphoMath.MulDivDown(row.BorrowAssets, MorphoMath.Compounded(rate, seconds), MorphoMath.Wad));
        var supply = MorphoMath.ToUInt128(row.SupplyAssets + interest);
        var fee = MorphoMath.MulDivDown(interest, row.Fee, MorphoMath.Wad);
        var feeShares = MorphoMath.ToSharesDown(fee, supply - fee, row.SupplyShares);
        return stored with
        {
            Rate = rate,
            BorrowAssets = MorphoMath.ToUInt128(row.BorrowAssets + interest),
            SupplyAssets = supply,
            SupplyShares = MorphoMath.ToUInt128(row.SupplyShares + feeShares),
        };
    }
}
