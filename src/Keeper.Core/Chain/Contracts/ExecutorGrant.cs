using Keeper.Core.Primitives;

namespace Keeper.Core.Chain.Contracts;

/// <summary>Something that the executor's owner allows or does not.</summary>
public abstract record ExecutorGrant
{
    private ExecutorGrant() { }

    /// <summary>A function of a contract may be called.</summary>
    public sealed record Call(Address Target, uint Selector) : ExecutorGrant;

    /// <summary>Profit may be settled in a token.</summary>
    public sealed record Settlement(Address Token) : ExecutorGrant;
}
