using Keeper.Core.Primitives;

namespace Keeper.Protocols.AaveV3;

/// <summary>First topics of the logs that change the mirrored state, tell that something must be read, or tell who liquidated: keccak-256 of the signatures beside them, which a test recomputes.</summary>
internal static class Topics
{
    /// <summary>Of aTokens and debt tokens.</summary>
    public static readonly Hash32 Mint = Hash32.Parse("0x458f5fa412d0f69b08dd84872b0215675cc67bc1d5b6fd93300a1c3878b86196");
    public static readonly Hash32 Burn = Hash32.Parse("0x4cf25bc1d991c17529c25213d3cc0cda295eeaad5f13f361969b12ea48015f90");
    public static readonly Hash32 BalanceTransfer = Hash32.Parse("0x4beccb90f994c31aced7a23b5611020728a23d8ec5cddd1a3e9d97b96fda8666");

    /// <summary>Of stable debt tokens (3.0).</summary>
    public static readonly Hash32 StableMint = Hash32.Parse("0xc16f4e4ca34d790de4c656c72fd015c667d688f20be64eea360618545c4c530f");

    /// <summary>Of the pool.</summary>
    public static readonly Hash32 ReserveDataUpdated = Hash32.Parse("0x804c9b842b2748a22bb64b345453a3de7ca54a6ca45ce00d415894979e22897a");
    public static readonly Hash32 CollateralEnabled = Hash32.Parse("0x00058a56ea94653cdf4f152d227ace22d4c00ad99e2a43f58cb7d9e3feb295f2");
    public static readonly Hash32 CollateralDisabled = Hash32.Parse("0x44c58d81365b66dd4b1a7f36c25aa97b8c71c361ee4937adc1a00000227db5dd");
    public static readonly Hash32 UserEModeSet = Hash32.Parse("0xd728da875fc88944cbf17638bcbe4af0eedaef63becd1d1c57cc097eb4608d84");
    public static readonly Hash32 LiquidationCall = Hash32.Parse("0xe413a321e8681d831f4dbccbca790d2952b56f977908e45be37335533e005286");

    /// <summary>Of the configurator.</summary>
    public static readonly Hash32 ReserveInitialized = Hash32.Parse("0x3a0ca721fc364424566385a1aa271ed508cc2c0949c2272575fb3013a163a45f");
    public static readonly Hash32 CollateralConfigurationChanged = Hash32.Parse("0x637febbda9275aea2e85c0ff690444c8d87eb2e8339bbede9715abcc89cb0995");
    public static readonly Hash32 ReserveActive = Hash32.Parse("0xc36c7d11ba01a5869d52aa4a3781939dab851cbc9ee6e7fdcedc7d58898a3f1e");
    public static readonly Hash32 ReservePaused = Hash32.Parse("0xe188d542a5f11925d3a3af33703cdd30a43cb3e8066a3cf68b1b57f61a5a94b5");
    public static readonly Hash32 ReserveDropped = Hash32.Parse("0xeeec4c06f7adad215cbdb4d2960896c83c26aedce02dde76d36fa28588d62da4");
    public static readonly Hash32 LiquidationProtocolFeeChanged = Hash32.Parse("0xb5b0a963825337808b6e3154de8e98027595a5cad4219bb3a9bc55b192f4b391");
    public static readonly Hash32 LiquidationGracePeriodChanged = Hash32.Parse("0xdf4f96448786bcd6fecc9f1fa25f1fbbbee6a5c9e76d635a615ac57bb5983d10");
    public static readonly Hash32 LiquidationGracePeriodDisabled = Hash32.Parse("0x1df36dc1651d06d990805068d22811a3a9ca4396190787ef59f9102e61868fff");
    public static readonly Hash32 EModeAssetCategoryChanged = Hash32.Parse("0x5bb69795b6a2ea222d73a5f8939c23471a1f85a99c7ca43c207f1b71f10c6264");
    public static readonly Hash32 AssetCollateralInEModeChanged = Hash32.Parse("0x79409190108b26fcb0e4570f8e240f627bf18fd01a55f751010224d5bd486098");
    public static readonly Hash32 EModeCategoryAdded = Hash32.Parse("0x0acf8b4a3cace10779798a89a206a0ae73a71b63acdd3be2801d39c2ef7ab3cb");

