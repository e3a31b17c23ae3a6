using System.Diagnostics.Metrics;
using Keeper.Core.Protocol;

namespace Keeper.Core.Telemetry;

/// <summary>Instruments of the prices that protocols depend on.</summary>
internal static class OracleInstruments
{
    private static readonly Gauge<long> Updated = KeeperMeter.Instance.CreateGauge<long>("keeper_oracle_updated_timestamp_seconds", "s", "When a feed was last updated, by its own word.");
    private static readonly Gauge<long> MaxAge = KeeperMeter.Instance.CreateGauge<long>("keeper_oracle_max_age_seconds", "s", "Age at which the protocol refuses a feed, or at which we warn where it has no such rule.");
    private static readonly Counter<long> Rejected = KeeperMeter.Instance.CreateCounter<long>("keeper_oracle_rejected_total", description: "Prices that the protocol's contract would refuse, once for each and its reason.");
    private static readonly Counter<long> Jumps = KeeperMeter.Instance.CreateCounter<long>("keeper_oracle_jumps_total", description: "Prices that are far from the one before and that the contract takes all the same.");

    static OracleInstruments()
    {
        foreach (var fault in Enum.GetValues<PriceFault>()) if (fault is not (PriceFault.None or PriceFault.Unread)) Rejected.Add(0, Reason(fault));
        Jumps.Add(0);
    }

    public static void Update(string feed, ulong updatedAt, ulong maxAge)
    {
        var tag = new KeyValuePair<string, object?>("feed", feed);
        Updated.Record(Clamp(updatedAt), tag);
        MaxAge.Record(Clamp(maxAge), tag);
    }

    public static void Reject(PriceFault fault) => Rejected.Add(1, Reason(fault));

    public static void Jump() => Jumps.Add(1);

    private static KeyValuePair<string, object?> Reason(PriceFault fault) => new("reason", Label.Of(fault));

    private static long Clamp(ulong seconds) => (long)Math.Min(seconds, long.MaxValue);
}
