using Keeper.Core.Planning;

namespace Keeper.Core.Telemetry;

/// <summary>The last skip of each account, and the block of the decision then. Bounded: the older half is forgotten. Not safe for concurrent use.</summary>
internal sealed class RecentSkips(int capacity)
{
    private Dictionary<string, (Skip Skip, ulong DecidedAt)> _newer = [];
    private Dictionary<string, (Skip Skip, ulong DecidedAt)> _older = [];

    public void Add(Skip skip, ulong decidedAt)
    {
        if (_newer.Count >= capacity / 2 && !_newer.ContainsKey(skip.Account)) (_older, _newer) = (_newer, []);
        _newer[skip.Account] = (skip, decidedAt);
    }

    public (Skip Skip, ulong DecidedAt)? Of(string account) =>
        _newer.TryGetValue(account, out var skip) || _older.TryGetValue(account, out skip) ? skip : null;
}
