namespace Keeper.Core.Chain.Nodes;

/// <summary>What nodes and gateways say when they refuse to read, as <see cref="SendErrors"/> is for sending.</summary>
public static class RpcWording
{
    private static readonly string[] RangeTooWide =
    [
        "block range", "range too large", "range is too large", "range limit", "too wide", "too many results", "query returned more than", "response size", "log response size exceeded",
        "exceeds max results", "limit exceeded", "query timeout", "more than 10000 results", "max results", "blocks range", "exceed maximum block", "too many logs", "result set too large",
        "requested too many blocks", "up to a", "distance", "query exceeds", "response is too big", "response too large",
    ];

    private static readonly string[] RateLimited =
    [
        "too many requests", "rate limit", "request rate", "requests per second", "compute units per second", "exceeded its throughput", "daily request count", "capacity exceeded", "credits limited",
    ];

    private static readonly string[] UnknownBlock =
    [
        "header not found", "unknown block", "block not found", "blockoutofrange", "block out of range", "cannot find block", "hash is not currently canonical", "header for hash not found",
        "missing trie node", "resource not found", "could not find block", "is not canonical", "unknown header",
    ];

    private const int MethodNotFound = -32601;

    private static readonly string[] Unserved = ["unauthorized", "forbidden", "access denied", "api key", "method not found", "method not enabled"];

    /// <summary>The node does not answer such requests, or not to us, whatever they ask.</summary>
    public static bool IsUnserved(RpcFailure error) => error.Code == MethodNotFound || (!IsRevert(error) && Contains(error.Message, Unserved));

    /// <summary>An <c>eth_getLogs</c> that a narrower range may satisfy.</summary>
    public static bool IsRangeTooWide(RpcFailure error) => Contains(error.Message, RangeTooWide);

    /// <summary>Not a revert: its reason is the contract's text and may imitate these wordings.</summary>
    public static bool IsRateLimited(RpcFailure error) => error.Code == 429 || (!IsRevert(error) && Contains(error.Message, RateLimited));

    public static bool IsUnknownBlock(RpcFailure error) => Contains(error.Message, UnknownBlock);

    /// <summary>A call that the contract itself refused; -32603 "invalid opcode" is how old contracts assert.</summary>
    public static bool IsRevert(RpcFailure error) =>
        error.Code == 3 || Contains(error.Message, ["revert", "invalid opcode", "opcode 0xfe not defined", "bad instruction"]) || error.RevertData is not null;

    private static bool Contains(string message, ReadOnlySpan<string> wordings)
    {
        foreach (var wording in wordings)
            if (message.Contains(wording, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }
}
