using Keeper.Core.Primitives;
using Keeper.Core.Protocol;

namespace Keeper.Tests.Protocols.MorphoBlue;

public sealed class OracleTests
{
    private static readonly Address Aggregator = Scene.Numbered(0x70);

    [Fact]
    public void A_price_made_of_feeds_moves_with_their_logs_and_is_a_hint()
    {
        var scene = Composed();
        Assert.Contains(Aggregator, scene.Protocol.Hints.Widest.Addresses);
        Assert.Equal(VerdictKind.Healthy, scene.Protocol.Evaluate(0, Scene.Now).Kind);
        scene.Apply(Scene.Answered(Aggregator, 70_000_000L, 2));
        Assert.Equal(VerdictKind.Liquidatable, scene.Protocol.Evaluate(0, Scene.Now).Kind);
        scene.Apply(Scene.Answered(Aggregator, -1L, 3));
        Assert.Equal(VerdictKind.PriceUnusable, scene.Protocol.Evaluate(0, Scene.Now).Kind);
        Assert.Equal(PriceFault.Negative, scene.Protocol.Feeds(Scene.Now)[0].Fault);
        Assert.Equal(3, scene.Protocol.AuditReads(0, Scene.Now).Count);
    }

    [Fact]
    public void A_composition_that_does_not_give_what_the_oracle_says_is_not_believed()
    {
        var scene = Composed();
        scene.Price(3);
        // A poll may be of an earlier block: it makes the oracle be asked at this one.
        scene.Poll();
        Assert.Contains(scene.Protocol.MissingReads(), read => read.What.StartsWith("price of oracle", StringComparison.Ordinal));
        scene.Price(1);
        scene.Read();
        scene.Apply(Scene.Answered(Aggregator, 70_000_000L, 2));
        Assert.Equal(VerdictKind.Liquidatable, scene.Protocol.Evaluate(0, Scene.Now).Kind);

        // It stays at one, whatever the feed says: polled from here on.
        scene.Poll();
        scene.Read();
        Assert.Equal(VerdictKind.Healthy, scene.Protocol.Evaluate(0, Scene.Now).Kind);
        scene.Apply(Scene.Answered(Aggregator, 1L, 3));
        Assert.Equal(VerdictKind.Healthy, scene.Protocol.Evaluate(0, Scene.Now).Kind);
        Assert.Empty(scene.Protocol.MissingReads());
        Assert.Equal(2, scene.Protocol.AuditReads(0, Scene.Now).Count);
    }

    [Fact]
    public void A_poll_that_is_of_an_earlier_block_does_not_hold_a_hint_up()
    {
        var scene = Composed();
        scene.Price(2);
        scene.Poll();
        scene.Apply(Scene.Answered(Aggregator, 70_000_000L, 2));
        Assert.Equal(VerdictKind.Liquidatable, scene.Protocol.Evaluate(0, Scene.Now).Kind);
    }

    [Fact]
    public void A_composition_is_believed_only_when_it_has_given_what_the_oracle_says()
    {
        var scene = new Scene();
        scene.Compose(Aggregator, basePrice: 1, price: 2);
        Lend(scene);
        scene.Apply(Scene.Answered(Aggregator, 1L, 2));
        Assert.Equal(VerdictKind.Healthy, scene.Protocol.Evaluate(0, Scene.Now).Kind);
        Assert.Equal(ProtocolFidelity.EventPlusPoll, scene.Protocol.Fidelity);
    }

    [Fact]
    public void A_leg_without_an_aggregator_leaves_the_oracle_to_be_polled()
    {
        var scene = new Scene();
        scene.Compose(baseAggregator: null, basePrice: 1, price: 1);
        Lend(scene);
        Assert.True(scene.Protocol.Hints.IsEmpty);
        Assert.Equal(VerdictKind.Healthy, scene.Protocol.Evaluate(0, Scene.Now).Kind);
        scene.ExactPrice(UInt256.Zero);
        scene.Poll();
        Assert.Equal(VerdictKind.Liquidatable, scene.Protocol.Evaluate(0, Scene.Now).Kind);
    }

    [Fact]
    public void An_oracle_that_is_known_by_asking_alone_decides_by_polls_that_are_asked_once_for_a_block()
    {
        Assert.Equal(ProtocolFidelity.EventExact, Composed().Protocol.Fidelity);
        var scene = Scene.Simple();
        Assert.Equal(ProtocolFidelity.EventPlusPoll, scene.Protocol.Fidelity);
        scene.Poll();
        Assert.Empty(scene.Protocol.PollReads());
        // The same block again, after a reorg and back: what it was told was undone.
        scene.Protocol.BeginBlock(new(1, default, default, Scene.Now));
        Assert.NotEmpty(scene.Protocol.PollReads());
    }

    [Fact]
    public void A_price_that_was_asked_for_too_long_ago_is_unusable_by_name_until_somebody_answers()
    {
        var scene = Scene.Simple();
        scene.Poll();
        var polls = PollsAt(1, 0);
        var healthy = scene.Protocol.Evaluate(0, Scene.Now);
        Assert.NotEqual(VerdictKind.PriceUnusable, healthy.Kind);
        PollsAt(10, 60);
        Assert.Equal(healthy, scene.Protocol.Evaluate(0, Scene.Now));
        PollsAt(10, 61);
        Assert.Equal(VerdictKind.PriceUnusable, scene.Protocol.Evaluate(0, Scene.Now).Kind);
        Assert.Contains(scene.Protocol.Feeds(Scene.Now), feed => feed.Fault == PriceFault.Stale && feed.UpdatedAt == Scene.Now);
        foreach (var read in polls) scene.Answer(read); // as old as what is known
        Assert.Equal(VerdictKind.PriceUnusable, scene.Protocol.Evaluate(0, Scene.Now).Kind);
        var again = PollsAt(11, 62);
        Assert.NotEmpty(again);
        PollsAt(13, 63);
        foreach (var read in again) scene.Answer(read);
        Assert.Equal(healthy, scene.Protocol.Evaluate(0, Scene.Now));

        IReadOnlyList<StateRead> PollsAt(ulong number, ulong seconds)
        {
            scene.Protocol.BeginBlock(new(number, default, default, Scene.Now + seconds));
            return scene.Protocol.PollReads();
        }
    }

    private static Scene Composed()
    {
        var scene = new Scene();
        scene.Compose(Aggregator, basePrice: 1, price: 1);
        Lend(scene);
        return scene;
    }

    private static void Lend(Scene scene)
    {
        scene.Rate(UInt256.Zero);
        scene.Apply(Scene.Created(), Scene.Supplied(Scene.Wad * 1_000UL), Scene.CollateralIn(Scene.Wad * 100UL), Scene.Borrowed(Scene.Wad * 70UL, Scene.Wad * 70_000_000UL));
        scene.Read();
    }
}
