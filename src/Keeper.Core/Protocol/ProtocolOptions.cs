using Keeper.Core.Primitives;

namespace Keeper.Core.Protocol;

/// <summary>What one kind of adapter wants to know beside the settings that all have. The adapter declares its own.</summary>
public abstract record ProtocolOptions
{
    /// <summary>What its prices are always in; null where its configuration decides.</summary>
    public virtual string? Currency => null;

    /// <summary>Chainlink-shaped feeds that price its rewards alone: they must be in the keeper's currency.</summary>
    public virtual IReadOnlyList<Address> PriceFeeds => [];
}