    /// <summary>Of the addresses provider.</summary>
    public static readonly Hash32 PoolUpdated = Hash32.Parse("0x90affc163f1a2dfedcd36aa02ed992eeeba8100a4014f0b4cdc20ea265a66627");
    public static readonly Hash32 PriceOracleUpdated = Hash32.Parse("0x56b5f80d8cac1479698aa7d01605fd6111e90b15fc4d2b377417f46034876cbd");
    public static readonly Hash32 PriceOracleSentinelUpdated = Hash32.Parse("0x5326514eeca90494a14bedabcff812a0e683029ee85d1e23824d44fd14cd6ae7");
    public static readonly Hash32 AddressSet = Hash32.Parse("0x9ef0e8c8e52743bb38b83b17d9429141d494b8041ca6d616a6c77cebae9cd8b7");

    /// <summary>Of the oracle.</summary>
    public static readonly Hash32 AssetSourceUpdated = Hash32.Parse("0x22c5b7b2d8561d39f7f210b6b326a1aa69f15311163082308ac4877db6339dc1");

    /// <summary>Each topic with what it is the hash of.</summary>
    public static readonly IReadOnlyList<(Hash32 Topic, string Signature)> All =
    [
        (Mint, "Mint(address,address,uint256,uint256,uint256)"),
        (Burn, "Burn(address,address,uint256,uint256,uint256)"),
        (BalanceTransfer, "BalanceTransfer(address,address,uint256,uint256)"),
        (StableMint, "Mint(address,address,uint256,uint256,uint256,uint256,uint256,uint256)"),
        (ReserveDataUpdated, "ReserveDataUpdated(address,uint256,uint256,uint256,uint256,uint256)"),
        (CollateralEnabled, "ReserveUsedAsCollateralEnabled(address,address)"),
        (CollateralDisabled, "ReserveUsedAsCollateralDisabled(address,address)"),
        (UserEModeSet, "UserEModeSet(address,uint8)"),
        (LiquidationCall, "LiquidationCall(address,address,address,uint256,uint256,address,bool)"),
        (ReserveInitialized, "ReserveInitialized(address,address,address,address,address)"),
        (CollateralConfigurationChanged, "CollateralConfigurationChanged(address,uint256,uint256,uint256)"),
        (ReserveActive, "ReserveActive(address,bool)"),
        (ReservePaused, "ReservePaused(address,bool)"),
        (ReserveDropped, "ReserveDropped(address)"),
        (LiquidationProtocolFeeChanged, "LiquidationProtocolFeeChanged(address,uint256,uint256)"),
        (LiquidationGracePeriodChanged, "LiquidationGracePeriodChanged(address,uint40)"),
        (LiquidationGracePeriodDisabled, "LiquidationGracePeriodDisabled(address)"),
        (EModeAssetCategoryChanged, "EModeAssetCategoryChanged(address,uint8,uint8)"),
        (AssetCollateralInEModeChanged, "AssetCollateralInEModeChanged(address,uint8,bool)"),
        (EModeCategoryAdded, "EModeCategoryAdded(uint8,uint256,uint256,uint256,address,string)"),
        (PoolUpdated, "PoolUpdated(address,address)"),
        (PriceOracleUpdated, "PriceOracleUpdated(address,address)"),
        (PriceOracleSentinelUpdated, "PriceOracleSentinelUpdated(address,address)"),
        (AddressSet, "AddressSet(bytes32,address,address)"),
        (AssetSourceUpdated, "AssetSourceUpdated(address,address)"),
    ];
}
