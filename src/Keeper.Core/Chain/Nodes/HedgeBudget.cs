namespace Keeper.Core.Chain.Nodes;

/// <summary>How often a read may be asked of a second endpoint: one in ten, and ten at once. Safe for concurrent use.</summary>
internal sealed class HedgeBudget
{
    private const int Price = 10, Most = 100;
    private int _saved = Most;

    /// <summary>A read was begun.</summary>
    public void Earn()
    {
        if (Volatile.Read(ref _saved) < Most) Interlocked.Increment(ref _saved);
    }

    public bool TrySpend()
    {
        if (Interlocked.Add(ref _saved, -Price) >= 0) return true;
        Interlocked.Add(ref _saved, Price);
        return false;
    }
}
