using Keeper.Core.Primitives;

namespace Keeper.Core.Submission.Control;

/// <summary>One moment of a sender, by its own task.</summary>
/// <param name="Halted">Why nothing new is sent; null while sending, if only for some protocols.</param>
/// <param name="ChainNonce">The key's transaction count when it was asked for last.</param>
/// <param name="Breakers">Each at least once; one that is open for several protocols once for each.</param>
/// <param name="Open">At worst, by everything that is not settled.</param>
public sealed record SenderStatus(
    Address Key, string? Halted, bool IsDraining, BlockRef? Head, ulong NextNonce, ulong? ChainNonce, Wei? Balance, Wei MinBalance,
    Wei SpentInHour, Wei Open, Wei LimitOfHour, IReadOnlyList<BreakerStatus> Breakers, IReadOnlyList<SlotStatus> Slots);
