using System.Collections.Concurrent;

namespace Keeper.Core.Submission;

/// <summary>
/// Keeps an account that failed for a reason of its own from being tried in every block. Armed by outcomes, never by
/// attempts, and never by a race that was lost. Safe for concurrent use.
/// </summary>
public sealed class Backoff
{
    private const int MaxShift = 6;
    private readonly ConcurrentDictionary<string, (int Failures, ulong Until)> _accounts = new();

    /// <summary>Doubles the pause, from 1 block to 64.</summary>
    public void Arm(string account, ulong block) => _accounts.AddOrUpdate(
        account, _ => (1, block + 1), (_, old) => (old.Failures + 1, block + (1UL << Math.Min(old.Failures, MaxShift))));

    public void Clear(string account) => _accounts.TryRemove(account, out _);

    public bool Holds(string account, ulong block) => _accounts.TryGetValue(account, out var entry) && block < entry.Until;
}
