using System.Text;

namespace Keeper.Host.Metrics;

/// <summary>The state of one label set in <see cref="TextExposition"/>.</summary>
internal abstract class TextSeries : ISeries
{
    private bool _isShown;

    public bool IsShown => Volatile.Read(ref _isShown);

    public void Record(double value)
    {
        Take(value);
        Volatile.Write(ref _isShown, true);
    }

    public void Hide() => Volatile.Write(ref _isShown, false);

    public abstract void Write(StringBuilder text, string name, string labels);

    protected abstract void Take(double value);

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
