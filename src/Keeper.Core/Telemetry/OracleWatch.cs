using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Microsoft.Extensions.Logging;

namespace Keeper.Core.Telemetry;

/// <summary>
/// Tells of prices that a contract refuses, that jump, and that grow old where the protocol itself would not mind. It blocks nothing: what the contract takes is
/// acted on, however far it jumped, since nothing is signed that was not simulated. Not safe for concurrent use: the loop owns it.
/// </summary>
internal sealed partial class OracleWatch(ILogger logger)
{
    /// <summary>A price further than this from the last that was taken is told: 10 %.</summary>
    private const ulong JumpPpm = 100_000;

    /// <summary>Seconds after which a feed is told to be old where its protocol has no rule: the longest heartbeat of common feeds, and an hour.</summary>
    private const ulong OldAfter = 25 * 3600;

    private readonly Dictionary<string, Seen> _seen = [];

    /// <param name="timestamp">Of the mirror's block, at which the statuses were asked for.</param>
    public void Observe(string protocol, IReadOnlyList<FeedStatus> feeds, ulong timestamp)
    {
        foreach (var feed in feeds) Observe($"{protocol}:{feed.Name}", feed, timestamp);
    }

    private void Observe(string name, in FeedStatus feed, ulong timestamp)
    {
        var isKnown = feed.Fault != PriceFault.Unread;
        if (isKnown && feed.UpdatedAt is { } updatedAt) OracleInstruments.Update(name, updatedAt, feed.MaxAge ?? OldAfter);
        var before = _seen.GetValueOrDefault(name);
        var isOld = isKnown && feed is { MaxAge: null, UpdatedAt: { } since } && timestamp > since && timestamp - since > OldAfter;
        if (isOld && !before.IsOld) Old(logger, name, feed.UpdatedAt!.Value);
        if (!isKnown) return;

        var isRefused = feed.Fault != PriceFault.None;
        if (isRefused && (feed.Fault != before.Fault || feed.Answer != before.Answer))
        {
            OracleInstruments.Reject(feed.Fault);
            Refused(logger, name, Label.Of(feed.Fault), feed.Answer);
        }
        if (!isRefused && before.Fault != PriceFault.None) Usable(logger, name, feed.Answer);
        if (!isRefused && before.Taken is { } last && IsJump(last, feed.Answer))
        {
            OracleInstruments.Jump();
            Jumped(logger, name, last, feed.Answer);
        }
        _seen[name] = new(feed.Fault, feed.Answer, isRefused ? before.Taken : feed.Answer, isOld);
    }

    private static bool IsJump(Int256 last, Int256 next)
    {
        // Saturated: so large an answer is a jump or none whatever its last digits are.
        var (from, to) = (Bounded(last), Bounded(next));
        return (to > from ? to - from : from - to) * 1_000_000UL > from * JumpPpm && !from.IsZero;
    }

    private static UInt256 Bounded(Int256 answer) => UInt256.Min(answer.Abs, UInt256.One << 200);

    [LoggerMessage(LogLevel.Warning, "The price {Feed} is refused as {Reason} (its answer is {Answer}): what depends on it cannot be liquidated")]
    private static partial void Refused(ILogger logger, string feed, string reason, Int256 answer);

    [LoggerMessage(LogLevel.Information, "The price {Feed} is taken again, with an answer of {Answer}")]
    private static partial void Usable(ILogger logger, string feed, Int256 answer);

    [LoggerMessage(LogLevel.Warning, "The price {Feed} jumped from {Last} to {Answer}; the contract takes it, and so it is acted on")]
    private static partial void Jumped(ILogger logger, string feed, Int256 last, Int256 answer);

    [LoggerMessage(LogLevel.Warning, "The price {Feed} was last updated at {UpdatedAt}; the protocol has no rule against that")]
    private static partial void Old(ILogger logger, string feed, ulong updatedAt);

    private readonly record struct Seen(PriceFault Fault, Int256 Answer, Int256? Taken, bool IsOld);
}
