using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;

namespace Keeper.Protocols.Capital;

/// <summary>
/// What is said to the CollateralLiquidator (contracts/src/capital/ICollateralLiquidator.sol), and what its refusals mean. Both calls return one word: the
/// profit in the debt token's smallest unit, which makes them <see cref="LiquidationCall.ReturnsReward"/>. What the protocol itself reverts with passes
/// through it as it is, so that an adapter's own errors are read as ever.
/// </summary>
public static class CapitalCalls
{
    public const uint LiquidateAaveSelector = 0x1e1fadb9;
    public const uint LiquidateMorphoSelector = 0xabd18b59;
    private const string LiquidateAaveSignature = "liquidateAave(address,address,address,address,uint256,(uint8,address,bytes,uint256))";
    private const string LiquidateMorphoSignature = "liquidateMorpho(address,(address,address,address,address,uint256),address,uint256,uint256,(uint8,address,bytes,uint256))";

    private static readonly ErrorTable Errors = new(
        [
            (0xc32d1d76, "NotExecutor()"),
            (0xb5dfd9e5, "Reentered()"),
            (0x2b8d5ad5, "MarketNotAllowed(address,bytes32)"),
            (0xca3dd2fa, "SwapperNotAllowed(address)"),
            (0x37700a2f, "UnknownFunding(uint8)"),
            (0xb01ddcf6, "NoSwapper(address,address)"),
            (0xc2221189, "UnexpectedCallback(address)"),
            (0x755b0cdd, "OverBudget(uint256,uint256)"),
            (0x6f40b568, "SwapFailed(address,bytes)"),
            (0x6ba81f78, "ProceedsBelowBound(uint256,uint256)"),
            (0x4cfb9d19, "ProfitBelowMinimum(int256,uint256)"),
            (0xfecb69b4, "TokenCallFailed(address)"),
        ],
        new HashSet<uint>(),
        // Of the pair or the amount: no swapper for it, more than the budget, no buyer at a fair price, too little left, a token that will not move.
        cannotPay: new HashSet<uint> { 0xca3dd2fa, 0xb01ddcf6, 0x755b0cdd, 0x6f40b568, 0x6ba81f78, 0x4cfb9d19, 0xfecb69b4 });

    /// <summary>The function that plans on this Aave v3 pool call, through the liquidator.</summary>
    public static CallableFunction AaveFunction(Address liquidator, Address pool) => new(liquidator, LiquidateAaveSelector, LiquidateAaveSignature) { Venue = pool };

    /// <summary>The function that plans on this Morpho Blue call, through the liquidator.</summary>
    public static CallableFunction MorphoFunction(Address liquidator, Address morpho) => new(liquidator, LiquidateMorphoSelector, LiquidateMorphoSignature) { Venue = morpho };

    /// <summary>Its errors, for the test that recomputes the selectors.</summary>
    internal static IReadOnlyList<(uint Selector, string Signature)> AllErrors => Errors.All;

    /// <param name="debtToCover">In the debt token's smallest unit, no more than can be covered: a loan is taken of it all.</param>
    public static byte[] LiquidateAave(Address pool, Address collateral, Address debt, Address borrower, UInt256 debtToCover, CapitalTerms terms) =>
        new AbiWriter().Word(pool).Word(collateral).Word(debt).Word(borrower).Word(debtToCover).Tail(Encode(terms)).ToCall(LiquidateAaveSelector);

    /// <param name="seizedAssets">Collateral in its smallest unit; zero where <paramref name="repaidShares"/> is not: exactly one of the two.</param>
    /// <param name="repaidShares">Shares of the market's debt.</param>
    public static byte[] LiquidateMorpho(Address morpho, MorphoMarket market, Address borrower, UInt256 seizedAssets, UInt256 repaidShares, CapitalTerms terms) =>
        new AbiWriter().Word(morpho)
            .Word(market.LoanToken).Word(market.CollateralToken).Word(market.Oracle).Word(market.Irm).Word(market.Lltv)
            .Word(borrower).Word(seizedAssets).Word(repaidShares).Tail(Encode(terms)).ToCall(LiquidateMorphoSelector);

    /// <summary>What the liquidator itself refused; null where it passed on what something else reverted with, which the adapter then explains.</summary>
    public static CallFailure? Explain(ReadOnlySpan<byte> revertData) => Errors.Names(revertData) ? Errors.Explain(revertData) : null;

    private static byte[] Encode(CapitalTerms terms) =>
        new AbiWriter().Word((uint)terms.Funding).Word(terms.Swapper).Bytes(terms.Route.Span).Word(terms.MinProfit).ToArray();
}
