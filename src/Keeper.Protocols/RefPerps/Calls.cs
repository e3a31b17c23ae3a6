using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;

namespace Keeper.Protocols.RefPerps;

/// <summary>Calldata. Selectors are the first four bytes of keccak-256 of the signatures beside them, which a test recomputes.</summary>
internal static class Calls
{
    public const uint LiquidatePositionSelector = 0x9bee49e7;
    public const uint ResolveBadDebtSelector = 0x8724642b;
    private const uint QuoteTokenSelector = 0x217a4b70;
    private const uint SymbolSelector = 0x95d89b41;
    private const uint DecimalsSelector = 0x313ce567;
    private const uint AggregatorSelector = 0x245a7bfc;
    private const uint LatestRoundDataSelector = 0xfeaf968c;
    private const uint AccountCountSelector = 0xe4af29fc;
    private const uint TotalQuoteSelector = 0x400e69ef;
    private const uint GetMarketSelector = 0xc2c79dec;

    public static readonly IReadOnlyList<(uint Selector, string Signature)> Liquidating =
    [
        (LiquidatePositionSelector, "liquidatePosition(uint256,uint32,uint256)"),
        (ResolveBadDebtSelector, "resolveBadDebt(uint256)"),
    ];

    public static readonly IReadOnlyList<(uint Selector, string Signature)> Reading =
    [
        (QuoteTokenSelector, "quoteToken()"),
        (SymbolSelector, "symbol()"),
        (DecimalsSelector, "decimals()"),
        (AggregatorSelector, "aggregator()"),
        (LatestRoundDataSelector, "latestRoundData()"),
        (AccountCountSelector, "accountCount()"),
        (TotalQuoteSelector, "totalQuote()"),
        (GetMarketSelector, "getMarket(uint32)"),
    ];

    /// <summary>The contract computes the minimal close itself, so that a price between plan and inclusion does not revert the call.</summary>
    public static byte[] LiquidatePosition(UInt256 account, uint market) =>
        new AbiWriter().Word(account).Word((UInt256)market).Word(UInt256.MaxValue).ToCall(LiquidatePositionSelector);

    public static byte[] ResolveBadDebt(UInt256 account) => new AbiWriter().Word(account).ToCall(ResolveBadDebtSelector);

    public static CallRequest QuoteToken(Address contract) => new(contract, new AbiWriter().ToCall(QuoteTokenSelector));
    public static CallRequest Symbol(Address token) => new(token, new AbiWriter().ToCall(SymbolSelector));
    public static CallRequest Decimals(Address token) => new(token, new AbiWriter().ToCall(DecimalsSelector));
    public static CallRequest Aggregator(Address proxy) => new(proxy, new AbiWriter().ToCall(AggregatorSelector));
    public static CallRequest AccountCount(Address contract) => new(contract, new AbiWriter().ToCall(AccountCountSelector));
    public static CallRequest TotalQuote(Address contract) => new(contract, new AbiWriter().ToCall(TotalQuoteSelector));
    public static CallRequest GetMarket(Address contract, uint market) => new(contract, new AbiWriter().Word((UInt256)market).ToCall(GetMarketSelector));
    public static CallRequest LatestRoundData(Address proxy) => new(proxy, new AbiWriter().ToCall(LatestRoundDataSelector));
}
