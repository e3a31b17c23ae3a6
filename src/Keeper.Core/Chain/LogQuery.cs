using Keeper.Core.Primitives;

namespace Keeper.Core.Chain;

/// <summary>What one <c>eth_getLogs</c> asks for: the logs of any of the addresses whose first topic is any of the topics, and whose second is any of the subjects.</summary>
/// <param name="Subjects">First indexed arguments, as topics; null where the second topic is of no account.</param>
public sealed record LogQuery(IReadOnlyCollection<Address> Addresses, IReadOnlyCollection<Hash32> Topics, IReadOnlyCollection<Hash32>? Subjects = null)
{
    public static LogQuery None { get; } = new([], []);

    /// <summary>No log is wanted. To a node, an empty list would be one of all.</summary>
    public bool IsEmpty => Addresses.Count == 0 || Topics.Count == 0 || Subjects is { Count: 0 };

    /// <summary>Logs that either wants, and at most such mixtures of the two as one query cannot tell apart.</summary>
    public LogQuery Union(LogQuery other) =>
        IsEmpty ? other : other.IsEmpty ? this
        : new([.. Addresses.Union(other.Addresses)], [.. Topics.Union(other.Topics)], Subjects is { } mine && other.Subjects is { } theirs ? [.. mine.Union(theirs)] : null);

    /// <summary>Both ask for the same logs, in whatever order they name them.</summary>
    public bool SameAs(LogQuery other) =>
        IsEmpty || other.IsEmpty ? IsEmpty && other.IsEmpty : Same(Addresses, other.Addresses) && Same(Topics, other.Topics) && Same(Subjects, other.Subjects);

    /// <summary>A query for every log that this one wants and the other does not: the added addresses or topics alone where nothing else differs, and all of it where more does.</summary>
    public LogQuery Beyond(LogQuery other) =>
        !Same(Subjects, other.Subjects) ? this
        : Same(Topics, other.Topics) ? this with { Addresses = [.. Addresses.Except(other.Addresses)] }
        : Same(Addresses, other.Addresses) ? this with { Topics = [.. Topics.Except(other.Topics)] }
        : this;

    public bool Matches(Log log) =>
        log.TopicCount > 0 && Addresses.Contains(log.Address) && Topics.Contains(log.Topic0) && (Subjects is null || (log.TopicCount > 1 && Subjects.Contains(log.Topic1)));

    private static bool Same<T>(IReadOnlyCollection<T>? a, IReadOnlyCollection<T>? b) => a is null || b is null ? a is null && b is null : a.ToHashSet().SetEquals(b);
}
