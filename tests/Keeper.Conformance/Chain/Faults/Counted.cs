using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Keeper.Conformance.Support;
using Keeper.Core.Telemetry;

namespace Keeper.Conformance.Chain.Faults;

/// <summary>What the instruments of a chain client counted since this was made: requests of endpoints by these names, and what befell the sockets of this test.</summary>
internal sealed class Counted : IDisposable
{
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly ConcurrentDictionary<string, long> _reconnects = new();
    private readonly ConcurrentQueue<(string Rpc, string Check)> _refused = new();
    private readonly MeterListener _listener;
    private readonly TestFlow _flow = TestFlow.Begin();
    private long _silences, _unreadable;

    public Counted(params IReadOnlyCollection<string> endpoints)
    {
        _listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == KeeperMeter.Name) listener.EnableMeasurementEvents(instrument);
            },
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            var labels = tags.ToArray().ToDictionary(tag => tag.Key, tag => tag.Value as string);
            if (instrument.Name == "keeper_rpc_requests_total" && endpoints.Contains(labels["rpc"])) _requests.Enqueue(labels["outcome"]!);
            if (instrument.Name == "keeper_ws_reconnects_total" && _flow.IsHere) _reconnects.AddOrUpdate(labels["reason"]!, value, (_, sum) => sum + value);
            if (instrument.Name == "keeper_ws_unreadable_total" && endpoints.Contains(labels["rpc"])) Interlocked.Add(ref _unreadable, value);
            if (instrument.Name == "keeper_integrity_failures_total" && endpoints.Contains(labels["rpc"])) _refused.Enqueue((labels["rpc"]!, labels["check"]!));
            if (instrument.Name == "keeper_ws_silent_total" && _flow.IsHere) Interlocked.Add(ref _silences, value);
        });
        _listener.Start();
    }

    /// <summary>Outcomes of requests, in the order in which they were counted.</summary>
    public IReadOnlyList<string> Requests => [.. _requests];

    public long Silences => Interlocked.Read(ref _silences);

    /// <summary>Messages at sockets of these endpoints.</summary>
    public long Unreadable => Interlocked.Read(ref _unreadable);

    /// <summary>Logs that were refused: by which endpoint they were told, and which check they failed.</summary>
    public IReadOnlyList<(string Rpc, string Check)> Refused => [.. _refused];

    public long Reconnects(string reason) => _reconnects.GetValueOrDefault(reason);

    public void Dispose() => _listener.Dispose();
}
