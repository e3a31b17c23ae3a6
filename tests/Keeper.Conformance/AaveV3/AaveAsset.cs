using Keeper.Core.Primitives;

namespace Keeper.Conformance.AaveV3;

/// <param name="HasProxy">Its source is a proxy of its aggregator, whose rounds tell the price; else the aggregator itself, which is polled.</param>
internal sealed record AaveAsset(int Decimals, bool HasProxy, ulong Ltv, ulong Threshold, ulong Bonus, ulong ProtocolFee)
{
    /// <summary>USD at 1e8.</summary>
    public required UInt256 Price { get; set; }

    public Address Token { get; set; }
    public Address Aggregator { get; set; }
    public Address Source { get; set; }

    public UInt256 Unit => UInt256.Parse("1" + new string('0', Decimals));

    /// <summary>So many whole tokens.</summary>
    public UInt256 Amount(ulong whole) => Unit * whole;

    /// <summary>So many dollars' worth.</summary>
    public UInt256 Worth(ulong dollars) => Unit * dollars * 100_000_000UL / Price;

    public static IReadOnlyList<AaveAsset> Four() =>
    [
        new(18, HasProxy: true, 8000, 8250, 10_500, 1_000) { Price = 2_000_00000000UL },
        new(18, HasProxy: true, 7500, 7900, 10_750, 500) { Price = 2_300_00000000UL },
        new(6, HasProxy: false, 7500, 7800, 10_450, 2_000) { Price = 1_00000000UL },
        new(8, HasProxy: true, 7000, 7500, 11_000, 0) { Price = 60_000_00000000UL },
    ];
}
