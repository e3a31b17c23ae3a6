using System.Diagnostics.Metrics;
using Keeper.Core.Chain.Pending;

namespace Keeper.Core.Telemetry;

/// <summary>Instruments of price updates that wait in the pool.</summary>
internal static class PendingInstruments
{
    private static readonly Counter<long> Updates =
        KeeperMeter.Instance.CreateCounter<long>("keeper_pending_updates_total", description: "Price updates in the pool by what became of them; of those that our transactions followed, once a transaction.");

    public static void Update(PendingFate fate) => Updates.Add(1, new KeyValuePair<string, object?>("fate", Label.Of(fate)));
}
