namespace Keeper.Core.Submission.Breakers;

/// <summary>What stops new intents. The same names stand in metrics, journal, logs and commands.</summary>
public enum Breaker
{
    /// <summary>Settled transactions have cost more than is allowed since one of them liquidated anything.</summary>
    GasWithoutSuccess,

    /// <summary>Too many transactions in a row reverted for reasons other than a race that was lost.</summary>
    ConsecutiveReverts,

    /// <summary>The key's balance is below the least that it should have, or a node says that it does not cover what is in flight.</summary>
    Balance,

    /// <summary>The mirror calls accounts liquidatable that the contract calls healthy.</summary>
    MirrorDivergence,

    /// <summary>The audit found the mirror wrong in too many accounts.</summary>
    MirrorDrift,

    /// <summary>The chain replaced more blocks than it takes to be final: what the mirror could not undo was built anew.</summary>
    DeepReorg,

    /// <summary>The kill switch.</summary>
    Operator,

    /// <summary>A nonce of the key was used by a transaction that the journal does not know.</summary>
    ForeignNonce,

    /// <summary>The signer answered with something else than it was asked to sign.</summary>
    Signer,

    /// <summary>The code of the executor or of a protocol's contract, or of what a proxy of them leads to, is not what it was. A protocol's halts that protocol alone.</summary>
    CodeChanged,

    /// <summary>A node's pool holds transactions of another kind from the key, such as blobs, and takes none of ours beside them.</summary>
    AddressReserved,

    /// <summary>A nonce below the next one is free and nothing of ours fills it, as after a reorg that took out what was final: nothing behind it can be mined.</summary>
    LostNonce,
}
