namespace Keeper.Core.Telemetry;

/// <summary>Bucket boundaries that instruments share, so that panels can be laid over each other.</summary>
internal static class Buckets
{
    /// <summary>50 microseconds to a minute.</summary>
    public static readonly double[] Seconds = [0.00005, 0.0002, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

}
