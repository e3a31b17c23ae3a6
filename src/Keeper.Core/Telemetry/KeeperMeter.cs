using System.Diagnostics.Metrics;

namespace Keeper.Core.Telemetry;

/// <summary>The one meter that every instrument of the keeper belongs to; an exporter listens to it by name.</summary>
public static class KeeperMeter
{
    public const string Name = "Keeper";

    public static Meter Instance { get; } = new(Name);
}
