using Keeper.Core.Chain;
using Keeper.Core.Chain.Nodes.Health;
using Keeper.Core.Chain.Nodes.Limits;
using Keeper.Tests.Support;
using static Keeper.Tests.Support.TestChainData;

namespace Keeper.Tests.Chain.Nodes.Health;

public sealed class EndpointWatchTests
{
    /// <summary>A look at an endpoint is refused for haste, or fails. Who asks to be left in peace is not ill, and is read from when he may be asked again.</summary>
    [Theory]
    [InlineData(ChainFault.RateLimited, true)]
    [InlineData(ChainFault.Transport, false)]
    public async Task A_look_that_is_refused_for_haste_says_nothing_of_the_endpoints_health(ChainFault fault, bool isWell)
    {
        var time = new SteppedTime();
        var (hasty, other) = (new ScriptedReads("hasty"), new ScriptedReads("other"));
        hasty.Headers = (_, _) => throw new ChainException("hasty: no", fault);
        other.Headers = (blocks, _) => Task.FromResult<IReadOnlyList<BlockHeader?>>([.. blocks.Select(_ => ScriptedReads.HeaderOf(Block(100)))]);
        ScriptedReads[] nodes = [hasty, other];
        var board = ScriptedReads.Router(time, null, nodes).Board;
        EndpointMeter[] meters = [.. nodes.Select(node => new EndpointMeter(node.Name, EndpointLimits.None, time))];
        await using var watch = new EndpointWatch(nodes, meters, board, TimeSpan.FromSeconds(1), time);
        watch.Begin();
        // One after the other in one round: when the pause after it begins, both looks have ended.
        for (var i = 0; i < 2_000 && (other.Asked == 0 || time.Waiting == 0); i++) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        Assert.Equal((1, 1), (hasty.Asked, other.Asked));
        Assert.Equal(isWell, board.Usable(failingToo: false).Contains(0));
        Assert.Contains(1, board.Usable(failingToo: false));
        Assert.Null(board.AsideOf(0));
    }

    [Fact]
    public async Task While_an_endpoint_asks_for_peace_it_is_not_looked_at()
    {
        var time = new SteppedTime();
        var nodes = new[] { new ScriptedReads("hasty"), new ScriptedReads("other") };
        foreach (var node in nodes) node.Headers = (blocks, _) => Task.FromResult<IReadOnlyList<BlockHeader?>>([.. blocks.Select(_ => ScriptedReads.HeaderOf(Block(100)))]);
        EndpointMeter[] meters = [.. nodes.Select(node => new EndpointMeter(node.Name, EndpointLimits.None, time))];
        meters[0].Limited(TimeSpan.FromSeconds(20));
        await using var watch = new EndpointWatch(nodes, meters, ScriptedReads.Router(time, null, nodes).Board, TimeSpan.FromSeconds(1), time);
        watch.Begin();
        for (var i = 0; i < 2_000 && (nodes[1].Asked == 0 || time.Waiting == 0); i++) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        Assert.Equal(0, nodes[0].Asked);
        for (var i = 0; i < 2_000 && nodes[0].Asked == 0; i++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
        Assert.True(nodes[0].Asked > 0);
    }
}
