namespace Keeper.Core.Chain.Nodes.Health;

/// <summary>What is known of one endpoint. Owned by its board. Times are timestamps of the injected clock.</summary>
internal sealed class EndpointState(string name)
{
    public string Name => name;
    public HeadWindow Heads { get; } = new();
    public long? HeardAt { get; set; }

    /// <summary>The greatest height it ever told of.</summary>
    public ulong Highest { get; set; }

    /// <summary>A socket announces its heads.</summary>
    public bool IsLive { get; set; }

    /// <summary>Another has a newer block.</summary>
    public bool IsBehind { get; set; }

    public AsideReason? Aside { get; set; }

    /// <summary>Reads in a row that failed.</summary>
    public int Failures { get; set; }

    /// <summary>Reads in a row that another endpoint answered first though it was asked later.</summary>
    public int Overtaken { get; set; }

    /// <summary>Its chain and its blocks must be looked at before it is believed on.</summary>
    public bool NeedsProof { get; set; }

    /// <summary>Looks in a row that did not end well.</summary>
    public int Looks { get; set; }

    /// <summary>No look before.</summary>
    public long LookAt { get; set; }

    /// <summary>Since when its blocks differ from the majority's.</summary>
    public long? DiffersSince { get; set; }

    /// <summary>Since when it has been too far behind.</summary>
    public long? LagsSince { get; set; }
}
