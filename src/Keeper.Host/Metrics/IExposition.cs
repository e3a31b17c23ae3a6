namespace Keeper.Host.Metrics;

/// <summary>
/// Keeps series and writes them. Two do: prometheus-net, where the build has it, and a few lines of our own. The bridge gives both
/// the same, and only what both take: valid names, sorted labels, values that the type allows. Safe for concurrent use.
/// </summary>
internal interface IExposition
{
    /// <summary>As logs and keeper_build_info call it.</summary>
    string Name { get; }

    /// <summary>A new series, shown from its first value on. Once for each label set of a family; families of one name are one family.</summary>
    ISeries Add(MetricFamily family, LabelSet labels);

    /// <summary>What is shown, in the Prometheus text format 0.0.4.</summary>
    Task<string> WriteAsync(CancellationToken cancellation);
}
