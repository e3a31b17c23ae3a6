using Keeper.Core.Protocol;

namespace Keeper.Protocols.Oracles;

/// <summary>Whether a contract believes prices at all, by an L2 sequencer's uptime feed: answer 0 is up, anything else down.</summary>
/// <param name="GraceSeconds">It must have been up for longer than that.</param>
/// <param name="CountsFromUpdate">The contract reckons from <c>updatedAt</c> and not from <c>startedAt</c>.</param>
/// <param name="AllowsZero">It takes a time of zero, which an uptime feed has before its first round, for a time.</param>
internal readonly record struct SequencerRule(ulong GraceSeconds, bool CountsFromUpdate = false, bool AllowsZero = false)
{
    public PriceFault Judge(in FeedRow status, ulong timestamp)
    {
        if (!status.RoundKnown) return PriceFault.Unread;
        var since = CountsFromUpdate ? status.UpdatedAt : status.StartedAt;
        if (!status.Answer.IsZero || (since == 0 && !AllowsZero) || since > timestamp) return PriceFault.SequencerDown;
        return timestamp - since > GraceSeconds ? PriceFault.None : PriceFault.SequencerGrace;
    }
}
