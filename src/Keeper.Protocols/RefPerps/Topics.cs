using Keeper.Core.Primitives;

namespace Keeper.Protocols.RefPerps;

/// <summary>First topics of the logs that change the mirrored state, or tell who liquidated: keccak-256 of the signatures beside them, which a test recomputes.</summary>
internal static class Topics
{
    public static readonly Hash32 QuoteChanged = Hash32.Parse("0xe85146504db3f9e433cd2e753098f4bd0b2bc778e34fbdcad048a2d9033c805f");
    public static readonly Hash32 PositionChanged = Hash32.Parse("0x60d26aba1f76d92f64e6f790f199bbbd036cee5e4dfb3c1091fba61a172a895b");
    public static readonly Hash32 PositionLiquidated = Hash32.Parse("0x26b0da55e22ea95c318634e93ce0c764951685390be746a84aa77b75abf6d3e7");
    public static readonly Hash32 MarketSynced = Hash32.Parse("0x05a6a12b8f6dc3079f463ddb22e3485f14aeed30ef4417859e209fd73e887ead");
    public static readonly Hash32 MarketState = Hash32.Parse("0xdf3eb21773ab0109408493aa221c642d2c48a1ae9477c2a984dae196abdaaf70");
    public static readonly Hash32 InsuranceFundChanged = Hash32.Parse("0x9a2a77773e8c8f234bc0e3f4826c4d992f97e981ce2e0e9ce49aaf2e664ae76f");
    public static readonly Hash32 PoolChanged = Hash32.Parse("0x44697433a76851ce32ee9b0ead2fc68769a928e00692ce3bf5992e011f6cdb1d");
    public static readonly Hash32 AccountOpened = Hash32.Parse("0xe99a09c445bf57e4412a6468c7fca96cfc4b6362f6778d276e00187a5bb263d4");
    public static readonly Hash32 MarketListed = Hash32.Parse("0x63c51556f5db1ae064ebaf84b706f1474f30b1106f40af6f0f506d7006d18570");
    public static readonly Hash32 MarketParamsSet = Hash32.Parse("0x6f504689dc1efc8b4427c23549e6da9c0055bb931b6d20888524b313260af009");
    public static readonly Hash32 MarketTiersSet = Hash32.Parse("0x41bf9e6fbfedeb188e10749cf08c5c4d22f1c73a7d2dc3dc9f928fa6debef65b");
    public static readonly Hash32 GlobalParamsSet = Hash32.Parse("0x54b160de8b4579eb38c56ca41fe1a0f9cb910e4cf2638370270a2c931f484b93");
    public static readonly Hash32 PausedSet = Hash32.Parse("0xdd8e936d527423d7ea8f96b67461196a9a98bb15ca4e2cf696731c77c1739725");

    /// <summary>Each topic with what it is the hash of.</summary>
    public static readonly IReadOnlyList<(Hash32 Topic, string Signature)> All =
    [
        (QuoteChanged, "QuoteChanged(uint256,int256,int256,uint8)"),
        (PositionChanged, "PositionChanged(uint256,uint32,int256,int256,int256,int256,int256,uint256,uint8)"),
        (PositionLiquidated, "PositionLiquidated(uint256,uint32,address,uint256,int256,uint256,uint256,uint256,int256,bool)"),
        (MarketSynced, "MarketSynced(uint32,uint80,uint256,uint64,int256,uint64)"),
        (MarketState, "MarketState(uint32,int256,uint256,uint256,int256)"),
        (InsuranceFundChanged, "InsuranceFundChanged(int256,uint256,uint256)"),
        (PoolChanged, "PoolChanged(int256,int256)"),
        (AccountOpened, "AccountOpened(uint256,address,uint8,uint32)"),
        (MarketListed, "MarketListed(uint32,bytes32)"),
        (MarketParamsSet, "MarketParamsSet(uint32,(address,uint32,uint64,uint128,uint128,uint128,uint128,uint64,uint32,uint32,uint32,uint32,uint32,uint8))"),
        (MarketTiersSet, "MarketTiersSet(uint32,(uint128,uint32)[],(uint128,uint32)[])"),
        (GlobalParamsSet, "GlobalParamsSet((uint128,uint128,uint32,uint32,address))"),
        (PausedSet, "PausedSet(uint8)"),
    ];
}
