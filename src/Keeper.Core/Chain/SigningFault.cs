namespace Keeper.Core.Chain;

/// <summary>Why there is no signature. Also a metric's label.</summary>
public enum SigningFault
{
    /// <summary>The key itself, or what was to be signed, allows none.</summary>
    Unusable,

    /// <summary>The service that holds the key gave no answer in time, or one of its transport: refused, reset, 5xx.</summary>
    Unreachable,

    /// <summary>The service answered with an error.</summary>
    Refused,

    /// <summary>The answer is no signed transaction: not JSON, too long, another id, not canonical, a high s.</summary>
    Malformed,

    /// <summary>A well-formed transaction, but not the one that was asked for, or another key's.</summary>
    OtherTransaction,
}
