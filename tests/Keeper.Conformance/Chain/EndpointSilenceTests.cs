using System.Diagnostics;
using Keeper.Conformance.EndToEnd;
using Keeper.Conformance.Support;
using Keeper.Core.Chain;

namespace Keeper.Conformance.Chain;

/// <summary>How soon a dead node is noticed, in blocks: measured beside nothing else.</summary>
[Collection(EndToEndCollection.Name)]
public sealed class EndpointSilenceTests
{
    [Fact]
    public async Task One_that_dies_in_silence_is_passed_over_within_three_blocks()
    {
        await using var scene = new EndpointScene();
        var first = await scene.StartAsync();
        await first.MineAsync(3);
        var second = await scene.StartAsAsync(first);
        scene.Connect(("first", first.HttpUrl, first.WsUrl), ("second", second.HttpUrl, second.WsUrl));
        var told = await scene.FollowAsync(first);
        await scene.MineUntilAsync(() => scene.Client.DoubtOf(told.Chain[0]) is null);
        EndpointScene.Signal(first, "STOP");
        try
        {
            var blocks = 0;
            for (; told.Chain.Count == 1 && blocks < 30; blocks++)
            {
                await second.MineAsync();
                await Task.Delay(AnvilNode.Profile.BlockTime, TimeProvider.System);
            }
            Assert.InRange(blocks, 1, 3);
            // And on, reads too.
            await second.MineAsync(2);
            await told.WaitForBlockAsync((await EndpointScene.HeadAsync(second)).Hash, 60);
            var began = Stopwatch.GetTimestamp();
            for (var i = 0; i < 10; i++) await scene.Client.GetBalanceAsync(second.Signer.Address, BlockId.Latest, scene.Patience);
            Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(15), "Reads waited for the one that is dead.");
        }
        finally
        {
            EndpointScene.Signal(first, "CONT");
        }
    }
}
