using Keeper.Core.OrderFlow;

namespace Keeper.Tests.OrderFlow;

public sealed class OrderFlowRulesTests
{
    [Theory]
    [InlineData(null, 100UL, true, Route.Public)]
    [InlineData(null, 100UL, false, Route.Public)]
    [InlineData(103UL, 100UL, true, Route.Private)]
    [InlineData(103UL, 102UL, true, Route.Private)] // block 103 is being built: the last private one
    [InlineData(103UL, 103UL, true, Route.Public)]
    [InlineData(103UL, 104UL, true, Route.Public)]
    [InlineData(103UL, 102UL, false, Route.Held)]
    [InlineData(103UL, 103UL, false, Route.Public)]
    [InlineData(103UL, 0UL, true, Route.Private)] // no head is known: nothing is public yet
    public void Bytes_are_private_until_the_block_after_their_window_is_built(ulong? until, ulong newest, bool hasFlow, Route route) =>
        Assert.Equal(route, OrderFlowRules.RouteOf(until, newest, hasFlow));

    [Theory]
    [InlineData(100UL, 1, 101UL)]
    [InlineData(100UL, 25, 125UL)]
    [InlineData(100UL, null, null)]
    public void A_window_is_as_many_blocks_as_configured(ulong newest, int? blocks, ulong? until) => Assert.Equal(until, OrderFlowRules.Window(newest, blocks));

    /// <summary>Whatever the window: it is private for exactly that many blocks, and for none again after it.</summary>
    [Fact]
    public void A_window_opens_once_and_closes_once()
    {
        for (var blocks = 1; blocks <= 30; blocks++)
        {
            var until = OrderFlowRules.Window(100, blocks);
            var routes = Enumerable.Range(100, 60).Select(newest => OrderFlowRules.RouteOf(until, (ulong)newest, hasPrivateFlow: true)).ToArray();
            Assert.Equal(Enumerable.Repeat(Route.Private, blocks).Concat(Enumerable.Repeat(Route.Public, 60 - blocks)), routes);
        }
    }

    [Fact]
    public void A_replacement_is_private_as_long_as_its_slot_and_no_longer()
    {
        Assert.Equal(103UL, OrderFlowRules.WindowOfReplacement([103], 101));
        Assert.Equal(103UL, OrderFlowRules.WindowOfReplacement([103, null, 102], 102));
        Assert.Null(OrderFlowRules.WindowOfReplacement([103], 103));
        Assert.Null(OrderFlowRules.WindowOfReplacement([null], 101));
        Assert.Null(OrderFlowRules.WindowOfReplacement([], 101));
    }
}
