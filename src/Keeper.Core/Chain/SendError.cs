namespace Keeper.Core.Chain;

/// <summary>What a node says to a transaction that was sent to it. Also a metric's label.</summary>
public enum SendError
{
    /// <summary>Accepted.</summary>
    None,
    Known,
    NonceTooLow,
    NonceTooHigh,
    ReplacementUnderpriced,
    Underpriced,
    FeeCapBelowBaseFee,
    InsufficientFunds,
    IntrinsicGas,
    GasLimit,
    NodeFeeCap,
    PoolFull,
    AddressReserved,
    DelegatedSender,
    Reverted,

    /// <summary>No usable answer: counts as accepted until the chain says otherwise.</summary>
    Ambiguous,

    /// <summary>An error nobody has classified: treated as <see cref="Ambiguous"/>, and told.</summary>
    Unknown,
}
