using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Keeper.Core.Chain;
using Keeper.Core.Telemetry;

namespace Keeper.Host.Demo;

/// <summary>Listens to the keeper's own instruments for the figures that only it can know: latency, requests, refused sends.</summary>
internal sealed class MetricsProbe : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<double> _latencies = new();
    private long _requests, _refused;

    public MetricsProbe()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == KeeperMeter.Name && instrument.Name is "keeper_oracle_to_broadcast_seconds" or "keeper_rpc_requests_total" or "keeper_tx_broadcast_errors_total")
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((_, value, _, _) => _latencies.Enqueue(value * 1_000));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            if (instrument.Name == "keeper_rpc_requests_total")
            {
                if (tags.Contains(new("rpc", DemoWorkspace.Endpoint))) Interlocked.Add(ref _requests, value);
            }
            // A node that knows the transaction already has accepted it.
            else if (!tags.Contains(new("class", Label.Of(SendError.Known)))) Interlocked.Add(ref _refused, value);
        });
        _listener.Start();
    }

    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>Sends that a node answered with anything but acceptance.</summary>
    public long RefusedSends => Interlocked.Read(ref _refused);

    /// <summary>From the event's arrival at the keeper to a node's acceptance of the transaction, in milliseconds; null before the first.</summary>
    public double? LatencyMs(double quantile)
    {
        var sorted = _latencies.Order().ToArray();
        return sorted.Length == 0 ? null : sorted[(int)Math.Ceiling(quantile * sorted.Length) - 1];
    }

    public void Dispose() => _listener.Dispose();
}
