namespace Keeper.Core.Chain.Nodes.Limits;

/// <summary>What the operator of an endpoint lets us ask. Reads keep within it; transactions are sent all the same, and counted.</summary>
public sealed record EndpointLimits
{
    public static EndpointLimits None { get; } = new();

    /// <summary>Calls a second, a batch counting each of its calls; null for no limit.</summary>
    public int? RequestsPerSecond { get; init; }

    /// <summary>Cost units a day, from midnight UTC; null for no limit. What a process before this one has spent is not known.</summary>
    public long? DailyCostUnits { get; init; }

    /// <summary>Cost units of one call by method, where they are not 1.</summary>
    public IReadOnlyDictionary<string, int> CostUnits { get; init; } = new Dictionary<string, int>();

    public int CostOf(string method) => CostUnits.GetValueOrDefault(method, 1);
}
