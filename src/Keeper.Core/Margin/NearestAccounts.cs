using Keeper.Core.Protocol;

namespace Keeper.Core.Margin;

/// <summary>
/// The accounts whose equity is nearest to what is required of them, from above or below, found while all are judged. A fixed number is kept; an
/// account costs no allocation. Not safe for concurrent use.
/// </summary>
public sealed class NearestAccounts
{
    /// <summary>How many are kept.</summary>
    public const int Capacity = 64;

    private readonly PriorityQueue<(IProtocol Protocol, int Account), double> _farthestFirst = new(Capacity + 1);

    /// <summary>Nearest first.</summary>
    public IEnumerable<(IProtocol Protocol, int Account)> InOrder() => _farthestFirst.UnorderedItems.OrderByDescending(item => item.Priority).Select(item => item.Element);

    public void Clear() => _farthestFirst.Clear();

    /// <summary>What requires nothing, or cannot be judged, is near to no edge.</summary>
    public void Offer(IProtocol protocol, int account, in Verdict verdict)
    {
        if (verdict.Kind is not (VerdictKind.Healthy or VerdictKind.Liquidatable) || verdict.Requirement.IsZero) return;
        // Orders whom to look at first; no amount is decided by it.
        var priority = -Math.Abs((double)verdict.Equity / (double)verdict.Requirement - 1);
        if (_farthestFirst.Count < Capacity) _farthestFirst.Enqueue((protocol, account), priority);
        else if (_farthestFirst.TryPeek(out _, out var farthest) && priority > farthest) _farthestFirst.DequeueEnqueue((protocol, account), priority);
    }
}
