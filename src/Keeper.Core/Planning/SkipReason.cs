namespace Keeper.Core.Planning;

/// <summary>Why an account that something could be done about is left alone for now. The same names stand in metrics and logs.</summary>
public enum SkipReason
{
    /// <summary>A transaction for it is in flight: never two for the same shortfall.</summary>
    OpenIntent,

    /// <summary>Its last attempt failed for a reason that will not have gone away yet.</summary>
    BackingOff,

    /// <summary>The contract itself would refuse the price.</summary>
    PriceUnusable,

    /// <summary>The adapter knows no call that would help.</summary>
    NothingToDo,

    /// <summary>What it earns does not pay for the gas and the configured profit.</summary>
    BelowMinProfit,

    /// <summary>Its first call alone needs more gas than one transaction may have.</summary>
    ExceedsGasCap,

    /// <summary>As many transactions are in flight as the key may have.</summary>
    TooManyInFlight,

    /// <summary>The key can't pay for the gas.</summary>
    InsufficientBalance,

    /// <summary>Sending is halted, for all or for the account's protocol.</summary>
    Halted,

    /// <summary>The simulation of the exact call says that it would not succeed.</summary>
    SimulationFailed,

    /// <summary>The simulation says that the account needs nothing any more.</summary>
    NoLongerNeeded,

    /// <summary>A reorg took out the block that it was decided on.</summary>
    Orphaned,

    /// <summary>The policy gate refused to have it signed.</summary>
    PolicyRefused,

    /// <summary>The key gave no signature, or one that is not for this transaction.</summary>
    SignerFailed,

    /// <summary>Its adapter claims a reward that nothing pays: a contract's answer is not believed.</summary>
    ImplausibleReward,
}
