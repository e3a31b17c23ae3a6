namespace Keeper.Core.Chain;

/// <summary>
/// The one place where a node's words about a sent transaction become a <see cref="SendError"/>. Wordings are compared in lower
/// case and by <em>contains</em>: newer nodes append details, so an anchored match would miss them.
/// </summary>
public static class SendErrors
{
    /// <summary>In order of precedence: a row stands above every row whose wording it contains.</summary>
    private static readonly (string Wording, SendError Error)[] Table =
    [
        ("already known", SendError.Known),
        ("alreadyknown", SendError.Known),
        ("already imported", SendError.Known),
        ("existing txn with same hash", SendError.Known),
        ("ownnoncealreadyused", SendError.Known),
        // "unknown transaction type" contains the next wording, and is no acceptance.
        ("unknown transaction", SendError.Unknown),
        ("known transaction", SendError.Known),

        ("replacement transaction underpriced", SendError.ReplacementUnderpriced),
        ("replacementnotallowed", SendError.ReplacementUnderpriced),
        ("could not replace existing tx", SendError.ReplacementUnderpriced),
        ("to replace existing transaction", SendError.ReplacementUnderpriced),

        // Above the nonces: "delegation nonce gap", "gapped-nonce tx from delegated accounts".
        ("delegated accounts", SendError.DelegatedSender),
        ("delegation nonce gap", SendError.DelegatedSender),
        ("delegation authority has pending", SendError.DelegatedSender),

        ("nonce too low", SendError.NonceTooLow),
        ("oldnonce", SendError.NonceTooLow),
        ("invalid transaction nonce", SendError.NonceTooLow),
        ("nonce too high", SendError.NonceTooHigh),
        ("noncegap", SendError.NonceTooHigh),
        ("too distant", SendError.NonceTooHigh),
        ("noncetoofarinfuture", SendError.NonceTooHigh),
        ("nonce too far in future", SendError.NonceTooHigh),
        ("with a lower nonce exists", SendError.NonceTooHigh),

        // Above "feetoolow", which it contains.
        ("feetoolowtocompete", SendError.PoolFull),
        ("pool is full", SendError.PoolFull),
        ("pool full", SendError.PoolFull),
        ("pool size constraints", SendError.PoolFull),
        ("account limit exceeded", SendError.PoolFull),
        ("queue full", SendError.PoolFull),
        ("spammer", SendError.PoolFull),
        // Said only where room has to be made.
        ("future transaction tries to replace pending", SendError.PoolFull),

        ("max fee per gas less than block base fee", SendError.FeeCapBelowBaseFee),
        ("below current base fee", SendError.FeeCapBelowBaseFee),
        // Below the replacements, which are underpriced too.
        ("underpriced", SendError.Underpriced),
        ("feetoolow", SendError.Underpriced),
        ("fee too low", SendError.Underpriced),
        ("gas price below minimum", SendError.Underpriced),
        ("below configured minimum gas price", SendError.Underpriced),
        ("below minimum required priority fee", SendError.Underpriced),
        ("below chain minimum", SendError.Underpriced),
        ("gas price too low", SendError.Underpriced),

        ("insufficient funds", SendError.InsufficientFunds),
        ("insufficientfunds", SendError.InsufficientFunds),
        ("insufficient balance", SendError.InsufficientFunds),
        ("upfront cost exceeds account balance", SendError.InsufficientFunds),
        ("not enough funds for gas", SendError.InsufficientFunds),
        ("overdraft", SendError.InsufficientFunds),
        ("overdraws from account", SendError.InsufficientFunds),

        ("intrinsic gas too low", SendError.IntrinsicGas),
        ("intrinsic gas exceeds gas limit", SendError.IntrinsicGas),
        ("floor data gas", SendError.IntrinsicGas),
        ("exceeds block gas limit", SendError.GasLimit),
        ("exceeds block's gas limit", SendError.GasLimit),
        ("exceeds max transaction gas limit", SendError.GasLimit),
        ("gas limit is too high", SendError.GasLimit),
        ("gas limit too high", SendError.GasLimit),
        ("gas limit reached", SendError.GasLimit),
        ("gaslimitexceeded", SendError.GasLimit),
        ("gaslimitcapexceeded", SendError.GasLimit),
        ("intrinsic gas too high", SendError.GasLimit),
        // The whole of one node's message: the name of its reason.
        ("intrinsicgas", SendError.IntrinsicGas),

        ("exceeds the configured cap", SendError.NodeFeeCap),
        ("transaction fee cap exceeded", SendError.NodeFeeCap),

        ("address already reserved", SendError.AddressReserved),
        ("pending transaction type conflict", SendError.AddressReserved),
        ("pendingtxsofconflictingtype", SendError.AddressReserved),
        ("conflicts with existing transaction", SendError.AddressReserved),

        ("timeout", SendError.Ambiguous),
        ("timed out", SendError.Ambiguous),
        ("deadline exceeded", SendError.Ambiguous),
        ("too many requests", SendError.Ambiguous),
        ("rate limit", SendError.Ambiguous),
        ("temporarily not available", SendError.Ambiguous),
        ("bad gateway", SendError.Ambiguous),
    ];

    /// <summary>Classifies the error object of an answer to <c>eth_sendRawTransaction</c>.</summary>
    /// <param name="code">3 is go-ethereum's and Anvil's code of a revert; other nodes use others, with data.</param>
    /// <param name="hasRevertData">The error carries bytes that a contract returned.</param>
    public static SendError Classify(int code, string? message, bool hasRevertData)
    {
        var text = (message ?? "").ToLowerInvariant();
        // A revert comes first: its reason is the contract's text and may imitate any wording below.
        if (code == 3 || hasRevertData || text.Contains("execution reverted", StringComparison.Ordinal) || (code == -32603 && text.Contains("invalid opcode", StringComparison.Ordinal)))
            return SendError.Reverted;
        foreach (var (wording, error) in Table)
            if (text.Contains(wording, StringComparison.Ordinal)) return error;
        return SendError.Unknown;
    }
}
