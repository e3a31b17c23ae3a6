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
        ("existing txn with same hash", SendError.Known),
        ("ownnoncealreadyused", SendError.Known),
        ("transaction already imported", SendError.Known),
        // "unknown transaction type" contains the next wording, and is no acceptance.
        ("unknown transaction", SendError.Unknown),
        ("known transaction", SendError.Known),

        ("replacement transaction underpriced", SendError.ReplacementUnderpriced),
        ("replacementnotallowed", SendError.ReplacementUnderpriced),
        ("could not replace existing tx", SendError.ReplacementUnderpriced),

        ("nonce too low", SendError.NonceTooLow),
        ("oldnonce", SendError.NonceTooLow),
        ("nonce too high", SendError.NonceTooHigh),
        ("noncegap", SendError.NonceTooHigh),
        ("too distant", SendError.NonceTooHigh),

        // Above "feetoolow", which it contains.
        ("feetoolowtocompete", SendError.PoolFull),
        ("txpool is full", SendError.PoolFull),
        ("account limit exceeded", SendError.PoolFull),
        ("queue full", SendError.PoolFull),

        ("max fee per gas less than block base fee", SendError.FeeCapBelowBaseFee),
        ("below current base fee", SendError.FeeCapBelowBaseFee),
        ("transaction underpriced", SendError.Underpriced),
        ("feetoolow", SendError.Underpriced),
        ("below configured minimum gas price", SendError.Underpriced),
        ("gas price too low", SendError.Underpriced),

        ("insufficient funds", SendError.InsufficientFunds),
        ("upfront cost exceeds account balance", SendError.InsufficientFunds),
        ("not enough funds for gas", SendError.InsufficientFunds),

        ("intrinsic gas too low", SendError.IntrinsicGas),
        ("exceeds block gas limit", SendError.GasLimit),
        ("gas limit is too high", SendError.GasLimit),
        ("gas limit too high", SendError.GasLimit),
        ("intrinsic gas too high", SendError.GasLimit),

        ("exceeds the configured cap", SendError.NodeFeeCap),
        ("transaction fee cap exceeded", SendError.NodeFeeCap),

        ("address already reserved", SendError.AddressReserved),
        ("pending transaction type conflict", SendError.AddressReserved),
        ("in-flight transaction limit reached for delegated accounts", SendError.DelegatedSender),

        ("timeout", SendError.Ambiguous),
        ("timed out", SendError.Ambiguous),
        ("too many requests", SendError.Ambiguous),
        ("rate limit", SendError.Ambiguous),
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
