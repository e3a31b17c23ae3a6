using System.Numerics;
using Keeper.Core.Mirror;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Protocols.Oracles;

namespace Keeper.Tests.Protocols.Oracles;

public class PriceGraphTests
{
    private const ulong Now = 1_000;
    private readonly PriceGraph _graph = new OracleBook(new UndoLog()).Graph;

    [Fact]
    public void A_quotient_is_reckoned_over_512_bits_and_rounded_down()
    {
        var random = new Random(11);
        for (var i = 0; i < 500; i++)
        {
            var (a, b, c, scale) = (Any(random, 100), Any(random, 100), Any(random, 120), Any(random, 250));
            var node = Quotient(scale, [a, b], [c], 3UL);
            var exact = (BigInteger)scale * a * b / ((BigInteger)c * 3);
            var fault = _graph.Evaluate(node, Now, out var value);
            if (exact >= BigInteger.One << 255) Assert.Equal(PriceFault.TooLarge, fault);
            else Assert.Equal((PriceFault.None, exact), (fault, (BigInteger)value));
        }
    }

    [Fact]
    public void What_the_contracts_products_cannot_hold_is_refused_where_they_are_checked()
    {
        var (half, max) = (UInt256.One << 128, UInt256.MaxValue >> 1);
        Assert.Equal(PriceFault.TooLarge, Evaluate(Quotient(1UL, [half, half], [], 1UL)));
        Assert.Equal(PriceFault.TooLarge, Evaluate(Quotient(1UL, [1UL], [half, half], 1UL)));
        Assert.Equal(PriceFault.TooLarge, Evaluate(Quotient(1UL, [1UL], [max], 3UL)));
        // In uint256 a product of 255 bits and one fits; in int256 it does not.
        Assert.Equal(PriceFault.None, Evaluate(Quotient(1UL, [max, 2UL], [], 2UL)));
        Assert.Equal(PriceFault.TooLarge, Evaluate(Quotient(1UL, [max, 2UL], [], 2UL, isSigned: true)));
        // Multiplied in the contract's order: it never reaches the zero.
        Assert.Equal(PriceFault.TooLarge, Evaluate(Quotient(1UL, [half, half, 0UL], [], 1UL)));
        Assert.Equal(PriceFault.None, Evaluate(Quotient(1UL, [0UL, half, half], [], 1UL)));
    }

    [Fact]
    public void A_divisor_of_zero_and_a_leg_that_cannot_be_used_make_the_whole_unusable()
    {
        Assert.Equal(PriceFault.Zero, Evaluate(Quotient(1UL, [5UL], [0UL], 1UL)));
        var book = new OracleBook(new UndoLog());
        var one = book.Graph.Add(PriceNode.Constant(UInt256.One));
        var unread = book.Graph.Add(PriceNode.Feed(book.Feeds.Follow(Address.Parse("0x00000000000000000000000000000000000000f0")), new()));
        foreach (var node in (PriceNode[])[
            PriceNode.Quotient(1UL, [one, unread], [], 1UL), PriceNode.Quotient(1UL, [one], [unread], 1UL), PriceNode.Lesser(one, unread), PriceNode.Lesser(unread, one)])
        {
            Assert.Equal(PriceFault.Unread, book.Graph.Evaluate(book.Graph.Add(node), Now, out _));
        }
    }

    [Fact]
    public void A_cap_that_grows_is_rounded_down_and_refuses_a_time_before_it_began()
    {
        var node = _graph.Add(PriceNode.Growing(100UL, 15UL, 10UL, since: 990));
        foreach (var (time, expected) in ((ulong, long)[])[(990, 100), (991, 101), (993, 104), (1_000, 115)])
        {
            Assert.Equal(PriceFault.None, _graph.Evaluate(node, time, out var value));
            Assert.Equal(expected, value);
        }
        Assert.Equal(PriceFault.Future, _graph.Evaluate(node, 989, out _));
        Assert.Equal(PriceFault.TooLarge, Evaluate(_graph.Add(PriceNode.Growing(UInt256.MaxValue, 1UL, 1UL, 0))));
        Assert.Equal(PriceFault.TooLarge, Evaluate(_graph.Add(PriceNode.Growing(1UL, UInt256.MaxValue, 1UL, 0))));
        Assert.Throws<DivideByZeroException>(() => PriceNode.Growing(1UL, 1UL, 0UL, 0));
    }

    [Fact]
    public void The_lesser_of_two_is_the_price()
    {
        var (a, b) = (_graph.Add(PriceNode.Constant(5UL)), _graph.Add(PriceNode.Constant(7UL)));
        foreach (var node in (PriceNode[])[PriceNode.Lesser(a, b), PriceNode.Lesser(b, a)])
        {
            Assert.Equal(PriceFault.None, _graph.Evaluate(_graph.Add(node), Now, out var value));
            Assert.Equal(5, value);
        }
    }

    [Fact]
    public void Nothing_is_made_of_itself_of_what_is_not_there_or_of_more_than_six()
    {
        var one = _graph.Add(PriceNode.Constant(UInt256.One));
        Assert.Throws<ArgumentException>(() => _graph.Add(PriceNode.Lesser(one, 1)));
        Assert.Throws<ArgumentException>(() => _graph.Add(PriceNode.Lesser(-1, one)));
        var two = _graph.Add(PriceNode.Lesser(one, one));
        Assert.Throws<ArgumentException>(() => _graph.Set(two, PriceNode.Lesser(one, two)));
        Assert.Throws<ArgumentException>(() => PriceNode.Quotient(1UL, [0, 0, 0, 0], [], 1UL));
        _graph.Set(one, PriceNode.Constant(9UL)); // its parameters change under what is made of it
        Assert.Equal(PriceFault.None, _graph.Evaluate(two, Now, out var value));
        Assert.Equal(9, value);
    }

    private int Quotient(UInt256 scale, UInt256[] above, UInt256[] below, UInt256 divisor, bool isSigned = false) => _graph.Add(PriceNode.Quotient(
        scale, [.. above.Select(value => _graph.Add(PriceNode.Constant(value)))], [.. below.Select(value => _graph.Add(PriceNode.Constant(value)))], divisor, isSigned));

    private PriceFault Evaluate(int node) => _graph.Evaluate(node, Now, out _);

    private static UInt256 Any(Random random, int bits)
    {
        var bytes = new byte[32];
        random.NextBytes(bytes);
        return (UInt256.ReadBigEndian(bytes) >> (256 - random.Next(1, bits))) + UInt256.One;
    }
}
