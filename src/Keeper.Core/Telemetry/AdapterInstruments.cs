using System.Diagnostics.Metrics;
using Keeper.Core.Protocol;

namespace Keeper.Core.Telemetry;

/// <summary>Instruments of what adapters do wrong.</summary>
internal static class AdapterInstruments
{
    private static readonly Counter<long> Failures = KeeperMeter.Instance.CreateCounter<long>("keeper_adapter_failures_total", description: "Exceptions that an adapter let out though its port names none, by what it was asked for.");

    public static void Failed(string protocol, AdapterCall call) =>
        Failures.Add(1, new KeyValuePair<string, object?>("protocol", protocol), new KeyValuePair<string, object?>("call", Label.Of(call)));
}
