namespace Keeper.Core.Chain.Streaming;

/// <summary>Waits that double between two bounds, each shortened by up to a half at random, so that many clients do not return at once.</summary>
public sealed class Backoff(TimeSpan min, TimeSpan max, Random random)
{
    private int _failures;

    public void Reset() => _failures = 0;

    public TimeSpan Next()
    {
        var ceiling = Math.Min(max.TotalMilliseconds, min.TotalMilliseconds * Math.Pow(2, Math.Min(_failures++, 30)));
        double share;
        lock (random) share = random.NextDouble();
        return TimeSpan.FromMilliseconds(ceiling * (1 - share / 2));
    }
}
