using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Keeper.Core.Telemetry;

/// <summary>What a chain client counts. Labels are closed sets: never a URL, a hash or an error text.</summary>
public static class ChainInstruments
{
    private static readonly Counter<long> Requests =
        KeeperMeter.Instance.CreateCounter<long>("keeper_rpc_requests_total", description: "JSON-RPC calls by endpoint, method and outcome.");

    private static readonly Histogram<double> RequestSeconds =
        KeeperMeter.Instance.CreateHistogram<double>("keeper_rpc_request_seconds", "s", "Time from a JSON-RPC request to its answer.");

    private static readonly Counter<long> Reconnects =
        KeeperMeter.Instance.CreateCounter<long>("keeper_ws_reconnects_total", description: "Sockets that ended and were opened again.");

    private static readonly Counter<long> Silences =
        KeeperMeter.Instance.CreateCounter<long>("keeper_ws_silent_total", description: "Sockets dropped because no head came.");

    private static readonly Counter<long> Unreadable =
        KeeperMeter.Instance.CreateCounter<long>("keeper_ws_unreadable_total", description: "Messages at a socket that could not be read or handled, by endpoint.");

    private static readonly Counter<long> Reorgs =
        KeeperMeter.Instance.CreateCounter<long>("keeper_reorgs_total", description: "Reorganisations by the number of blocks undone.");

    private static readonly Counter<long> Gaps =
        KeeperMeter.Instance.CreateCounter<long>("keeper_gaps_filled_total", description: "Blocks fetched because no head announced them.");

    private static readonly Counter<long> Integrity =
        KeeperMeter.Instance.CreateCounter<long>("keeper_integrity_failures_total", description: "Endpoints that were put aside and logs that were refused, by endpoint and by the check that failed.");

    private static readonly Counter<long> Alone =
        KeeperMeter.Instance.CreateCounter<long>("keeper_views_asked_alone_total", description: "Views of a multicall that were asked for again one by one: it did not answer, or they failed in it without data.");

    private static readonly Gauge<long> Healthy =
        KeeperMeter.Instance.CreateGauge<long>("keeper_rpc_healthy_endpoints", description: "Endpoints that answer and are not put aside.");

    private static readonly Gauge<long> Quorum =
        KeeperMeter.Instance.CreateGauge<long>("keeper_rpc_quorum", description: "Endpoints that agree on the chain; 0 where there is no majority.");

    private static readonly Counter<long> Hedges =
        KeeperMeter.Instance.CreateCounter<long>("keeper_rpc_hedges_total", description: "Reads that were asked of a second endpoint because the first took long, by the first and by whether the second was first to answer.");

    private static readonly Counter<long> Units =
        KeeperMeter.Instance.CreateCounter<long>("keeper_rpc_cost_units_total", description: "Cost units of the calls made: their number, where no weights are configured.");

    private static readonly Gauge<long> UnitsLeft =
        KeeperMeter.Instance.CreateGauge<long>("keeper_rpc_cost_units_left", description: "What is left of the day's cost units, where they are limited; below 0 where transactions went on.");

    private static readonly Counter<long> Deferrals =
        KeeperMeter.Instance.CreateCounter<long>("keeper_rpc_deferred_total", description: "Reads that waited or were given up because of an endpoint's limits, by purpose.");

    /// <param name="rpc">The endpoint's configured name.</param>
    /// <param name="outcome">ok, error, timeout, or a <see cref="Chain.ChainFault"/> in lower case.</param>
    public static void Request(string rpc, string method, string outcome, TimeSpan elapsed)
    {
        Requests.Add(1, new("rpc", rpc), new("method", method), new KeyValuePair<string, object?>("outcome", outcome));
        RequestSeconds.Record(elapsed.TotalSeconds, new("rpc", rpc), new KeyValuePair<string, object?>("method", method));
    }

    /// <param name="rpc">The endpoint's configured name.</param>
    /// <param name="check">receipts_root or agreement of logs; header of a block; lag, fork, chain_id or finality of the endpoint itself, finality also of two that dispute a final block.</param>
    public static void IntegrityFailed(string rpc, string check) => Integrity.Add(1, new("rpc", rpc), new KeyValuePair<string, object?>("check", check));

    /// <param name="reason">Why the socket before it ended: refused, closed, reset, silent, oversized, failed.</param>
    public static void Reconnect(string reason) => Reconnects.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public static void Endpoints(int healthy, int agreeing)
    {
        Healthy.Record(healthy);
        Quorum.Record(agreeing);
    }

    /// <param name="rpc">The endpoint that was asked first.</param>
    public static void Hedged(string rpc, bool secondWasFirst) => Hedges.Add(1, new("rpc", rpc), new KeyValuePair<string, object?>("outcome", secondWasFirst ? "second" : "first"));

    public static void CostUnits(string rpc, int units) => Units.Add(units, new KeyValuePair<string, object?>("rpc", rpc));
    public static void CostUnitsLeft(string rpc, long units) => UnitsLeft.Record(units, new KeyValuePair<string, object?>("rpc", rpc));
    public static void Deferred(Chain.RequestPurpose purpose) => Deferrals.Add(1, new KeyValuePair<string, object?>("purpose", Label.Of(purpose)));

    public static void Silence() => Silences.Add(1);

    /// <param name="rpc">The endpoint's configured name.</param>
    public static void UnreadableMessage(string rpc) => Unreadable.Add(1, new KeyValuePair<string, object?>("rpc", rpc));

    /// <summary>Depths above 7 share one label: the set stays closed.</summary>
    public static void Reorg(int depth) => Reorgs.Add(1, new TagList { { "depth", depth > 7 ? "8+" : depth.ToString(System.Globalization.CultureInfo.InvariantCulture) } });

    public static void AskedAlone(int views) => Alone.Add(views);

    public static void GapFilled(int blocks) => Gaps.Add(blocks);
}
