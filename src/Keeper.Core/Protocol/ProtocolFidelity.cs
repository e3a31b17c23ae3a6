namespace Keeper.Core.Protocol;

/// <summary>What an adapter's verdicts are made of.</summary>
public enum ProtocolFidelity : byte
{
    /// <summary>Logs tell all that decides, or say what must be read: the state as it is after a block's logs is one to decide on. Polls run beside the decisions.</summary>
    EventExact,

    /// <summary>Polls decide: they are asked for at the block, or the hint's block, of each decision, and the decision is taken again when they have come back.</summary>
    EventPlusPoll,
}
