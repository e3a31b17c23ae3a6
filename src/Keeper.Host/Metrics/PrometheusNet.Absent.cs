namespace Keeper.Host.Metrics;

/// <summary>Stands in where the package prometheus-net was not restored.</summary>
internal static class PrometheusNet
{
    /// <summary>Null where this build is without it.</summary>
    public static IExposition? Create() => null;
}
