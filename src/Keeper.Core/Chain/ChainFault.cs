namespace Keeper.Core.Chain;

/// <summary>Why a request has no answer; also a metric's label.</summary>
public enum ChainFault
{
    /// <summary>Refused, reset, timed out, 5xx.</summary>
    Transport,

    /// <summary>HTTP 429 or the node's own word for it.</summary>
    RateLimited,

    /// <summary>Not JSON, wrong id, missing result, value out of range, too long.</summary>
    Malformed,

    /// <summary>A JSON-RPC error that the caller has no use for.</summary>
    Rejected,

    /// <summary>The block asked for is not there, or no longer.</summary>
    UnknownBlock,

    /// <summary>Not asked: what the endpoints allow is kept for what matters more.</summary>
    Deferred,

    /// <summary>Logs that are not what the block's header commits to, that endpoints do not agree on, or of a node that is behind what it was asked about.</summary>
    Unproven,
}
