using System.Text;

namespace Keeper.Host.Metrics;

/// <summary>The state of one label set.</summary>
internal abstract class Series
{
    private int _lastObservation;

    /// <summary>The scrape in which it was last measured.</summary>
    public int LastObservation => Volatile.Read(ref _lastObservation);

    public void Record(double value, int observation)
    {
        Record(value);
        Volatile.Write(ref _lastObservation, observation);
    }

    public abstract void Write(StringBuilder text, string name, string labels);

    protected abstract void Record(double value);

    protected static void Add(ref double target, double value)
    {
        for (var seen = Volatile.Read(ref target); ;)
        {
            var found = Interlocked.CompareExchange(ref target, seen + value, seen);
            // By bits: a sum that is not a number equals nothing, itself included.
            if (BitConverter.DoubleToInt64Bits(found) == BitConverter.DoubleToInt64Bits(seen)) return;
            seen = found;
        }
    }
}
