namespace Keeper.Core.Chain.Following;

/// <summary>What was told last, and by whom; the oldest is forgotten. Not safe for concurrent use.</summary>
internal sealed class Recent<T>(int capacity) where T : notnull
{
    private readonly Dictionary<T, uint> _tellers = [];
    private readonly Queue<T> _order = new();

    /// <param name="teller">One bit.</param>
    /// <returns>Whether it is news: nobody told it, or this teller tells it again.</returns>
    public bool Add(T told, uint teller)
    {
        if (_tellers.TryGetValue(told, out var before))
        {
            _tellers[told] = before | teller;
            return (before & teller) != 0;
        }
        if (_order.Count == capacity) _tellers.Remove(_order.Dequeue());
        _order.Enqueue(told);
        _tellers[told] = teller;
        return true;
    }
}
