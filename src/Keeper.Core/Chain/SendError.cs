namespace Keeper.Core.Chain;

/// <summary>
/// What a node says to a transaction that was sent to it, and what the sender does then. Of several nodes' answers the sender sees the
/// one that says most: any acceptance, then a silence, then a refusal. Also a metric's label.
/// </summary>
public enum SendError
{
    /// <summary>Accepted: it waits for the receipt.</summary>
    None,

    /// <summary>The pool has these bytes already: as good as accepted.</summary>
    Known,

    /// <summary>The nonce is used up: the next head asks for a receipt of every attempt, and halts the key where a stranger's transaction took it.</summary>
    NonceTooLow,

    /// <summary>Lower nonces are missing there: they are handed out first, then it again, once; else at the next head.</summary>
    NonceTooHigh,

    /// <summary>Too little more than the bid before: raised at once, a few times, within the limits; else the bid before is kept alive.</summary>
    ReplacementUnderpriced,

    /// <summary>Below what the node takes: as <see cref="ReplacementUnderpriced"/>.</summary>
    Underpriced,

    /// <summary>The base fee is above the cap: as <see cref="ReplacementUnderpriced"/>.</summary>
    FeeCapBelowBaseFee,

    /// <summary>The balance does not cover it: the breaker <c>balance</c> opens, and it goes out again at each head until a node takes it.</summary>
    InsufficientFunds,

    /// <summary>Less gas than the bytes alone cost: fatal for the plan, whose nonce is cancelled at once and whose accounts back off.</summary>
    IntrinsicGas,

    /// <summary>More gas than a transaction or a block may have: as <see cref="IntrinsicGas"/>.</summary>
    GasLimit,

    /// <summary>The node's own limit on what a transaction may cost: said only where no other node took it; out again at the next head.</summary>
    NodeFeeCap,

    /// <summary>The node has no room: as <see cref="NodeFeeCap"/>.</summary>
    PoolFull,

    /// <summary>The pool holds another kind of transaction from the key: the breaker <c>address_reserved</c> opens, and it goes out again at each head.</summary>
    AddressReserved,

    /// <summary>The key delegates its code (EIP-7702): from here on one transaction at a time is in flight.</summary>
    DelegatedSender,

    /// <summary>The node ran it and it failed: out again at the next head, whose simulation cancels what fails.</summary>
    Reverted,

    /// <summary>No usable answer: counts as accepted until the chain says otherwise.</summary>
    Ambiguous,

    /// <summary>An error nobody has classified: treated as <see cref="Ambiguous"/>, and told.</summary>
    Unknown,
}
