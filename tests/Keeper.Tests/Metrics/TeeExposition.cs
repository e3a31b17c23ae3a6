using Keeper.Host.Metrics;

namespace Keeper.Tests.Metrics;

/// <summary>Gives two expositions the same values, one at a time, and writes both at one moment, however many threads measure.</summary>
internal sealed class TeeExposition(IExposition left, IExposition right) : IExposition
{
    private readonly Lock _one = new();

    public string Name => "tee";

    /// <summary>The texts of the last scrape.</summary>
    public (string Left, string Right) Texts { get; private set; }

    public ISeries Add(MetricFamily family, LabelSet labels)
    {
        lock (_one) return new Series(_one, left.Add(family, labels), right.Add(family, labels));
    }

    public Task<string> WriteAsync(CancellationToken cancellation)
    {
        lock (_one)
        {
            var (first, second) = (left.WriteAsync(cancellation), right.WriteAsync(cancellation));
            Assert.True(first.IsCompleted && second.IsCompleted, "a text in memory waits for nothing");
            Texts = (first.Result, second.Result);
        }
        return Task.FromResult(Texts.Left);
    }

    private sealed class Series(Lock one, ISeries left, ISeries right) : ISeries
    {
        public void Record(double value)
        {
            lock (one)
            {
                left.Record(value);
                right.Record(value);
            }
        }

        public void Hide()
        {
            lock (one)
            {
                left.Hide();
                right.Hide();
            }
        }
    }
}
