using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;

namespace Keeper.Protocols.Oracles;

/// <summary>Calldata. Selectors are the first four bytes of keccak-256 of the signatures beside them, which a test recomputes.</summary>
internal static class OracleCalls
{
    private const uint AggregatorSelector = 0x245a7bfc;
    private const uint LatestRoundDataSelector = 0xfeaf968c;
    private const uint TypeAndVersionSelector = 0x181f5a77;
    private const uint GetPriceUnsafeSelector = 0x96834ad3;

    public static readonly IReadOnlyList<(uint Selector, string Signature)> All =
    [
        (AggregatorSelector, "aggregator()"),
        (LatestRoundDataSelector, "latestRoundData()"),
        (TypeAndVersionSelector, "typeAndVersion()"),
        (GetPriceUnsafeSelector, "getPriceUnsafe(bytes32)"),
    ];

    public static CallRequest Aggregator(Address proxy) => new(proxy, new AbiWriter().ToCall(AggregatorSelector));
    public static CallRequest LatestRoundData(Address proxy) => new(proxy, new AbiWriter().ToCall(LatestRoundDataSelector));
    public static CallRequest TypeAndVersion(Address aggregator) => new(aggregator, new AbiWriter().ToCall(TypeAndVersionSelector));
    public static CallRequest GetPriceUnsafe(Address pyth, Hash32 id) => new(pyth, new AbiWriter().Word(id).ToCall(GetPriceUnsafeSelector));
}
