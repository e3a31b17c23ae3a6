using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;

namespace Keeper.Protocols.AaveV3;

/// <summary>Calldata. Selectors are the first four bytes of keccak-256 of the signatures beside them, which a test recomputes.</summary>
internal static class Calls
{
    private const uint ProviderSelector = 0x0542975c;
    private const uint RevisionSelector = 0x0148170e;
    private const uint ConfiguratorSelector = 0x631adfca;
    private const uint OracleSelector = 0xfca513a8;
    private const uint SentinelSelector = 0x5eb88d3d;
    private const uint ReservesListSelector = 0xd1946dbc;
    private const uint ReserveDataSelector = 0x35ea6a75;
    private const uint GracePeriodSelector = 0x5c9a8b18;
    private const uint CategoryDataSelector = 0x6c6f6ae1;
    private const uint CategoryConfigSelector = 0xb286f467;
    private const uint CategoryBitmapSelector = 0xb0771dba;
    private const uint UserAccountDataSelector = 0xbf92857c;
    private const uint UserConfigurationSelector = 0x4417a583;
    private const uint UserEModeSelector = 0xeddf1b79;
    private const uint BaseCurrencyUnitSelector = 0x8c89b64f;
    private const uint SourceOfAssetSelector = 0x92bf2be0;
    public const uint AssetPriceSelector = 0xb3596f07;
    private const uint AssetsPricesSelector = 0x9d23d9f2;
    public const uint LiquidationAllowedSelector = 0x7a5d20ea;
    private const uint ScaledTotalSupplySelector = 0xb1bf962d;
    private const uint ScaledBalanceSelector = 0x1da24f3e;
    private const uint SymbolSelector = 0x95d89b41;

    public static readonly IReadOnlyList<(uint Selector, string Signature)> All =
    [
        (ProviderSelector, "ADDRESSES_PROVIDER()"),
        (RevisionSelector, "POOL_REVISION()"),
        (ConfiguratorSelector, "getPoolConfigurator()"),
        (OracleSelector, "getPriceOracle()"),
        (SentinelSelector, "getPriceOracleSentinel()"),
        (ReservesListSelector, "getReservesList()"),
        (ReserveDataSelector, "getReserveData(address)"),
        (GracePeriodSelector, "getLiquidationGracePeriod(address)"),
        (CategoryDataSelector, "getEModeCategoryData(uint8)"),
        (CategoryConfigSelector, "getEModeCategoryCollateralConfig(uint8)"),
        (CategoryBitmapSelector, "getEModeCategoryCollateralBitmap(uint8)"),
        (UserAccountDataSelector, "getUserAccountData(address)"),
        (UserConfigurationSelector, "getUserConfiguration(address)"),
        (UserEModeSelector, "getUserEMode(address)"),
        (BaseCurrencyUnitSelector, "BASE_CURRENCY_UNIT()"),
        (SourceOfAssetSelector, "getSourceOfAsset(address)"),
        (AssetPriceSelector, "getAssetPrice(address)"),
        (AssetsPricesSelector, "getAssetsPrices(address[])"),
        (LiquidationAllowedSelector, "isLiquidationAllowed()"),
        (ScaledTotalSupplySelector, "scaledTotalSupply()"),
        (ScaledBalanceSelector, "scaledBalanceOf(address)"),
        (SymbolSelector, "symbol()"),
    ];

    public static CallRequest Provider(Address at) => new(at, new AbiWriter().ToCall(ProviderSelector));
    public static CallRequest Revision(Address at) => new(at, new AbiWriter().ToCall(RevisionSelector));
    public static CallRequest Configurator(Address at) => new(at, new AbiWriter().ToCall(ConfiguratorSelector));
    public static CallRequest Oracle(Address at) => new(at, new AbiWriter().ToCall(OracleSelector));
    public static CallRequest Sentinel(Address at) => new(at, new AbiWriter().ToCall(SentinelSelector));
    public static CallRequest ReservesList(Address at) => new(at, new AbiWriter().ToCall(ReservesListSelector));
    public static CallRequest ReserveData(Address at, Address of) => new(at, new AbiWriter().Word(of).ToCall(ReserveDataSelector));
    public static CallRequest GracePeriod(Address at, Address of) => new(at, new AbiWriter().Word(of).ToCall(GracePeriodSelector));
    public static CallRequest CategoryData(Address at, byte category) => new(at, new AbiWriter().Word((UInt256)(ulong)category).ToCall(CategoryDataSelector));
    public static CallRequest CategoryConfig(Address at, byte category) => new(at, new AbiWriter().Word((UInt256)(ulong)category).ToCall(CategoryConfigSelector));
    public static CallRequest CategoryBitmap(Address at, byte category) => new(at, new AbiWriter().Word((UInt256)(ulong)category).ToCall(CategoryBitmapSelector));
    public static CallRequest UserAccountData(Address at, Address of) => new(at, new AbiWriter().Word(of).ToCall(UserAccountDataSelector));
    public static CallRequest UserConfiguration(Address at, Address of) => new(at, new AbiWriter().Word(of).ToCall(UserConfigurationSelector));
    public static CallRequest UserEMode(Address at, Address of) => new(at, new AbiWriter().Word(of).ToCall(UserEModeSelector));
    public static CallRequest BaseCurrencyUnit(Address at) => new(at, new AbiWriter().ToCall(BaseCurrencyUnitSelector));
    public static CallRequest SourceOfAsset(Address at, Address of) => new(at, new AbiWriter().Word(of).ToCall(SourceOfAssetSelector));
    public static CallRequest AssetPrice(Address at, Address of) => new(at, new AbiWriter().Word(of).ToCall(AssetPriceSelector));
    public static CallRequest AssetsPrices(Address at, IReadOnlyList<Address> of) => new(at, new AbiWriter().StaticArray(of, (writer, asset) => writer.Word(asset)).ToCall(AssetsPricesSelector));
    public static CallRequest ScaledTotalSupply(Address at) => new(at, new AbiWriter().ToCall(ScaledTotalSupplySelector));
    public static CallRequest ScaledBalance(Address at, Address of) => new(at, new AbiWriter().Word(of).ToCall(ScaledBalanceSelector));
    public static CallRequest Symbol(Address at) => new(at, new AbiWriter().ToCall(SymbolSelector));
}
