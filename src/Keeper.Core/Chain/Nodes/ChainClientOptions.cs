using Keeper.Core.Chain.Nodes.Health;

namespace Keeper.Core.Chain.Nodes;

/// <summary>What a client needs to know, whichever library it is made of.</summary>
public sealed record ChainClientOptions
{
    public required ChainProfile Profile { get; init; }

    /// <summary>In order of preference among those that are equally healthy. Reads go to one and move on when it fails; transactions go to all.</summary>
    public required IReadOnlyList<RpcEndpoint> Endpoints { get; init; }

    /// <summary>Attempts after the first, of a read only; at least one for each further endpoint. Default 3.</summary>
    public int Retries { get; init; } = 3;

    /// <summary>Of the jitter of waits; null takes one from the system.</summary>
    public int? Seed { get; init; }

    /// <exception cref="ArgumentException">A value is out of range.</exception>
    public ChainClientOptions Validate()
    {
        if (Endpoints.Count == 0) throw new ArgumentException("At least one endpoint is needed.");
        if (Endpoints.Count > EndpointBoard.MaxEndpoints) throw new ArgumentException($"At most {EndpointBoard.MaxEndpoints} endpoints are taken.");
        if (Retries is < 0 or > 20) throw new ArgumentException("Retries are 0 to 20.");
        foreach (var endpoint in Endpoints) endpoint.Validate();
        if (Endpoints.Select(endpoint => endpoint.Name).Distinct().Count() != Endpoints.Count) throw new ArgumentException("Two endpoints have the same name.");
        return this;
    }
}
