namespace Keeper.Core.Chain.Nodes.Health;

/// <summary>Why an endpoint is not read from; also a metric's label.</summary>
internal enum AsideReason
{
    /// <summary>It is further behind than is allowed.</summary>
    Lag,

    /// <summary>Its blocks are not those that most endpoints have, or that were final.</summary>
    Fork,

    /// <summary>It serves another chain.</summary>
    ChainId,

    /// <summary>Its newest block is below one that was final.</summary>
    Finality,
}
