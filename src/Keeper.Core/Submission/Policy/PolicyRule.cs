namespace Keeper.Core.Submission.Policy;

/// <summary>The rules of <see cref="PolicyGate"/>, in the order in which they are asked. The same names stand in metrics and logs.</summary>
public enum PolicyRule
{
    /// <summary>Another chain than the profile's.</summary>
    Chain,

    /// <summary>Neither the executor, nor the key itself for a cancel.</summary>
    Target,

    /// <summary>It would move coins.</summary>
    Value,

    /// <summary>Not the nonce of the slot.</summary>
    Nonce,

    /// <summary>More gas than the chain or a cancel allows, or another limit than was planned.</summary>
    GasLimit,

    /// <summary>A fee cap above the hard cap.</summary>
    FeeCap,

    /// <summary>A tip above the fee cap.</summary>
    Tip,

    /// <summary>Other calldata than was planned and simulated, or any at all in a cancel.</summary>
    Plan,

    /// <summary>Another function than <c>execute</c>.</summary>
    Selector,

    /// <summary>Bytes that are not exactly what the ABI makes of their own meaning.</summary>
    Calldata,

    /// <summary>No item, or more than any batch has.</summary>
    ItemCount,

    /// <summary>An item calls a contract or a function that no configured protocol names.</summary>
    Call,

    /// <summary>An item may take more gas than the whole transaction.</summary>
    ItemGas,

    /// <summary>The code of the executor or of a target is not what it must be, or was read too long ago.</summary>
    CodeHash,

    /// <summary>No least profit is asked, twice in one token, or in a token that no protocol pays in.</summary>
    Token,

    /// <summary>The executor's deadline has passed, or is further away than configured.</summary>
    Deadline,

    /// <summary>At worst it costs more than one transaction may.</summary>
    TransactionCost,

    /// <summary>At worst more would be spent within an hour than may be.</summary>
    HourlyCost,

    /// <summary>At worst the key would have spent more in its life than it may.</summary>
    KeyCost,

    /// <summary>At worst more of the balance would be in flight than may be.</summary>
    BalanceShare,

    /// <summary>The signer's answer is of another transaction or another sender.</summary>
    SignerAnswer,
}
