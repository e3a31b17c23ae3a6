using Keeper.Core.Primitives;

namespace Keeper.Core.Submission.Policy;

/// <summary>What was spent and what may still be.</summary>
/// <param name="Spent">By settled transactions within the last hour.</param>
/// <param name="SpentEver">By all settled transactions of the key that the journal knows.</param>
/// <param name="Open">At worst, by every slot that is not settled, this one included.</param>
/// <param name="Unmined">The part of <paramref name="Open"/> that the balance has not paid yet.</param>
/// <param name="Slot">At worst, by the attempts of this slot so far: only one of them is ever mined.</param>
/// <param name="Balance">The key's balance; null where it is not known.</param>
public sealed record PolicySpending(Wei Spent, Wei SpentEver, Wei Open, Wei Unmined, Wei Slot, Wei? Balance);
