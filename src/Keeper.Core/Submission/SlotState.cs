namespace Keeper.Core.Submission;

/// <summary>
/// How far a nonce of the key has come, by the followed chain. Nothing keeps it: <see cref="SlotRules.StateOf"/> derives it at any head, so that it cannot
/// contradict the receipts. A reorg leads back to <see cref="Broadcast"/> or <see cref="Included"/>, from anything but <see cref="Final"/>.
/// </summary>
/// <remarks>There is none before <see cref="Signed"/>: nonce, intent and first signature are one commit, so that a nonce is never reserved without bytes.</remarks>
public enum SlotState
{
    /// <summary>Its bytes are durable, and this process has handed none of them out.</summary>
    Signed,

    /// <summary>Handed out, whatever was answered: any of its attempts may be mined.</summary>
    Broadcast,

    /// <summary>In a block that is not yet as deep as an outcome must be.</summary>
    Included,

    /// <summary>As deep as an outcome must be: what became of its accounts is told.</summary>
    Confirmed,

    /// <summary>Deeper than any reorg of the chain: it is kept no more.</summary>
    Final,
}
