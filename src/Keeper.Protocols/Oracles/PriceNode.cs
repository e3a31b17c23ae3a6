using Keeper.Core.Primitives;

namespace Keeper.Protocols.Oracles;

/// <summary>One step of how a price comes about. Which fields count depends on the kind: make it by the functions below.</summary>
/// <param name="Source">Row of the feed, of the price of Pyth or of the polled word.</param>
/// <param name="Rule">What is asked of the answer of a feed or of a polled word.</param>
/// <param name="PythRule">What is asked of a price of Pyth.</param>
/// <param name="Legs">Nodes that it is made of, all of them older than it.</param>
/// <param name="First">Of a constant its value, of what grows its value at <paramref name="Since"/>, of a quotient its scale.</param>
/// <param name="Second">Of what grows its growth a second times <paramref name="Third"/>, of a quotient its divisor.</param>
/// <param name="Since">Seconds.</param>
/// <param name="IsSigned">Whether the contract reckons in <c>int256</c>.</param>
internal readonly record struct PriceNode(
    PriceNodeKind Kind, int Source, PriceRule Rule, PythRule PythRule, PriceLegs Legs, UInt256 First, UInt256 Second, UInt256 Third, ulong Since, bool IsSigned)
{
    public static PriceNode Constant(UInt256 value) => new() { Kind = PriceNodeKind.Constant, First = value };
    public static PriceNode Feed(int feed, PriceRule rule) => new() { Kind = PriceNodeKind.Feed, Source = feed, Rule = rule };
    public static PriceNode Pyth(int price, PythRule rule) => new() { Kind = PriceNodeKind.Pyth, Source = price, PythRule = rule };
    public static PriceNode Polled(int word, PriceRule rule) => new() { Kind = PriceNodeKind.Polled, Source = word, Rule = rule };

    /// <summary><c>atSince + growthScaled * (now - since) / scale</c>, rounded down: <c>PriceCapAdapterBase._getMaxRatio</c> of aave-capo. With a scale of 1 its older form.</summary>
    /// <exception cref="DivideByZeroException">A scale of zero.</exception>
    public static PriceNode Growing(UInt256 atSince, UInt256 growthScaled, UInt256 scale, ulong since) => scale.IsZero ? throw new DivideByZeroException("A scale is zero.") :
        new() { Kind = PriceNodeKind.Growing, First = atSince, Second = growthScaled, Third = scale, Since = since };

    public static PriceNode Lesser(int a, int b) => new() { Kind = PriceNodeKind.Lesser, Legs = PriceLegs.Of([a, b], []) };

    /// <summary>
    /// <c>scale * (a * b * c) / (d * e * f * divisor)</c>, rounded down, each product checked at 256 bits and the outer step at 512:
    /// <c>MorphoChainlinkOracleV2.price</c> (morpho-blue-oracles), with a scale of 1 and <paramref name="isSigned"/> the checked arithmetic of <c>int256</c>
    /// adapters (aave-capo, the synchronicity adapters). Three legs above and three below at most.
    /// </summary>
    public static PriceNode Quotient(UInt256 scale, ReadOnlySpan<int> above, ReadOnlySpan<int> below, UInt256 divisor, bool isSigned = false) =>
        new() { Kind = PriceNodeKind.Quotient, Legs = PriceLegs.Of(above, below), First = scale, Second = divisor, IsSigned = isSigned };
}
