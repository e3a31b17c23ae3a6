using Keeper.Core.Chain;

namespace Keeper.Core.Protocol;

/// <summary>A call whose answer belongs into the state.</summary>
/// <param name="What">For people: what is read, <c>aggregator of feed 0x…</c>.</param>
/// <param name="Apply">Decodes the returned data and changes the state; throws <see cref="Chain.Abi.AbiException"/> on data that is not what the ABI says.</param>
/// <param name="Reverted">Changes the state where the call reverts; null where that leaves it as it is.</param>
public sealed record StateRead(string What, CallRequest Call, Action<ReadOnlyMemory<byte>> Apply, Action? Reverted = null)
{
    /// <summary>
    /// Changes the state where the node does not run the call to its end (it loops, or the node lacks what it needs). Null where nothing can be said without the answer: a missing one then holds up all of
    /// the protocol, a poll leaves the state as it is.
    /// </summary>
    public Action? Refused { get; init; }

    /// <summary>The same read of a part that the rest can do without: where the node does not run it, it stays as unknown as it was.</summary>
    public StateRead OrUnknown() => this with { Refused = static () => { } };
}
