using Keeper.Core.Chain;
using Keeper.Core.Primitives;

namespace Keeper.Tests.Protocols.RefPerps;

public class UndoTests
{
    [Fact]
    public void A_frame_rolled_back_leaves_every_row_and_every_verdict_as_they_were()
    {
        var scene = Scene.Simple();
        scene.List(2, new());
        scene.Read();
        scene.Apply(Scene.Quote(1, 100), Scene.Position(1, 1, 5, 5, 0), Scene.Position(1, 2, -5, -5, 0));
        var before = scene.Fingerprint();
        var verdict = scene.Protocol.Evaluate(0, Scene.Now);

        scene.Undo.Push();
        scene.Apply(
            Scene.Opened(2), Scene.Quote(2, -5), Scene.Position(2, 1, 9, 9, 0), Scene.Position(1, 1, 0, 0, 0), Scene.Quote(1, -7),
            Scene.Listed(3), Scene.ParamsSet(3, new()), Scene.ParamsSet(1, new() { Feed = Scene.Proxy(3), LiqFeePpm = 9 }),
            Scene.TiersSet(2, [(MarketTerms.NoLimit, 5)], [(MarketTerms.NoLimit, 6)]), Scene.Synced(1, 44, Scene.Now + 1), Scene.State(2, 5, 6),
            Scene.Globals(stipend: 5, sequencer: Scene.Proxy(9)), Scene.Pool(-4), Scene.Insurance(8), Scene.Paused(1),
            Scene.Answered(Scene.Aggregator(2), 77, 9, Scene.Now + 3));
        scene.Read();
        scene.Protocol.Evaluate(0, Scene.Now);
        scene.Protocol.Evaluate(1, Scene.Now);
        Assert.NotEqual(before, scene.Fingerprint());

        scene.Undo.Rollback();
        Assert.Equal(before, scene.Fingerprint());
        Assert.Equal(verdict, scene.Protocol.Evaluate(0, Scene.Now));
        Assert.Empty(scene.Protocol.MissingReads());
        Assert.Equal(1, scene.Protocol.AccountCount);
    }

    [Fact]
    public void What_was_read_in_a_frame_is_missing_again_without_it()
    {
        var scene = new Scene();
        scene.List(1, new());
        scene.Undo.Push();
        scene.Read();
        Assert.Empty(scene.Protocol.MissingReads());
        scene.Undo.Rollback();
        Assert.Equal(3, scene.Protocol.MissingReads().Count);
        Assert.Equal([Scene.Contract, Scene.Proxy(1)], scene.Protocol.Filter.Any.Addresses);
    }

    [Fact]
    public void An_answer_for_a_feed_that_was_undone_is_dropped()
    {
        var scene = new Scene();
        scene.Undo.Push();
        scene.List(1, new());
        var reads = scene.Protocol.MissingReads();
        scene.Undo.Rollback();
        foreach (var read in reads) read.Apply(Scene.Answer(read));
        Assert.Equal(0, scene.Protocol.State.Feeds.Count);
    }

    /// <summary>The same price comes back with the same revision, a different one in its place never does: a cached quote cannot outlive its row.</summary>
    [Fact]
    public void A_price_that_replaced_an_undone_one_is_the_one_judged_by()
    {
        var scene = Scene.Simple();
        scene.Apply(Scene.Quote(1, 100), Scene.Position(1, 1, 1000, 1000, 0));
        foreach (var price in (ulong[])[2, 3, 2])
        {
            scene.Undo.Push();
            scene.Price(1, Scene.Wad * price);
            Assert.Equal((Int256)(100 + 1000 * ((long)price - 1)), scene.Protocol.Evaluate(0, Scene.Now).Equity);
            scene.Undo.Rollback();
            if (price != 3) continue; // the next frame follows without an evaluation between
            Assert.Equal(100, scene.Protocol.Evaluate(0, Scene.Now).Equity);
        }
    }

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(4)]
    public void Random_frames_roll_back_one_by_one(int seed)
    {
        var random = new Random(seed);
        var scene = Scene.Simple();
        scene.List(2, new());
        scene.List(3, new());
        scene.Read();
        var prints = new Stack<string>();
        for (var step = 0; step < 300; step++)
        {
            if (prints.Count > 0 && random.Next(3) == 0)
            {
                scene.Undo.Rollback();
                Assert.Equal(prints.Pop(), scene.Fingerprint());
                continue;
            }
            prints.Push(scene.Fingerprint());
            scene.Undo.Push();
            for (var i = random.Next(4); i >= 0; i--) scene.Apply(Any(random, scene.Protocol.AccountCount));
            OpenPositionsAreChained(scene);
        }
    }

    private static Log Any(Random random, int accounts)
    {
        var id = (ulong)random.Next(1, accounts + 1);
        var market = (uint)random.Next(1, 4);
        return random.Next(6) switch
        {
            0 => Scene.Opened((ulong)accounts + 1),
            1 => Scene.Quote(id, random.Next(-100, 100)),
            2 => Scene.State(market, random.Next(-9, 9), random.Next(9)),
            3 => Scene.Answered(Scene.Aggregator(market), random.Next(1, 9), 5, Scene.Now),
            _ => Scene.Position(id, market, random.Next(3) == 0 ? 0 : random.Next(1, 9), 3, 0),
        };
    }

    private static void OpenPositionsAreChained(Scene scene)
    {
        var state = scene.Protocol.State;
        for (var account = 0; account < state.Accounts.Count; account++)
        {
            var chained = new HashSet<int>();
            for (var at = state.Accounts[account].FirstPosition; at >= 0; at = state.Positions[at].Next) Assert.True(chained.Add(at));
            var open = Enumerable.Range(0, state.Positions.Count).Where(i => state.Positions.KeyAt(i).Account == account && !state.Positions[i].Size.IsZero);
            Assert.Equal(open, chained.Order());
        }
    }
}
