using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;

namespace Keeper.Host.Demo.RefPerps;

/// <summary>A market of the demo's exchange.</summary>
/// <param name="Asset">Whose price it is about.</param>
/// <param name="Lot">The smallest step of a size, 1e18.</param>
/// <param name="SkewScale">
/// The skew at which premium and funding are full, 1e18. Far above what is liquidated in a block: else the liquidations of a
/// burst move the mark so much that accounts turn healthy and back within one block, and nobody can be on time for those.
/// </param>
internal sealed record DemoMarket(DemoAsset Asset, UInt256 Lot, UInt256 SkewScale)
{
    private const ulong Wad = 1_000_000_000_000_000_000;

    public static IReadOnlyList<DemoMarket> All { get; } =
    [
        new(DemoAsset.All[0], Wad / 1_000, Wads(1_000_000)),
        new(DemoAsset.All[1], Wad / 10_000, Wads(50_000)),
        new(DemoAsset.All[2], Wad / 100, Wads(20_000_000)),
    ];

    /// <summary>At most 32 ASCII letters.</summary>
    public string Symbol => $"{Asset.Symbol}-PERP";

    /// <summary>US dollars with the feed's 8 decimals.</summary>
    public long StartPrice => Asset.StartPrice;

    /// <summary>Upper end in dollars (0: without end) and rate in parts per million of each bracket.</summary>
    public static readonly (ulong Upper, uint Ppm)[] MaintenanceTiers = [(10_000, 5_000), (100_000, 10_000), (500_000, 25_000), (0, 50_000)];

    public static readonly (ulong Upper, uint Ppm)[] InitialTiers = [(10_000, 10_000), (100_000, 20_000), (500_000, 50_000), (0, 100_000)];

    /// <summary>Calldata of <c>listMarket</c> (contracts/src/refperps/IRefPerps.sol).</summary>
    public byte[] ListCall(Address feed)
    {
        Span<byte> symbol = stackalloc byte[32];
        symbol.Clear();
        System.Text.Encoding.ASCII.GetBytes(Symbol, symbol);
        return new AbiWriter()
            .Word(new Hash32(symbol))
            .Word(feed).Word(86_400UL) // maxStaleness
            .Word(Wad / 20) // premiumCap: 5 %
            .Word(Lot).Word(Wads(100)) // minNotional
            .Word(Lot * 10UL) // closeTolerance
            .Word(SkewScale).Word(Wad / 10) // maxFundingPerDay: 10 %
            .Word(500UL) // takerFeePpm
            .Word(5_000UL) // liqFeePpm
            .Word(500_000UL) // keeperSharePpm
            .Word(100_000UL) // bufferPpm
            .Word(500_000UL) // partialFloorPpm
            .Word((ulong)DemoAsset.FeedDecimals)
            .StaticArray(MaintenanceTiers, WriteTier)
            .StaticArray(InitialTiers, WriteTier)
            .ToCall(Signatures.ListMarket);
    }

    private static void WriteTier(AbiWriter writer, (ulong Upper, uint Ppm) tier) =>
        writer.Word(tier.Upper == 0 ? UInt128.MaxValue : Wads(tier.Upper)).Word((ulong)tier.Ppm);

    private static UInt256 Wads(ulong whole) => (UInt256)whole * Wad;
}
