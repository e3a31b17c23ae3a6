using Keeper.Core.Primitives;

namespace Keeper.Core.Chain;

/// <summary>Which logs are wanted: those that either of its queries wants. A node is asked for exactly this, by a request for each query that is not empty.</summary>
/// <param name="Any">Whatever they are about.</param>
/// <param name="OfSubjects">Those about some subjects alone: of a contract that holds thousands of markets, the few that are looked at.</param>
public sealed record LogFilter(LogQuery Any, LogQuery OfSubjects)
{
    public LogFilter(IReadOnlyCollection<Address> addresses, IReadOnlyCollection<Hash32> topics) : this(new(addresses, topics), LogQuery.None)
    {
    }

    public static LogFilter None { get; } = new(LogQuery.None, LogQuery.None);

    /// <summary>At most two; none of an empty filter.</summary>
    public IReadOnlyList<LogQuery> Queries => Array.FindAll([Any, OfSubjects], query => !query.IsEmpty);

    /// <summary>One query for all that is wanted, and for more where there are two.</summary>
    public LogQuery Widest => Any.Union(OfSubjects);

    public bool IsEmpty => Any.IsEmpty && OfSubjects.IsEmpty;

    /// <summary>Logs that either filter wants, and at most such mixtures of the two as one query cannot tell apart.</summary>
    public LogFilter Union(LogFilter other) => new(Any.Union(other.Any), OfSubjects.Union(other.OfSubjects));

    /// <summary>Both ask for the same logs, in whatever order they name them.</summary>
    public bool SameAs(LogFilter other) => Any.SameAs(other.Any) && OfSubjects.SameAs(other.OfSubjects);

    /// <summary>A filter for every log that this one wants and the other does not, and for few others.</summary>
    public LogFilter Beyond(LogFilter other) => new(Any.Beyond(other.Any), OfSubjects.Beyond(other.OfSubjects));

    public bool Matches(Log log) => Any.Matches(log) || OfSubjects.Matches(log);
}
