using Keeper.Core.Primitives;

namespace Keeper.Core.Submission.Control;

/// <summary>One moment of a sender, by its own task.</summary>
/// <param name="Halted">Why nothing new is sent; null while sending, if only for some protocols.</param>
/// <param name="ChainNonce">The key's transaction count when it was asked for last.</param>
/// <param name="Breakers">Each at least once; one that is open for several protocols once for each.</param>
/// <param name="Open">At worst, by everything that is not settled.</param>
/// <param name="Slots">In flight: their plans are not over.</param>
/// <param name="Settled">Their plans are over, and a reorg may still take them out.</param>
/// <param name="SpentEver">By what the journal knows of the key.</param>
public sealed record SenderStatus(
    Address Key, string? Halted, bool IsDraining, BlockRef? Head, ulong NextNonce, ulong? ChainNonce, Wei? Balance, Wei MinBalance,
    Wei SpentInHour, Wei Open, Wei LimitOfHour, Wei SpentEver, Wei? LimitOfKey, IReadOnlyList<BreakerStatus> Breakers, IReadOnlyList<SlotStatus> Slots, IReadOnlyList<SlotStatus> Settled);
