using System.Diagnostics;

namespace Keeper.Benchmarks.Harness;

/// <param name="Microseconds">Median over rounds of the mean of one round.</param>
/// <param name="Bytes">Allocated by one operation on the measuring thread.</param>
internal readonly record struct Cost(double Microseconds, double Bytes);

/// <summary>Times operations of the same work against each other, round by round in turn, so that a busy moment of the machine meets all of them.</summary>
internal static class Timing
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(300);

    /// <param name="operations">Each does its work once and returns something that depends on it.</param>
    public static Cost[] Compare(int rounds, TimeSpan round, params Func<int>[] operations)
    {
        var counts = operations.Select(operation => CountFor(operation, round)).ToArray();
        var times = operations.Select(_ => new List<double>()).ToArray();
        var bytes = new double[operations.Length];
        for (var r = 0; r < rounds; r++)
        {
            for (var i = 0; i < operations.Length; i++)
            {
                var allocated = GC.GetAllocatedBytesForCurrentThread();
                times[i].Add(Run(operations[i], counts[i]) / counts[i]);
                bytes[i] = Math.Round((GC.GetAllocatedBytesForCurrentThread() - allocated) / (double)counts[i]);
            }
        }
        return [.. operations.Select((_, i) => new Cost(Percentile(times[i], 0.5), bytes[i]))];
    }

    /// <summary>Nearest rank.</summary>
    public static double Percentile(IEnumerable<double> values, double share)
    {
        var sorted = values.Order().ToArray();
        return sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
    }

    private static int CountFor(Func<int> operation, TimeSpan round)
    {
        var (began, count) = (Stopwatch.GetTimestamp(), 0);
        while (Stopwatch.GetElapsedTime(began) < WarmUp)
        {
            Sink += operation();
            count++;
        }
        return Math.Max(1, (int)(count * (round / WarmUp)));
    }

    /// <summary>Microseconds.</summary>
    private static double Run(Func<int> operation, int count)
    {
        var began = Stopwatch.GetTimestamp();
        for (var i = 0; i < count; i++) Sink += operation();
        return Stopwatch.GetElapsedTime(began).TotalMicroseconds;
    }

    /// <summary>What keeps the work from being optimised away.</summary>
    private static int Sink { get; set; }
}
