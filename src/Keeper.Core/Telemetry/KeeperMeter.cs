using System.Diagnostics.Metrics;

namespace Keeper.Core.Telemetry;

/// <summary>The meter that every instrument belongs to. The exporter is the host's.</summary>
public static class KeeperMeter
{
    public const string Name = "Keeper";

    public static Meter Instance { get; } = new(Name);
}
