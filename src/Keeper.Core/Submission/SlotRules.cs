namespace Keeper.Core.Submission;

/// <summary>Where a slot stands and what a head makes of it, pure. What an unmined one then does is decided by <see cref="SendState"/>.</summary>
public static class SlotRules
{
    /// <param name="isOut">Bytes of it were handed out, or were once in a block.</param>
    /// <param name="minedIn">The height of the block that holds it; null where none does.</param>
    /// <param name="confirmations">Blocks, its own included, that an outcome needs.</param>
    /// <param name="finality">Blocks above its own that no reorg takes out.</param>
    public static SlotState StateOf(bool isOut, ulong? minedIn, ulong head, int confirmations, int finality) =>
        minedIn is not { } block ? isOut ? SlotState.Broadcast : SlotState.Signed
        : block + (ulong)finality < head ? SlotState.Final
        : head + 1 >= block + (ulong)confirmations ? SlotState.Confirmed
        : SlotState.Included;

    /// <summary>Of a slot whose plan is not over.</summary>
    public static SlotStep InFlight(SlotSight sight, int confirmations)
    {
        // The mirror does not know a block above its head: an account released by it would be planned once more on the old state.
        if (sight.Found?.Number > sight.Head) return new(SlotCourse.Wait);
        // No transaction is in a block while its nonce is free: the one of the two answers is wrong, and the bytes go out again.
        var isInvented = sight is { Found: not null, Known: null } && sight.Count <= sight.Nonce;
        if (sight.Found is not { } block || isInvented) return new(sight.Count > sight.Nonce ? SlotCourse.Doubt : SlotCourse.Push, IsNews: sight.Known is not null, isInvented);
        var isDeep = StateOf(isOut: true, block.Number, sight.Head, confirmations, int.MaxValue) == SlotState.Confirmed;
        return new(isDeep ? SlotCourse.Settle : SlotCourse.Include, IsNews: block.Hash != sight.Known?.Hash);
    }

    /// <summary>Of one whose plan is over, after a reorg that may have taken it out.</summary>
    public static SlotCourse Settled(SlotSight sight) =>
        sight.Found is not { } block ? sight.Count > sight.Nonce ? SlotCourse.Doubt : SlotCourse.Reopen
        : block.Number > sight.Head ? SlotCourse.Wait
        : block.Hash != sight.Known?.Hash ? SlotCourse.Rejudge
        : SlotCourse.Keep;
}
