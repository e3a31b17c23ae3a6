using System.Diagnostics.Metrics;
using Keeper.Core.Mirror.Snapshots;
using Keeper.Core.Primitives;

namespace Keeper.Core.Telemetry;

/// <summary>Instruments of hop 2.</summary>
internal static class MirrorInstruments
{
    private static readonly Counter<long> Applied = KeeperMeter.Instance.CreateCounter<long>("keeper_logs_applied_total", description: "Logs applied to the mirror.");
    private static readonly Counter<long> Rejected = KeeperMeter.Instance.CreateCounter<long>("keeper_logs_rejected_total", description: "Logs that could not be applied.");

    private static readonly Counter<long> Mismatches = KeeperMeter.Instance.CreateCounter<long>("keeper_totals_mismatches_total", description: "Sums over the mirror that were not the contract's at the same block.");
    private static readonly Gauge<long> Lacks = KeeperMeter.Instance.CreateGauge<long>("keeper_totals_lacking", description: "Sums of the contract that are above the mirror's, which began with a list of accounts: it does not know all.");
    private static readonly Counter<long> Builds = KeeperMeter.Instance.CreateCounter<long>("keeper_mirror_builds_total", description: "Mirrors that were built, by what they began with.");
    private static readonly Counter<long> Refusals = KeeperMeter.Instance.CreateCounter<long>("keeper_snapshots_refused_total", description: "Snapshots that were not used, by reason.");
    private static readonly Gauge<long> SnapshotBlock = KeeperMeter.Instance.CreateGauge<long>("keeper_snapshot_block_number", description: "Height of the final block that a start would begin with.");
    private static readonly Gauge<long> SnapshotBytes = KeeperMeter.Instance.CreateGauge<long>("keeper_snapshot_bytes", "By", "Size of the newest snapshot.");
    private static readonly Gauge<double> SnapshotSeconds = KeeperMeter.Instance.CreateGauge<double>("keeper_snapshot_write_seconds", "s", "What the newest snapshot took, its totals included.");
    private static readonly Gauge<long> BackfillBlock = KeeperMeter.Instance.CreateGauge<long>("keeper_backfill_block_number", description: "Height up to which the running or last back-fill has come.");
    private static readonly Gauge<long> BackfillTarget = KeeperMeter.Instance.CreateGauge<long>("keeper_backfill_target_number", description: "Height that it goes to.");

    public static void TotalsDiffer(string protocol) => Mismatches.Add(1, new KeyValuePair<string, object?>("protocol", protocol));

    public static void TotalsLack(string protocol, int sums) => Lacks.Record(sums, new KeyValuePair<string, object?>("protocol", protocol));

    public static void Built(bool fromSnapshot) => Builds.Add(1, new KeyValuePair<string, object?>("from", fromSnapshot ? "snapshot" : "history"));

    public static void SnapshotRefused(SnapshotFault fault) => Refusals.Add(1, new KeyValuePair<string, object?>("reason", Label.Of(fault)));

    public static void SnapshotWritten(long bytes, TimeSpan elapsed)
    {
        SnapshotBytes.Record(bytes);
        SnapshotSeconds.Record(elapsed.TotalSeconds);
    }

    public static void SnapshotFinal(BlockRef block) => SnapshotBlock.Record((long)block.Number);

    public static void Backfill(ulong block, ulong target)
    {
        BackfillBlock.Record((long)block);
        BackfillTarget.Record((long)target);
    }

    public static void LogApplied(string protocol) => Applied.Add(1, new KeyValuePair<string, object?>("protocol", protocol));

    public static void LogRejected(string protocol, string reason) =>
        Rejected.Add(1, new KeyValuePair<string, object?>("protocol", protocol), new KeyValuePair<string, object?>("reason", reason));
}
