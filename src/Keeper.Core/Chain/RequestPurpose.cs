namespace Keeper.Core.Chain;

/// <summary>What a request is for: the least gives way first where an endpoint's rate or day's budget is short. Ordered from what never gives way to what does first.</summary>
public enum RequestPurpose
{
    /// <summary>A signed transaction: waits for nothing, and its cost is counted even where nothing is left.</summary>
    Send,

    /// <summary>What a decision or a transaction in flight needs: simulations, receipts, nonces.</summary>
    Decide,

    /// <summary>New blocks, their logs, and what is polled with each.</summary>
    Follow,

    /// <summary>A long history that is read once: it leaves following what it needs for the rest of the day.</summary>
    History,

    /// <summary>Proofs and comparisons of what is known already.</summary>
    Audit,
}
