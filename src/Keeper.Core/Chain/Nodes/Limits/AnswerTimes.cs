namespace Keeper.Core.Chain.Nodes.Limits;

/// <summary>How long the last answers of an endpoint took. Safe for concurrent use.</summary>
internal sealed class AnswerTimes
{
    private const int Length = 64, Every = 16;
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(50), Most = TimeSpan.FromSeconds(2), AtFirst = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private readonly long[] _ticks = new long[Length];
    private int _count;
    private long _late = AtFirst.Ticks;

    /// <summary>What 19 of 20 of them did not exceed: at least 50 ms, at most 2 s, and 500 ms before there are enough of them.</summary>
    public TimeSpan Late => new(Volatile.Read(ref _late));

    public void Add(TimeSpan elapsed)
    {
        lock (_gate)
        {
            _ticks[_count++ % Length] = elapsed.Ticks;
            if (_count % Every != 0) return;
            Span<long> sorted = stackalloc long[Length];
            sorted = sorted[..Math.Min(_count, Length)];
            _ticks.AsSpan(0, sorted.Length).CopyTo(sorted);
            sorted.Sort();
            Volatile.Write(ref _late, Math.Clamp(sorted[sorted.Length * 19 / 20], Least.Ticks, Most.Ticks));
            if (_count >= 1 << 30) _count = Length;
        }
    }
}
