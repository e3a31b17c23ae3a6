namespace Keeper.Host.Metrics;

/// <summary>One label set of a metric.</summary>
internal interface ISeries
{
    /// <summary>What a measurement of the family's kind does, and shows the series.</summary>
    void Record(double value);

    /// <summary>Leaves the series out until the next value.</summary>
    void Hide();
}
