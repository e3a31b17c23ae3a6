using Keeper.Core.Chain.Nodes.Limits;

namespace Keeper.Core.Chain.Nodes;

/// <summary>One node. At least one of the two URLs is given; requests go over HTTP where both are. The URLs may hold a secret: they are never printed.</summary>
public sealed record RpcEndpoint
{
    /// <summary>How logs, metrics and errors call it.</summary>
    public required string Name { get; init; }

    /// <summary>http or https.</summary>
    public Uri? HttpUrl { get; init; }

    /// <summary>ws or wss; without one the chain is polled.</summary>
    public Uri? WsUrl { get; init; }

    /// <summary>Of one attempt, connecting included. Default 10 s.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>An answer longer than this is a fault; counted after decompression. Default 64 MiB.</summary>
    public int MaxResponseBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Requests under way at once; others wait. An eighth of them, at least one, is kept for transactions: reads never take it. Default 16.</summary>
    public int MaxConcurrent { get; init; } = 16;

    /// <summary>Calls in one batch; longer ones are sent in several. Default 100.</summary>
    public int MaxBatch { get; init; } = 100;

    public EndpointLimits Limits { get; init; } = EndpointLimits.None;

    /// <summary>Reads under way at once.</summary>
    internal int MaxReads => Math.Max(1, MaxConcurrent - Math.Max(1, MaxConcurrent / 8));

    /// <summary>One more than is configured where that is one: a transaction waits for no read.</summary>
    internal int MaxUnderWay => Math.Max(MaxConcurrent, MaxReads + 1);

    /// <exception cref="ArgumentException">A value is out of range; the message names the endpoint and the value's name.</exception>
    public RpcEndpoint Validate()
    {
        Require(!string.IsNullOrWhiteSpace(Name), "name");
        Require(HttpUrl is not null || WsUrl is not null, "URL");
        Require(HttpUrl is null || (HttpUrl.IsAbsoluteUri && HttpUrl.Scheme is "http" or "https"), "HTTP URL");
        Require(WsUrl is null || (WsUrl.IsAbsoluteUri && WsUrl.Scheme is "ws" or "wss"), "WebSocket URL");
        Require(RequestTimeout > TimeSpan.Zero && RequestTimeout <= TimeSpan.FromMinutes(5), "request timeout");
        Require(MaxResponseBytes is >= 1024 and <= 1 << 30, "limit of response bytes");
        Require(MaxConcurrent is >= 1 and <= 1024, "limit of concurrent requests");
        Require(Limits.RequestsPerSecond is null or (>= 1 and <= 1_000_000), "limit of requests a second");
        Require(Limits.DailyCostUnits is null or >= 1, "limit of cost units a day");
        Require(MaxBatch is >= 1 and <= 10_000, "limit of a batch");
        return this;

        void Require(bool holds, string what)
        {
            if (!holds) throw new ArgumentException($"The endpoint '{Name}' has no valid {what}.");
        }
    }

    /// <summary>The name alone.</summary>
    public override string ToString() => Name;
}
