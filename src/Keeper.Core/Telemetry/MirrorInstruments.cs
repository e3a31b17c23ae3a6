using System.Diagnostics.Metrics;

namespace Keeper.Core.Telemetry;

/// <summary>Instruments of hop 2.</summary>
internal static class MirrorInstruments
{
    private static readonly Counter<long> Applied = KeeperMeter.Instance.CreateCounter<long>("keeper_logs_applied_total", description: "Logs applied to the mirror.");
    private static readonly Counter<long> Rejected = KeeperMeter.Instance.CreateCounter<long>("keeper_logs_rejected_total", description: "Logs that could not be applied.");

    public static void LogApplied(string protocol) => Applied.Add(1, new KeyValuePair<string, object?>("protocol", protocol));

    public static void LogRejected(string protocol, string reason) =>
        Rejected.Add(1, new KeyValuePair<string, object?>("protocol", protocol), new KeyValuePair<string, object?>("reason", reason));
}
