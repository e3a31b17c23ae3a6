namespace Keeper.Core.Journal;

/// <summary>What the journal says after a restart.</summary>
/// <param name="Open">Plans that are not over, by nonce.</param>
/// <param name="NextNonce">One above the highest nonce of any plan that was not abandoned; null when there is none: then the chain says.</param>
public sealed record RecoveredState(IReadOnlyList<OpenPlan> Open, ulong? NextNonce)
{
    /// <summary>The plans settled last, by nonce, each with the receipt that settled it: a reorg may take it away again.</summary>
    public IReadOnlyList<OpenPlan> Settled { get; init; } = [];
}
