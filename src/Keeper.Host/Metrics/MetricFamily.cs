namespace Keeper.Host.Metrics;

/// <summary>What the series of one metric have in common.</summary>
/// <param name="Name">Valid in Prometheus, without colons.</param>
/// <param name="Help">As written by people; not escaped.</param>
/// <param name="Bounds">Upper bounds of a histogram, ascending, without the infinite one; empty for other kinds.</param>
internal sealed record MetricFamily(string Name, string Help, InstrumentKind Kind, double[] Bounds);
