namespace Keeper.Core.Protocol;

/// <summary>Why a contract would refuse a price. Which of them it asks about, and with which limits, is the contract's own rule.</summary>
public enum PriceFault : byte
{
    /// <summary>It would take it.</summary>
    None,

    /// <summary>Not known as of the mirror's block: it must be read, or what answers it reverts.</summary>
    Unread,
    Zero,
    Negative,

    /// <summary>Beyond what the contract can hold or reckon with.</summary>
    TooLarge,

    /// <summary>Updated at a time that has not come yet.</summary>
    Future,
    Stale,

    /// <summary>Its own confidence interval is too wide.</summary>
    Uncertain,
    SequencerDown,

    /// <summary>The sequencer is up again, for too short a time.</summary>
    SequencerGrace,
}
