using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Protocols.Oracles;

namespace Keeper.Tests.Protocols.RefPerps;

public class FeedTests
{
    [Fact]
    public void A_new_deployment_asks_for_its_token_and_each_feed_once()
    {
        var scene = new Scene();
        Assert.Equal(["quote token"], scene.Protocol.MissingReads().Select(read => read.What));
        Assert.Empty(scene.Protocol.RewardTokens);
        scene.List(1, new());
        scene.List(2, new() { Feed = Scene.Proxy(1) });
        Assert.Equal(
            ["quote token", $"aggregator of feed {Scene.Proxy(1)}", $"latest round of feed {Scene.Proxy(1)}"],
            scene.Protocol.MissingReads().Select(read => read.What));
        scene.Read();
        Assert.Empty(scene.Protocol.MissingReads());
        var token = Assert.Single(scene.Protocol.RewardTokens);
        Assert.Equal(
            (Scene.QuoteToken, Scene.Wad, "USDX", 18, "unit of account"), (token.Address, token.UnitsPerUsd, token.Symbol, token.Decimals, token.PriceSource));
        Assert.DoesNotContain(scene.Protocol.PollReads(), read => read.Call.To == Scene.QuoteToken);
    }

    /// <summary>Only the books are the poorer for it.</summary>
    [Fact]
    public void A_token_that_does_not_say_what_it_is_called_holds_nothing_up_and_is_asked_again()
    {
        var scene = new Scene();
        scene.List(1, new());
        foreach (var read in scene.Protocol.MissingReads()) read.Apply(Scene.Answer(read));
        Assert.Empty(scene.Protocol.MissingReads());
        Assert.Null(Assert.Single(scene.Protocol.RewardTokens).Symbol);
        foreach (var answer in new byte[][]
        {
            [], new byte[32], new AbiWriter().Bytes(new byte[97]).ToArray(), new AbiWriter().Bytes([0xff, 0xfe]).ToArray(), [.. new AbiWriter().Bytes("USDX"u8).ToArray(), .. new byte[32]],
            new AbiWriter().Word((UInt256)64UL).Word(UInt256.Zero).Word(UInt256.Zero).ToArray(), "Maker's form: text in the one wo"u8.ToArray(),
        })
        {
            var symbol = scene.Protocol.PollReads().Single(read => read.What == "symbol of the quote token");
            Assert.Throws<AbiException>(() => symbol.Apply(answer));
        }
        foreach (var answer in new[] { [], new byte[64], new AbiWriter().Word((UInt256)256UL).ToArray() })
            Assert.Throws<AbiException>(() => scene.Protocol.PollReads().Single(read => read.What == "decimals of the quote token").Apply(answer));
        var token = Assert.Single(scene.Protocol.RewardTokens);
        Assert.Equal((null, null), (token.Symbol, token.Decimals));
    }

    [Fact]
    public void A_symbol_cannot_drive_a_terminal()
    {
        var scene = new Scene();
        foreach (var read in scene.Protocol.MissingReads()) read.Apply(Scene.Answer(read));
        scene.Protocol.PollReads().Single(read => read.What == "symbol of the quote token").Apply(new AbiWriter().Bytes("A\u001b[2J\n"u8).ToArray());
        Assert.Equal(@"A\u001b[2J\u000a", Assert.Single(scene.Protocol.RewardTokens).Symbol);
    }

    [Fact]
    public void Nothing_is_judged_nor_planned_before_its_feed_was_read()
    {
        var scene = new Scene();
        scene.List(1, new());
        scene.Apply(Scene.Opened(1), Scene.Quote(1, 1), Scene.Position(1, 1, 5, 5, 0));
        Assert.Equal(VerdictKind.PriceUnusable, scene.Protocol.Evaluate(0, Scene.Now).Kind);
        Assert.Empty(scene.Protocol.Plan(0, Scene.Now));
        scene.Read();
        Assert.Equal(VerdictKind.Healthy, scene.Protocol.Evaluate(0, Scene.Now).Kind);
    }

    [Fact]
    public void An_aggregator_speaks_for_every_proxy_in_front_of_it()
    {
        var scene = Scene.Simple();
        scene.List(2, new() { Feed = Scene.Numbered(0xf001 + 0x100000) }); // another proxy of the same aggregator
        foreach (var read in scene.Protocol.MissingReads())
        {
            read.Apply(read.What.StartsWith("aggregator", StringComparison.Ordinal) ? Scene.Words(Scene.Aggregator(1)) : Scene.Round(2, (Int256)Scene.Wad, Scene.Now, Scene.Now));
        }
        Assert.Equal(4, scene.Protocol.Filter.Any.Addresses.Count);
        scene.Price(1, 7, Scene.Now + 5);
        for (var feed = 0; feed < 2; feed++)
        {
            Assert.Equal(7, scene.Protocol.State.Feeds[feed].Answer);
            Assert.Equal(Scene.Now + 5, scene.Protocol.State.Feeds[feed].UpdatedAt);
        }
        Assert.Equal(Scene.Now + 5, scene.Protocol.LatestOracleTime);
    }

