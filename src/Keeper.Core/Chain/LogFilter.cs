using Keeper.Core.Primitives;

namespace Keeper.Core.Chain;

/// <summary>Which logs are wanted: those of any of the addresses whose first topic is any of the topics. A node is asked for exactly this.</summary>
public sealed record LogFilter(IReadOnlyCollection<Address> Addresses, IReadOnlyCollection<Hash32> Topics)
{
    public static LogFilter None { get; } = new([], []);

    public bool IsEmpty => Addresses.Count == 0;

    /// <summary>Logs that either filter wants, and at most such mixtures of the two as one query cannot tell apart.</summary>
    public LogFilter Union(LogFilter other) => new(Addresses.Union(other.Addresses).ToArray(), Topics.Union(other.Topics).ToArray());

    /// <summary>Both ask for the same logs, in whatever order they name them.</summary>
    public bool SameAs(LogFilter other) => Addresses.ToHashSet().SetEquals(other.Addresses) && Topics.ToHashSet().SetEquals(other.Topics);

    public bool Matches(Log log) => log.TopicCount > 0 && Addresses.Contains(log.Address) && Topics.Contains(log.Topic0);
}
