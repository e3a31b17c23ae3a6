using System.Diagnostics.Metrics;
using Keeper.Core.Primitives;

namespace Keeper.Core.Telemetry;

/// <summary>Instruments of the loop itself.</summary>
internal static class LoopInstruments
{
    private static readonly Gauge<long> HeadNumber = KeeperMeter.Instance.CreateGauge<long>("keeper_chain_head_number", description: "Height of the mirror's block.");
    private static readonly Gauge<long> HeadTimestamp = KeeperMeter.Instance.CreateGauge<long>("keeper_chain_head_timestamp_seconds", "s", "Timestamp of the mirror's block.");
    private static readonly Gauge<double> CoinPrice = KeeperMeter.Instance.CreateGauge<double>("keeper_native_coin_price", description: "Price of the native coin that gas is valued at, in the currency of the label.");
    private static readonly Gauge<long> CoinPriceWorstCase = KeeperMeter.Instance.CreateGauge<long>("keeper_native_coin_worst_case", description: "1 while the profile's worst case stands in for the native coin's feed.");
    private static readonly Histogram<double> Processing = KeeperMeter.Instance.CreateHistogram<double>(
        "keeper_block_processing_seconds", "s", "From the arrival of a block or hint to the plans handed on.", null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = Buckets.Seconds });

    public static void Applied(BlockRef head)
    {
        HeadNumber.Record((long)head.Number);
        HeadTimestamp.Record((long)head.Timestamp);
    }

    public static void Processed(TimeSpan elapsed) => Processing.Record(elapsed.TotalSeconds);

    public static void Coin(Planning.NativeCoinPrice price)
    {
        CoinPrice.Record(price.UsdPerCoin.ToDouble(), new KeyValuePair<string, object?>("currency", price.Currency));
        CoinPriceWorstCase.Record(price.IsWorstCase ? 1 : 0);
    }
}
