using Keeper.Core.Primitives;

namespace Keeper.Protocols.MorphoBlue;

/// <summary>What a liquidation moves, as <c>Morpho.liquidate</c> reckons it.</summary>
/// <param name="RepaidShares">Borrow shares of the account that are repaid.</param>
/// <param name="BadDebtAssets">What the market writes off, where no collateral is left and debt is.</param>
internal readonly record struct Amounts(UInt256 SeizedAssets, UInt256 RepaidShares, UInt256 RepaidAssets, UInt256 BadDebtAssets, UInt256 BadDebtShares)
{
    /// <summary>Shares are given, what is seized follows.</summary>
    /// <returns>Null where the account does not have as much collateral, or the price is nothing: the contract reverts.</returns>
    public static Amounts? OfShares(in MarketQuote market, in PositionRow position, UInt256 price, UInt256 incentive, UInt256 repaidShares)
    {
        if (price.IsZero) return null;
        var worth = MorphoMath.MulDivDown(MorphoMath.ToAssetsDown(repaidShares, market.BorrowAssets, market.BorrowShares), incentive, MorphoMath.Wad);
        return Settle(market, position, MorphoMath.MulDivDown(worth, MorphoMath.PriceScale, price), repaidShares);
    }

    /// <summary>What is seized is given, shares follow.</summary>
    /// <returns>Null where the account owes less than that: the contract reverts.</returns>
    public static Amounts? OfCollateral(in MarketQuote market, in PositionRow position, UInt256 price, UInt256 incentive, UInt256 seizedAssets)
    {
        var worth = MorphoMath.MulDivUp(seizedAssets, price, MorphoMath.PriceScale);
        var shares = MorphoMath.ToSharesUp(MorphoMath.MulDivUp(worth, MorphoMath.Wad, incentive), market.BorrowAssets, market.BorrowShares);
        return Settle(market, position, seizedAssets, shares);
    }

    private static Amounts? Settle(in MarketQuote market, in PositionRow position, UInt256 seized, UInt256 shares)
    {
        if (shares > position.BorrowShares || seized > position.Collateral) return null;
        var repaid = MorphoMath.ToAssetsUp(shares, market.BorrowAssets, market.BorrowShares);
        if (seized != position.Collateral) return new(seized, shares, repaid, UInt256.Zero, UInt256.Zero);
        var (lent, left) = (MorphoMath.ZeroFloorSub(market.BorrowAssets, repaid), position.BorrowShares - shares);
        return new(seized, shares, repaid, UInt256.Min(lent, MorphoMath.ToAssetsUp(left, lent, market.BorrowShares - shares)), left);
    }
}