    [Fact]
    public void A_rotation_found_by_polling_is_read_anew_and_followed()
    {
        var scene = Scene.Simple();
        scene.Apply(Scene.Quote(1, 100), Scene.Position(1, 1, 5, 5, 0));
        var filter = scene.Protocol.Filter;
        var poll = scene.Protocol.PollReads()[0];
        poll.Apply(Scene.Words(Scene.Aggregator(1)));
        Assert.Same(filter, scene.Protocol.Filter);
        Assert.Empty(scene.Protocol.MissingReads());

        // What was polled is of an earlier block: who speaks now, and what he said last, is read where the mirror stands.
        poll.Apply(Scene.Words(Scene.Numbered(0xcccc)));
        Assert.Equal(VerdictKind.PriceUnusable, scene.Protocol.Evaluate(0, Scene.Now).Kind);
        Assert.DoesNotContain(Scene.Aggregator(1), scene.Protocol.Filter.Any.Addresses);
        var reads = scene.Protocol.MissingReads();
        Assert.Equal([$"aggregator of feed {Scene.Proxy(1)}", $"latest round of feed {Scene.Proxy(1)}"], reads.Select(read => read.What));
        reads[0].Apply(Scene.Words(Scene.Numbered(0xbbbb)));
        Assert.Contains(Scene.Numbered(0xbbbb), scene.Protocol.Filter.Any.Addresses);
        Assert.Equal([Scene.Numbered(0xbbbb)], scene.Protocol.Hints.Any.Addresses);
        reads[1].Apply(new AbiWriter().Word((UInt256.One << 65) | 1UL).Word((Int256)2).Word((UInt256)Scene.Now).Word((UInt256)Scene.Now).Word(UInt256.One).ToArray());
        scene.Apply(Scene.Answered(Scene.Aggregator(1), 99, 2, Scene.Now)); // the old aggregator is no longer heard
        Assert.Equal(2, scene.Protocol.State.Feeds[0].Answer);
        scene.Apply(Scene.Answered(Scene.Numbered(0xbbbb), 3, 2, Scene.Now));
        Assert.Equal((3, (UInt256.One << 65) | 2UL), (scene.Protocol.State.Feeds[0].Answer, scene.Protocol.State.Feeds[0].Round));
    }

    [Fact]
    public void A_feed_that_comes_back_into_use_is_read_again()
    {
        var scene = Scene.Simple();
        scene.Apply(Scene.ParamsSet(1, new() { Feed = Scene.Proxy(5) }));
        Assert.Equal([Scene.Contract, Scene.Proxy(5)], scene.Protocol.Filter.Any.Addresses);
        scene.Read();
        Assert.Equal([Scene.Contract, Scene.Proxy(5), Scene.Aggregator(5)], scene.Protocol.Filter.Any.Addresses);
        scene.Apply(Scene.ParamsSet(1, new()));
        Assert.Equal(2, scene.Protocol.MissingReads().Count);
        scene.Read();
        Assert.Equal([Scene.Contract, Scene.Proxy(1), Scene.Aggregator(1)], scene.Protocol.Filter.Any.Addresses);
        scene.Apply(Scene.ParamsSet(1, new() { MaxStaleness = 5 })); // the same feed: nothing was missed
        Assert.Empty(scene.Protocol.MissingReads());
    }

    [Fact]
    public void The_sequencers_round_is_read_again_after_each_of_its_logs_and_is_no_hint()
    {
        var scene = Scene.Simple();
        scene.Apply(Scene.Globals(sequencer: Scene.Proxy(77), grace: 10));
        scene.Read();
        Assert.Contains(Scene.Aggregator(77), scene.Protocol.Filter.Any.Addresses);
        Assert.DoesNotContain(Scene.Aggregator(77), scene.Protocol.Hints.Any.Addresses);
        scene.Apply(Scene.Answered(Scene.Aggregator(77), 1, 2, Scene.Now));
        Assert.Equal([$"latest round of feed {Scene.Proxy(77)}"], scene.Protocol.MissingReads().Select(read => read.What));
        Assert.Equal(Scene.Now, scene.Protocol.LatestOracleTime);
    }

    [Fact]
    public void Answers_that_are_not_what_the_abi_says_are_refused_and_change_nothing()
    {
        var scene = new Scene();
        scene.List(1, new());
        var before = scene.Fingerprint();
        foreach (var read in scene.Protocol.MissingReads())
        {
            var good = Scene.Answer(read);
            Assert.Throws<AbiException>(() => read.Apply(Array.Empty<byte>()));
            Assert.Throws<AbiException>(() => read.Apply(good[..^1]));
            Assert.Throws<AbiException>(() => read.Apply((byte[])[.. good, .. new byte[32]]));
            Assert.Throws<AbiException>(() => read.Apply((byte[])[0xff, .. good[1..]]));
            if (good.Length == 32) Assert.Throws<AbiException>(() => read.Apply(new byte[32]));
        }
        Assert.Equal(before, scene.Fingerprint());
    }

    [Fact]
    public void Hints_are_price_updates_alone()
    {
        var scene = new Scene();
        Assert.True(scene.Protocol.Hints.IsEmpty);
        scene.List(1, new());
        scene.Read();
        Assert.Equal([Scene.Aggregator(1)], scene.Protocol.Hints.Any.Addresses);
        Assert.Equal([OracleTopics.AnswerUpdated], scene.Protocol.Hints.Any.Topics);
    }
}
