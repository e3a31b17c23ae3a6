using Keeper.Core.Primitives;

namespace Keeper.Core.Protocol;

/// <summary>A function that plans call: what the executor's owner must allow.</summary>
/// <param name="Target">The protocol's contract, or one that deals with it on the executor's behalf.</param>
/// <param name="Selector">The first four bytes of the signature's Keccak-256.</param>
/// <param name="Signature">As a person writes it: <c>close(uint256)</c>.</param>
public readonly record struct CallableFunction(Address Target, uint Selector, string Signature)
{
    /// <summary>
    /// Where the target deals with several protocols on the executor's behalf, and obeys it alone: what the function's first argument must be, the contract that is
    /// dealt with. No other call of the function is signed, the code there is watched too, and what the target liquidates is ours. Null where the target is the protocol's own.
    /// </summary>
    public Address? Venue { get; init; }
}
