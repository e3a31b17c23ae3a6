namespace Keeper.Core.Journal;

/// <summary>What the journal says after a restart.</summary>
/// <param name="Open">Plans that are not over, by nonce.</param>
/// <param name="NextNonce">One above the highest nonce ever signed and not abandoned; null when nothing was.</param>
/// <param name="Hashes">How many transactions were ever signed.</param>
public sealed record RecoveredState(IReadOnlyList<OpenPlan> Open, ulong? NextNonce, long Hashes);
