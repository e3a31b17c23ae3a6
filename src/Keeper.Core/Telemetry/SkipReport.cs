using System.Collections.Concurrent;
using Keeper.Core.Planning;
using Microsoft.Extensions.Logging;

namespace Keeper.Core.Telemetry;

/// <summary>
/// Tells what is left alone and why: each skip is counted and told at debug level, and what an operator can do something about
/// is also warned of, once a minute for each reason. The last of each account is remembered. Safe for concurrent use.
/// </summary>
public sealed partial class SkipReport(TimeProvider time, ILogger<SkipReport> logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private const int Remembered = 65_536;
    private readonly ConcurrentDictionary<SkipReason, long> _warned = new();
    private readonly Lock _lock = new();
    private readonly RecentSkips _recent = new(Remembered);
    private ulong? _decidedAt;

    /// <summary>Block of the last decision; null before the first.</summary>
    public ulong? DecidedAt
    {
        get
        {
            lock (_lock) return _decidedAt;
        }
    }

    /// <summary>A decision on the state of this block begins.</summary>
    public void Deciding(ulong block)
    {
        lock (_lock) _decidedAt = block;
    }

    /// <summary>Why the last decision left the account alone; null where it did not.</summary>
    public Skip? LastOf(string account)
    {
        lock (_lock) return _recent.Of(account) is var (skip, decidedAt) && decidedAt == _decidedAt ? skip : null;
    }

    public void Tell(Skip skip)
    {
        lock (_lock) _recent.Add(skip, _decidedAt ?? 0);
        SenderInstruments.Skip(skip.Reason);
        if (IsForTheOperator(skip.Reason) && IsDue(skip.Reason)) Warned(logger, Label.Of(skip.Reason), skip.Account, skip.Detail);
        Skipped(logger, skip.Account, Label.Of(skip.Reason), skip.Detail);
    }

    private static bool IsForTheOperator(SkipReason reason) => reason
        is SkipReason.PriceUnusable or SkipReason.ExceedsGasCap or SkipReason.TooManyInFlight
        or SkipReason.InsufficientBalance or SkipReason.Halted or SkipReason.SimulationFailed or SkipReason.SignerFailed or SkipReason.ImplausibleReward;

    private bool IsDue(SkipReason reason)
    {
        var now = time.GetTimestamp();
        if (_warned.TryGetValue(reason, out var last)) return time.GetElapsedTime(last, now) >= Interval && _warned.TryUpdate(reason, now, last);
        return _warned.TryAdd(reason, now);
    }

    [LoggerMessage(LogLevel.Warning, "Accounts are not acted on: {Reason}, as {Account} ({Detail}); told once a minute")]
    private static partial void Warned(ILogger logger, string reason, string account, string? detail);

    [LoggerMessage(LogLevel.Debug, "Skipped {Account}: {Reason} ({Detail})")]
    private static partial void Skipped(ILogger logger, string account, string reason, string? detail);
}
