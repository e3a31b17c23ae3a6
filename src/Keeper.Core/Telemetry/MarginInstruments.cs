using System.Diagnostics.Metrics;

namespace Keeper.Core.Telemetry;

/// <summary>Instruments of hop 3.</summary>
internal static class MarginInstruments
{
    private static readonly Histogram<double> Evaluation = KeeperMeter.Instance.CreateHistogram<double>(
        "keeper_evaluation_seconds", "s", "Time of one margin cycle over all accounts.", null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = Buckets.Seconds });

    private static readonly Gauge<long> LiquidatableAccounts = KeeperMeter.Instance.CreateGauge<long>("keeper_liquidatable_accounts", description: "Accounts that the contract would let anybody liquidate now.");
    private static readonly Gauge<long> Accounts = KeeperMeter.Instance.CreateGauge<long>("keeper_accounts", description: "Accounts in the mirror.");

    public static void Evaluated(TimeSpan elapsed) => Evaluation.Record(elapsed.TotalSeconds);

    public static void Liquidatable(string protocol, int liquidatable, int accounts)
    {
        var tag = new KeyValuePair<string, object?>("protocol", protocol);
        LiquidatableAccounts.Record(liquidatable, tag);
        Accounts.Record(accounts, tag);
    }
}
