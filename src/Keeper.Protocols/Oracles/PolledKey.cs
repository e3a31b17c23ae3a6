using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;

namespace Keeper.Protocols.Oracles;

/// <summary>A view that no log stands for: an exchange rate, a ratio, the whole answer of an oracle that is not understood.</summary>
/// <param name="Selector">Of a function that returns one word.</param>
/// <param name="Argument">Its only argument; null where it has none.</param>
internal readonly record struct PolledKey(Address Target, uint Selector, UInt256? Argument = null)
{
    public CallRequest ToCall() => new(Target, (Argument is { } argument ? new AbiWriter().Word(argument) : new()).ToCall(Selector));
}
