using Keeper.Core.Primitives;

namespace Keeper.Protocols.Oracles;

/// <summary>First topics of the logs that tell of prices: keccak-256 of the signatures beside them, which a test recomputes.</summary>
internal static class OracleTopics
{
    /// <summary>Of every aggregator (OCR1, OCR2, DualAggregator, uptime feeds), beside its own event in the same transaction.</summary>
    public static readonly Hash32 AnswerUpdated = Hash32.Parse("0x0559884fd3a460db3073b7fc896cc77986f16e378210ded43186175bf646fc5f");

    /// <summary>Of a proxy that changed its aggregator: newer ones say it, EACAggregatorProxy v0.6 does not.</summary>
    public static readonly Hash32 AggregatorConfirmed = Hash32.Parse("0x33745f67a407dcb785417f9c123dd3641479a102674b6e35c1f10975625b90e9");

    /// <summary>Of a DualAggregator: what it shows the secondary (SVR) proxy has changed, with or without a new round.</summary>
    public static readonly Hash32 SecondaryRoundIdUpdated = Hash32.Parse("0x8d530b9ddc4b318d28fdd4c3a21fcfecece54c1a72a824f262985b99afef009b");
    public static readonly Hash32 PrimaryFeedUnlocked = Hash32.Parse("0xda2435684a37fba6f7841e49b59e6ad975e462bbebd28ec9da4ed9746a6992be");
    public static readonly Hash32 CutoffTimeSet = Hash32.Parse("0xb24a681ce3399a408a89fd0c2b59dfc24bdad592b1c7ec7671cf060596c1c4d1");
    public static readonly Hash32 MaxSyncIterationsSet = Hash32.Parse("0xcba51f727ba38740aa888ce0cb33f68de587733f61d3fafa0d9fb2b29e7f829f");

    /// <summary>Of an L2 uptime feed: the same status again, with another <c>updatedAt</c>.</summary>
    public static readonly Hash32 RoundUpdated = Hash32.Parse("0x297642343ed2faefb1a411b39fc449eae700e54223d5d0499a9421eb6f68f66a");

    /// <summary>Of Pyth.</summary>
    public static readonly Hash32 PriceFeedUpdate = Hash32.Parse("0xd06a6b7f4918494b3719217d1802786c1f5112a6c1d88fe2cfec00b4584f6aec");

    /// <summary>Each topic with what it is the hash of.</summary>
    public static readonly IReadOnlyList<(Hash32 Topic, string Signature)> All =
    [
        (AnswerUpdated, "AnswerUpdated(int256,uint256,uint256)"),
        (AggregatorConfirmed, "AggregatorConfirmed(address,address)"),
        (SecondaryRoundIdUpdated, "SecondaryRoundIdUpdated(uint32)"),
        (PrimaryFeedUnlocked, "PrimaryFeedUnlocked(uint32)"),
        (CutoffTimeSet, "CutoffTimeSet(uint32)"),
        (MaxSyncIterationsSet, "MaxSyncIterationsSet(uint32)"),
        (RoundUpdated, "RoundUpdated(int256,uint64)"),
        (PriceFeedUpdate, "PriceFeedUpdate(bytes32,uint64,int64,uint64)"),
    ];
}
