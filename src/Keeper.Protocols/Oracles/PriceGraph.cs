using Keeper.Core.Mirror;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;

namespace Keeper.Protocols.Oracles;

/// <summary>
/// How prices are made of others, in the contract's integers and roundings. Legs are older than what is made of them, so that nothing depends on itself, and
/// are walked when asked. A leg that the contract would refuse makes the whole unusable, with the leg's fault.
/// </summary>
internal sealed class PriceGraph(UndoLog undo, FeedBook feeds, PythBook pyth, PolledBook polled, OracleRevisions revisions)
{
    private readonly Table<int, PriceNode> _nodes = new(undo);

    public int Count => _nodes.Count;

    /// <returns>The node's number.</returns>
    /// <exception cref="ArgumentException">A leg that is not there yet.</exception>
    public int Add(PriceNode node)
    {
        Check(node, _nodes.Count);
        revisions.Next(changesShape: false);
        return _nodes.Put(_nodes.Count, node);
    }

    /// <summary>Other parameters, or another source, for a price that others may be made of.</summary>
    /// <exception cref="ArgumentException">A leg that is not older than it.</exception>
    public void Set(int number, PriceNode node)
    {
        Check(node, number);
        revisions.Next(changesShape: false);
        _nodes.Set(number, node);
    }

    /// <summary>The price that the contract would have in a block with this timestamp.</summary>
    /// <param name="value">Never above int256; good only without a fault.</param>
    public PriceFault Evaluate(int number, ulong timestamp, out Int256 value)
    {
        var node = _nodes[number];
        switch (node.Kind)
        {
            case PriceNodeKind.Constant:
                return Fit(node.First, out value);
            case PriceNodeKind.Feed:
                value = feeds[node.Source].Answer;
                return node.Rule.Judge(feeds[node.Source], timestamp);
            case PriceNodeKind.Pyth:
                return node.PythRule.Judge(pyth[node.Source], timestamp, out value);
            case PriceNodeKind.Polled:
                value = Int256.FromBits(polled[node.Source].Word);
                return polled[node.Source].IsUsable ? node.Rule.Judge(value) : PriceFault.Unread;
            case PriceNodeKind.Growing:
                return Grow(node, timestamp, out value);
            case PriceNodeKind.Lesser:
                var first = Evaluate(node.Legs.Above0, timestamp, out value);
                var second = Evaluate(node.Legs.Above1, timestamp, out var other);
                value = Int256.Min(value, other);
                return first == PriceFault.None ? second : first;
            default:
                return Divide(node, timestamp, out value);
        }
    }

    /// <summary>Whether logs tell all that the price is made of: nothing in it is as old as the last poll.</summary>
    public bool IsOfLogs(int number)
    {
        var node = _nodes[number];
        if (node.Kind == PriceNodeKind.Polled || (node.Kind == PriceNodeKind.Feed && feeds[node.Source].IsAsked)) return false;
        for (var leg = 0; leg < node.Legs.CountAbove; leg++) if (!IsOfLogs(node.Legs.Above(leg))) return false;
        for (var leg = 0; leg < node.Legs.CountBelow; leg++) if (!IsOfLogs(node.Legs.Below(leg))) return false;
        return true;
    }

    private static PriceFault Grow(in PriceNode node, ulong timestamp, out Int256 value)
    {
        value = default;
        if (timestamp < node.Since) return PriceFault.Future; // the contract's checked subtraction reverts
        if (!TryMultiply(node.Second, timestamp - node.Since, out var scaled)) return PriceFault.TooLarge;
        var growth = scaled / node.Third;
        return UInt256.MaxValue - growth < node.First ? PriceFault.TooLarge : Fit(node.First + growth, out value);
    }

    private PriceFault Divide(in PriceNode node, ulong timestamp, out Int256 value)
    {
        value = default;
        var above = UInt256.One;
        for (var leg = 0; leg < node.Legs.CountAbove; leg++)
        {
            if (Multiply(node.Legs.Above(leg), timestamp, node.IsSigned, ref above) is var fault and not PriceFault.None) return fault;
        }
        var below = UInt256.One;
        for (var leg = 0; leg < node.Legs.CountBelow; leg++)
        {
            if (Multiply(node.Legs.Below(leg), timestamp, node.IsSigned, ref below) is var fault and not PriceFault.None) return fault;
        }
        if (!TryMultiply(below, node.Second, out below)) return PriceFault.TooLarge;
        if (below.IsZero) return PriceFault.Zero;
        var (_, high) = UInt256.Multiply512(node.First, above);
        if (high >= below) return PriceFault.TooLarge; // more than 256 bits remain
        return Fit(UInt256.MulDivDown(node.First, above, below), out value);
    }

    private PriceFault Multiply(int leg, ulong timestamp, bool isSigned, ref UInt256 product)
    {
        if (Evaluate(leg, timestamp, out var factor) is var fault and not PriceFault.None) return fault;
        if (factor.IsNegative) return PriceFault.Negative;
        return TryMultiply(product, factor.Abs, out product) && (!isSigned || product.BitLength < 256) ? PriceFault.None : PriceFault.TooLarge;
    }

    private static bool TryMultiply(UInt256 a, UInt256 b, out UInt256 product)
    {
        (product, var high) = UInt256.Multiply512(a, b);
        return high.IsZero;
    }

    private static PriceFault Fit(UInt256 word, out Int256 value)
    {
        value = Int256.FromBits(word);
        return value.IsNegative ? PriceFault.TooLarge : PriceFault.None;
    }

    private static void Check(in PriceNode node, int number)
    {
        var legs = node.Legs;
        for (var leg = 0; leg < legs.CountAbove; leg++) CheckLeg(legs.Above(leg));
        for (var leg = 0; leg < legs.CountBelow; leg++) CheckLeg(legs.Below(leg));

        void CheckLeg(int leg)
        {
            if (leg < 0 || leg >= number) throw new ArgumentException($"Node {number} can't be made of node {leg}.");
        }
    }
}
