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
    private const uint AccountCountSelector = 0xe4af29fc;
    private const uint TotalQuoteSelector = 0x400e69ef;
    private const uint AccountHealthSelector = 0xfd9797c7;
    private const uint GetAccountSelector = 0xce88b145;
    private const uint GetPositionSelector = 0x5941b8bb;
    private const uint GetMarketSelector = 0xc2c79dec;
    private const uint GetMarketParamsSelector = 0xa7d8dc63;
    private const uint GetMarketTiersSelector = 0x67897d65;
    private const uint GetGlobalParamsSelector = 0x6b3222e6;
    private const uint MarketCountSelector = 0xec979082;
    private const uint PoolSelector = 0x16f0115b;
    private const uint InsuranceFundSelector = 0xb7902303;
    private const uint PausedSelector = 0x5c975abb;

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
        (AccountCountSelector, "accountCount()"),
        (TotalQuoteSelector, "totalQuote()"),
        (AccountHealthSelector, "accountHealth(uint256)"),
        (GetAccountSelector, "getAccount(uint256)"),
        (GetPositionSelector, "getPosition(uint256,uint32)"),
        (GetMarketSelector, "getMarket(uint32)"),
        (GetMarketParamsSelector, "getMarketParams(uint32)"),
        (GetMarketTiersSelector, "getMarketTiers(uint32)"),
        (GetGlobalParamsSelector, "getGlobalParams()"),
        (MarketCountSelector, "marketCount()"),
        (PoolSelector, "pool()"),
        (InsuranceFundSelector, "insuranceFund()"),
        (PausedSelector, "paused()"),
    ];

    /// <summary>The contract computes the minimal close itself, so that a price between plan and inclusion does not revert the call.</summary>
    public static byte[] LiquidatePosition(UInt256 account, uint market) =>
        new AbiWriter().Word(account).Word((UInt256)market).Word(UInt256.MaxValue).ToCall(LiquidatePositionSelector);

    public static byte[] ResolveBadDebt(UInt256 account) => new AbiWriter().Word(account).ToCall(ResolveBadDebtSelector);

    public static CallRequest QuoteToken(Address contract) => new(contract, new AbiWriter().ToCall(QuoteTokenSelector));
    public static CallRequest Symbol(Address token) => new(token, new AbiWriter().ToCall(SymbolSelector));
    public static CallRequest Decimals(Address token) => new(token, new AbiWriter().ToCall(DecimalsSelector));
    public static CallRequest AccountCount(Address contract) => new(contract, new AbiWriter().ToCall(AccountCountSelector));
    public static CallRequest TotalQuote(Address contract) => new(contract, new AbiWriter().ToCall(TotalQuoteSelector));
    public static CallRequest AccountHealth(Address contract, UInt256 account) => new(contract, new AbiWriter().Word(account).ToCall(AccountHealthSelector));
    public static CallRequest GetAccount(Address contract, UInt256 account) => new(contract, new AbiWriter().Word(account).ToCall(GetAccountSelector));
    public static CallRequest GetPosition(Address contract, UInt256 account, uint market) => new(contract, new AbiWriter().Word(account).Word((UInt256)market).ToCall(GetPositionSelector));
    public static CallRequest GetMarket(Address contract, uint market) => new(contract, new AbiWriter().Word((UInt256)market).ToCall(GetMarketSelector));
    public static CallRequest GetMarketParams(Address contract, uint market) => new(contract, new AbiWriter().Word((UInt256)market).ToCall(GetMarketParamsSelector));
    public static CallRequest GetMarketTiers(Address contract, uint market) => new(contract, new AbiWriter().Word((UInt256)market).ToCall(GetMarketTiersSelector));
    public static CallRequest MarketCount(Address contract) => new(contract, new AbiWriter().ToCall(MarketCountSelector));
    public static CallRequest Pool(Address contract) => new(contract, new AbiWriter().ToCall(PoolSelector));
    public static CallRequest InsuranceFund(Address contract) => new(contract, new AbiWriter().ToCall(InsuranceFundSelector));
    public static CallRequest Paused(Address contract) => new(contract, new AbiWriter().ToCall(PausedSelector));
    public static CallRequest GetGlobalParams(Address contract) => new(contract, new AbiWriter().ToCall(GetGlobalParamsSelector));
}
