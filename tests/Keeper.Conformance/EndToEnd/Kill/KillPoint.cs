namespace Keeper.Conformance.EndToEnd.Kill;

/// <summary>Where a keeper dies, in the order of a transaction's life.</summary>
internal enum KillPoint
{
    /// <summary>The nonce is chosen; nothing is signed.</summary>
    AfterReserve,

    /// <summary>Bytes exist that no record knows.</summary>
    AfterSign,

    /// <summary>While intent and bytes are being written.</summary>
    DuringCommit,

    /// <summary>They are durable; nobody was told.</summary>
    AfterJournal,

    /// <summary>A node has the bytes; the journal does not know its answer.</summary>
    AfterBroadcast,

    /// <summary>A receipt was read; nothing is written of it.</summary>
    AfterReceipt,

    /// <summary>The receipt is journalled; the plan is not settled.</summary>
    AfterMined,

    /// <summary>One of the blocks of a reorg is undone in the mirror, the next is not; the sender knows nothing of it.</summary>
    DuringUndo,
}
