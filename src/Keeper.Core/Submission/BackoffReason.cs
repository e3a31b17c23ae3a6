namespace Keeper.Core.Submission;

/// <summary>Why an account is left alone for some blocks. The same names stand in metrics, journal and log.</summary>
public enum BackoffReason
{
    /// <summary>The simulation failed as a whole, and no account of it by itself, or it says that the account earns too little at this block: nobody's fault that is known.</summary>
    BatchRefused,

    /// <summary>The account's calls fail in the simulation.</summary>
    SimulationRefused,

    /// <summary>The policy gate refused to have it signed.</summary>
    PolicyRefused,

    /// <summary>A transaction with it was mined and reverted, and no account of it by itself does.</summary>
    BatchReverted,

    /// <summary>A node calls its transaction one that no block can take, so that a cancel was paid for.</summary>
    NodeRefused,

    /// <summary>The account's calls failed on chain.</summary>
    Reverted,

    /// <summary>It failed on chain as the contract cannot have made it fail, or cost gas again and again.</summary>
    Quarantined,
}
