namespace Keeper.Host.Metrics;

/// <summary>The exposition by prometheus-net, in builds that have the package.</summary>
internal static class PrometheusNet
{
    /// <summary>Null where this build is without it.</summary>
    public static IExposition? Create() => new PrometheusNetExposition();
}
