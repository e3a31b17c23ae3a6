using System.Diagnostics.Metrics;
using System.Reflection;
using Keeper.Core.Telemetry;

namespace Keeper.Host.Running;

/// <summary>What the process says of itself. A meter of its own under the keeper's name, so that it ends with the host that made it.</summary>
internal sealed class HostInstruments : IDisposable
{
    private readonly Meter _meter = new(KeeperMeter.Name);

    public HostInstruments(Readiness readiness, string client, string exporter)
    {
        _meter.CreateObservableGauge(
            "keeper_build_info", () => new Measurement<long>(1, new("version", Version), new("client", client), new KeyValuePair<string, object?>("exporter", exporter)),
            description: "Always 1: the labels tell what runs.");
        _meter.CreateObservableGauge("keeper_ready", () => readiness.IsReady ? 1L : 0L, description: "1 when every component works.");
        _meter.CreateObservableGauge(
            "keeper_component_up", () => readiness.Report().Select(entry => new Measurement<long>(entry.Reason is null ? 1 : 0, new KeyValuePair<string, object?>("component", entry.Component))),
            description: "1 for a component that works.");
    }

    public static string Version { get; } = typeof(HostInstruments).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public void Dispose() => _meter.Dispose();
}
