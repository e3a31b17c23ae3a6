using System.Diagnostics.Metrics;
using Keeper.Conformance.Support;
using Keeper.Core.Telemetry;

namespace Keeper.Conformance.EndToEnd.Faults;

/// <summary>Counts margin cycles of the keepers that this test starts after it, by the instrument that an operator sees.</summary>
internal sealed class DecisionCounter : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly TestFlow _flow = TestFlow.Begin();
    private int _count;

    public DecisionCounter()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == KeeperMeter.Name && instrument.Name == "keeper_evaluation_seconds") listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((_, _, _, _) =>
        {
            if (_flow.IsHere) Interlocked.Increment(ref _count);
        });
        _listener.Start();
    }

    public int Count => Volatile.Read(ref _count);

    public void Dispose() => _listener.Dispose();
}
