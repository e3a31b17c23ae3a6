using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;

namespace Keeper.Protocols.MorphoBlue;

/// <summary>Calldata of what is read. Selectors are the first four bytes of keccak-256 of the signatures beside them, which a test recomputes.</summary>
internal static class Calls
{
    public const uint PriceSelector = 0xa035b1fe;
    public const uint ConvertToAssetsSelector = 0x07a2d13a;
    private const uint IdToMarketParamsSelector = 0x2c3c9157;
    private const uint MarketSelector = 0x5c60e39a;
    private const uint PositionSelector = 0x93c52062;
    private const uint RateAtTargetSelector = 0x01977b57;
    private const uint BorrowRateViewSelector = 0x8c00bf6b;
    private const uint DecimalsSelector = 0x313ce567;
    private const uint LatestRoundDataSelector = 0xfeaf968c;

    public static readonly IReadOnlyList<(uint Selector, string Signature)> All =
    [
        (PriceSelector, "price()"),
        (ConvertToAssetsSelector, "convertToAssets(uint256)"),
        (IdToMarketParamsSelector, "idToMarketParams(bytes32)"),
        (MarketSelector, "market(bytes32)"),
        (PositionSelector, "position(bytes32,address)"),
        (RateAtTargetSelector, "rateAtTarget(bytes32)"),
        (BorrowRateViewSelector, "borrowRateView((address,address,address,address,uint256),(uint128,uint128,uint128,uint128,uint128,uint128))"),
        (DecimalsSelector, "decimals()"),
        (LatestRoundDataSelector, "latestRoundData()"),
    ];

    public static CallRequest IdToMarketParams(Address morpho, Hash32 id) => new(morpho, new AbiWriter().Word(id).ToCall(IdToMarketParamsSelector));
    public static CallRequest Market(Address morpho, Hash32 id) => new(morpho, new AbiWriter().Word(id).ToCall(MarketSelector));
    public static CallRequest Position(Address morpho, Hash32 id, Address account) => new(morpho, new AbiWriter().Word(id).Word(account).ToCall(PositionSelector));
    public static CallRequest RateAtTarget(Address irm, Hash32 id) => new(irm, new AbiWriter().Word(id).ToCall(RateAtTargetSelector));
    public static CallRequest Price(Address oracle) => new(oracle, new AbiWriter().ToCall(PriceSelector));
    public static CallRequest Decimals(Address token) => new(token, new AbiWriter().ToCall(DecimalsSelector));
    public static CallRequest LatestRoundData(Address feed) => new(feed, new AbiWriter().ToCall(LatestRoundDataSelector));

    /// <summary>The average rate from the market's last update to the block that is asked at.</summary>
    public static CallRequest BorrowRateView(MarketParams terms, in MarketRow market) => new(
        terms.Irm,
        terms.Write(new()).Word(market.SupplyAssets).Word(market.SupplyShares).Word(market.BorrowAssets).Word(market.BorrowShares)
            .Word((UInt256)market.LastUpdate).Word(market.Fee).ToCall(BorrowRateViewSelector));
}
