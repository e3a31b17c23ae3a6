using Keeper.Core.Primitives;
using Keeper.Core.Protocol;

namespace Keeper.Protocols.MorphoBlue;

/// <summary>What <c>Morpho._isHealthy</c> compares, in units of the loan token. Allocates nothing where no market was touched and no time has passed.</summary>
internal sealed class Health(MorphoState state, OraclePrices prices)
{
    private readonly MarketQuote[] _quotes = new MarketQuote[state.Markets.Count];

    /// <summary>An account that owes nothing is asked for no price.</summary>
    public Verdict Evaluate(int account, ulong timestamp)
    {
        ref readonly var position = ref state.Positions[account];
        if (position.BorrowShares.IsZero) return Verdict.Empty;
        if (!TryMeasure(position, timestamp, out var borrowed, out var maxBorrow)) return new(VerdictKind.PriceUnusable, Int256.Zero, UInt256.Zero);
        var kind = maxBorrow >= borrowed ? VerdictKind.Healthy : position.Collateral.IsZero ? VerdictKind.BadDebt : VerdictKind.Liquidatable;
        return new(kind, (Int256)maxBorrow, borrowed);
    }

    /// <returns>False where the contract would refuse to judge, or what it judges by is not known.</returns>
    public bool TryMeasure(in PositionRow position, ulong timestamp, out UInt256 borrowed, out UInt256 maxBorrow)
    {
        (borrowed, maxBorrow) = (default, default);
        ref readonly var quote = ref QuoteOf(position.Market, timestamp);
        if (!quote.Usable || prices.Of(position.Market, timestamp, out var price) != PriceFault.None) return false;
        borrowed = MorphoMath.ToAssetsUp(position.BorrowShares, quote.BorrowAssets, quote.BorrowShares);
        maxBorrow = MorphoMath.MulDivDown(MorphoMath.MulDivDown(position.Collateral, price, MorphoMath.PriceScale), state.Markets[position.Market].Params!.Lltv, MorphoMath.Wad);
        return true;
    }

    /// <summary>The market at a time; reckoned anew only when its row or the time differ from the last.</summary>
    public ref readonly MarketQuote QuoteOf(int market, ulong timestamp)
    {
        ref var quote = ref _quotes[market];
        ref readonly var row = ref state.Markets[market];
        if (quote.Revision != row.Revision || quote.Timestamp != timestamp) quote = MarketQuote.Of(row, timestamp);
        return ref quote;
    }
}
