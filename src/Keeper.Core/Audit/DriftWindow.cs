namespace Keeper.Core.Audit;

/// <summary>Counts accounts that were found wrong within an hour by the chain's clock. Not safe for concurrent use.</summary>
internal sealed class DriftWindow(int most)
{
    private const ulong Hour = 3_600;

    private readonly Queue<ulong> _times = new();

    /// <summary>One more.</summary>
    /// <returns>True where that is too many; then it counts anew, since whoever goes on after that has been told.</returns>
    public bool Add(ulong now)
    {
        while (_times.TryPeek(out var oldest) && oldest + Hour <= now) _times.Dequeue();
        _times.Enqueue(now);
        if (_times.Count <= most) return false;
        _times.Clear();
        return true;
    }
}
