using Keeper.Core.Telemetry;

namespace Keeper.Core.Submission;

/// <summary>
/// Keeps an account that failed for a reason of its own from being tried in every block. Armed by outcomes, never by attempts, and
/// never by a race that was lost. Safe for concurrent use; bounded.
/// </summary>
/// <remarks>
/// A pause doubles with every failure, and failures are forgotten one by one as time goes by without another. A change of the
/// account's own state ends a pause, since the next try may end otherwise. It does not end a quarantine: whoever can touch the
/// account could make us pay for it in every block.
/// </remarks>
public sealed class Backoff
{
    /// <summary>Failures on chain after which an account is quarantined, whatever they say.</summary>
    public const int CostlyFailures = 3;

    private const int MaxAccounts = 65_536;
    private const ulong LongestPause = 64;
    private const ulong FirstQuarantine = 16;
    private const ulong LongestQuarantine = 1_024;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _accounts = [];

    /// <summary>A failure that became known at this block.</summary>
    /// <param name="reason">With <see cref="BackoffReason.Quarantined"/> it is quarantined at once, else when it has cost gas too often.</param>
    public void Arm(string account, BackoffReason reason, ulong block)
    {
        lock (_lock)
        {
            var entry = _accounts.TryGetValue(account, out var old) ? old.DecayedAt(block) : default;
            entry = reason >= BackoffReason.BatchReverted ? entry with { Costly = entry.Costly + 1 } : entry with { Free = entry.Free + 1 };
            if (entry.Costly >= CostlyFailures && reason >= BackoffReason.BatchReverted) reason = BackoffReason.Quarantined;
            if (reason == BackoffReason.Quarantined) entry = entry with { Quarantines = entry.Quarantines + 1 };
            var pause = reason switch
            {
                BackoffReason.BatchRefused or BackoffReason.BatchReverted => 1UL,
                BackoffReason.NodeRefused or BackoffReason.Reverted => Doubled(2, entry.Costly, LongestPause),
                BackoffReason.Quarantined => Doubled(FirstQuarantine, entry.Quarantines, LongestQuarantine),
                _ => Doubled(1, entry.Free, LongestPause),
            };
            // What is armed for longer already stays so, and for its own reason.
            if (block + pause >= entry.Until) entry = entry with { Reason = reason, Until = block + pause, Pause = pause };
            if (old == default && _accounts.Count >= MaxAccounts) MakeRoom(block);
            _accounts[account] = entry;
        }
    }

    /// <summary>It was liquidated by us: what failed before is forgotten.</summary>
    public void Forget(string account)
    {
        lock (_lock) _accounts.Remove(account);
    }

    /// <summary>Something of the account's own has changed in this block.</summary>
    public void Changed(string account, ulong block)
    {
        lock (_lock)
        {
            if (_accounts.TryGetValue(account, out var entry) && entry.Reason != BackoffReason.Quarantined && entry.Until > block)
                _accounts[account] = entry with { Until = block };
        }
    }

    public bool Holds(string account, ulong block)
    {
        lock (_lock) return _accounts.TryGetValue(account, out var entry) && block < entry.Until;
    }

    /// <summary>For people: why and for how long; null where nothing holds it back.</summary>
    public string? Describe(string account, ulong block)
    {
        lock (_lock) return _accounts.TryGetValue(account, out var entry) && block < entry.Until ? $"{Label.Of(entry.Reason)}, until block {entry.Until}" : null;
    }

    /// <summary>How many accounts are held back at this block, by reason; every reason is there.</summary>
    public IReadOnlyDictionary<BackoffReason, int> CountsAt(ulong block)
    {
        var counts = Enum.GetValues<BackoffReason>().ToDictionary(reason => reason, _ => 0);
        lock (_lock)
        {
            foreach (var entry in _accounts.Values)
            {
                if (block < entry.Until) counts[entry.Reason]++;
            }
        }
        return counts;
    }

    private static ulong Doubled(ulong first, int times, ulong longest) => Math.Min(longest, first << Math.Min(times - 1, 16));

    /// <summary>Those that have nothing left to remember go first, then those that pause shortest: many at once, so that a flood is cheap.</summary>
    private void MakeRoom(ulong block)
    {
        foreach (var (account, _) in _accounts.Where(pair => pair.Value.Until <= block && pair.Value.DecayedAt(block).IsClean).ToArray()) _accounts.Remove(account);
        if (_accounts.Count < MaxAccounts) return;
        foreach (var (account, _) in _accounts.OrderBy(pair => pair.Value.Until).Take(MaxAccounts / 8).ToArray()) _accounts.Remove(account);
    }

    /// <param name="Free">Failures that cost nothing.</param>
    /// <param name="Costly">Failures that were paid for.</param>
    /// <param name="Pause">Blocks of the last pause.</param>
    private readonly record struct Entry(BackoffReason Reason, int Free, int Costly, int Quarantines, ulong Until, ulong Pause)
    {
        public bool IsClean => Free == 0 && Costly == 0 && Quarantines == 0;

        /// <summary>One failure of each kind is forgotten for every 64 blocks since the pause, or as many as it lasted where that is longer.</summary>
        public Entry DecayedAt(ulong block)
        {
            if (block <= Until) return this;
            var forgotten = (int)Math.Min(int.MaxValue, (block - Until) / Math.Max(LongestPause, Pause));
            return this with { Free = Math.Max(0, Free - forgotten), Costly = Math.Max(0, Costly - forgotten), Quarantines = Math.Max(0, Quarantines - forgotten) };
        }
    }
}
