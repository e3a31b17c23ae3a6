namespace Keeper.Core.Journal;

/// <summary>What the journal says after a restart.</summary>
/// <param name="Open">Plans that are not over, by nonce.</param>
/// <param name="NextNonce">One above the highest nonce of any plan that was not abandoned, and no less than what an operator adopted; null without either: then the chain says.</param>
public sealed record RecoveredState(IReadOnlyList<OpenPlan> Open, ulong? NextNonce)
{
    /// <summary>The plans settled last, by nonce, each with the receipt that settled it: a reorg may take it away again.</summary>
    public IReadOnlyList<OpenPlan> Settled { get; init; } = [];

    /// <summary>The last state of each breaker that ever changed, for each protocol that it concerned, whatever the key.</summary>
    public IReadOnlyCollection<JournalEntry.BreakerChanged> Breakers { get; init; } = [];

    /// <summary>The highest nonce that an operator adopted for the key; null when none was.</summary>
    public ulong? AdoptedNonce { get; init; }
}
