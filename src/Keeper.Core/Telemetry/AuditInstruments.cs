using System.Diagnostics.Metrics;

namespace Keeper.Core.Telemetry;

/// <summary>Instruments of the audit of hop 2.</summary>
internal static class AuditInstruments
{
    private static readonly Counter<long> Checks = KeeperMeter.Instance.CreateCounter<long>("keeper_mirror_audit_checked_total", description: "Accounts of the mirror that were held against the contract.");
    private static readonly Counter<long> Mismatches = KeeperMeter.Instance.CreateCounter<long>("keeper_mirror_audit_mismatches_total", description: "Accounts in which the mirror was wrong, by two looks.");
    private static readonly Counter<long> Silences = KeeperMeter.Instance.CreateCounter<long>("keeper_mirror_audit_unanswered_total", description: "Accounts whose views the contract did not answer.");

    public static void Checked(string protocol) => Checks.Add(1, Tag(protocol));

    public static void Mismatch(string protocol) => Mismatches.Add(1, Tag(protocol));

    public static void Unanswered(string protocol) => Silences.Add(1, Tag(protocol));

    /// <summary>From the start on, so that a rate is there before the first of them.</summary>
    public static void Expect(string protocol)
    {
        Checks.Add(0, Tag(protocol));
        Mismatches.Add(0, Tag(protocol));
        Silences.Add(0, Tag(protocol));
    }

    private static KeyValuePair<string, object?> Tag(string protocol) => new("protocol", protocol);
}
