using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using static Keeper.Tests.Support.TestChainData;

namespace Keeper.Tests.Protocols.Declared;

public class DeclaredProtocolTests
{
    [Theory]
    [InlineData(100, VerdictKind.Healthy)]
    [InlineData(99, VerdictKind.Liquidatable)]
    [InlineData(0, VerdictKind.Liquidatable)]
    public void An_account_is_judged_as_its_views_say(long equity, VerdictKind kind)
    {
        var scene = new DeclaredScene();
        scene.Say(1, equity);
        scene.Next(scene.OpenedLog(1));
        Assert.Equal(new(kind, equity, 100UL), scene.Of(0));
        Assert.Equal("1", scene.Protocol.KeyOf(0));
    }

    [Fact]
    public void A_plan_is_the_template_for_each_of_what_is_held()
    {
        var scene = new DeclaredScene();
        scene.Say(5, 10);
        scene.Next(scene.OpenedLog(5));
        var calls = scene.Protocol.Plan(0, 0);
        var data = (ulong held) => new AbiWriter().Word(5UL).Word(held).ToCall(Keccak.Selector("take(uint256,uint32)"));
        Assert.Equal([data(7), data(9)], calls.Select(call => call.Data.ToArray()));
        Assert.All(calls, call => Assert.Equal((DeclaredScene.Pool, new Gas(200_000), new Gas(100_000), (UInt256)2_500_000UL), (call.Target, call.GasLimit, call.ExpectedGas, call.ExpectedReward)));
        // One token is worth two dollars.
        Assert.Equal(Usd.Whole(5), calls[0].Token.ToUsd(2_500_000UL));
        Assert.All(calls, call => Assert.Contains(scene.Protocol.Functions, function => (function.Target, function.Selector) == call.Function));
    }

    [Fact]
    public void Without_a_word_of_what_is_open_bad_debt_is_the_stronger()
    {
        var scene = new DeclaredScene(change: text => text with { Open = null });
        scene.Say(1, -1);
        scene.Next(scene.OpenedLog(1));
        Assert.Equal(VerdictKind.BadDebt, scene.Of(0).Kind);
        Assert.Equal(new AbiWriter().Word(1UL).ToCall(Keccak.Selector("forgive(uint256)")), Assert.Single(scene.Protocol.Plan(0, 0)).Data.ToArray());
    }

    [Fact]
    public void Signed_and_unsigned_compare_as_numbers()
    {
        var scene = new DeclaredScene();
        scene.Answer(1, new CallResult.Returned(new AbiWriter().Word((Int256)(-1)).Word(UInt256.Zero).ToArray()));
        scene.Answer(2, new CallResult.Returned(new AbiWriter().Word(Int256.MaxValue).Word(UInt256.MaxValue).ToArray()));
        scene.Next(scene.OpenedLog(1), scene.OpenedLog(2));
        Assert.Equal([VerdictKind.Liquidatable, VerdictKind.Liquidatable], [scene.Of(0).Kind, scene.Of(1).Kind]);
    }

    [Fact]
    public void What_was_read_in_an_earlier_block_is_not_acted_on()
    {
        var scene = new DeclaredScene();
        scene.Say(1, 10);
        scene.Next(scene.OpenedLog(1));
        Assert.NotEmpty(scene.Protocol.Plan(0, 0));
        scene.Protocol.BeginBlock(Block(200));
        Assert.Equal(new(VerdictKind.Healthy, 10, 100UL), scene.Of(0));
        Assert.Empty(scene.Protocol.Plan(0, 0));
        scene.Ask();
        Assert.Equal(VerdictKind.Liquidatable, scene.Of(0).Kind);
    }

    [Fact]
    public void A_reorg_takes_back_what_was_read()
    {
        var scene = new DeclaredScene();
        scene.Say(1, 150);
        scene.Next(scene.OpenedLog(1));
        scene.Say(1, 50);
        scene.Next(scene.OpenedLog(2));
        Assert.Equal((VerdictKind.Liquidatable, 2), (scene.Of(0).Kind, scene.Protocol.AccountCount));
        scene.Back();
        Assert.Equal((new Verdict(VerdictKind.Healthy, 150, 100UL), 1), (scene.Of(0), scene.Protocol.AccountCount));
        scene.Next();
        Assert.Equal(VerdictKind.Liquidatable, scene.Of(0).Kind);
    }

    [Fact]
    public void A_hint_is_a_block_of_its_own_in_which_everybody_is_asked_anew()
    {
        var scene = new DeclaredScene();
        scene.Say(1, 150);
        scene.Next(scene.OpenedLog(1));
        scene.Say(1, 50);
        scene.Hint(90, round: 2);
        Assert.Equal(VerdictKind.Liquidatable, scene.Of(0).Kind);
        scene.Undo.Rollback();
        Assert.Equal(new(VerdictKind.Healthy, 150, 100UL), scene.Of(0));
    }

    [Fact]
    public void An_answer_that_took_some_blocks_is_acted_on_in_the_block_in_which_it_comes_and_in_no_later_one()
    {
        var scene = new DeclaredScene();
        scene.Next(scene.OpenedLog(1));
        scene.Say(1, 10);
        scene.Protocol.BeginBlock(Block(200));
        var reads = scene.Protocol.PollReads();
        scene.Protocol.BeginBlock(Block(201));
        scene.Protocol.BeginBlock(Block(202));
        scene.Deliver(reads);
        Assert.Equal(VerdictKind.Liquidatable, scene.Of(0).Kind);
        Assert.NotEmpty(scene.Protocol.Plan(0, 0));
        // It says nothing of the newest block, of which everybody is asked.
        Assert.NotEmpty(scene.Protocol.PollReads());
        scene.Protocol.BeginBlock(Block(203));
        Assert.Equal(new(VerdictKind.Healthy, 10, 100UL), scene.Of(0));
        Assert.Empty(scene.Protocol.Plan(0, 0));
    }

    [Fact]
    public void An_account_that_a_log_has_told_of_since_it_was_asked_about_is_asked_again_before_it_is_acted_on()
    {
        var scene = new DeclaredScene();
        scene.Next(scene.OpenedLog(1), scene.OpenedLog(2));
        scene.Say(1, 10);
        scene.Say(2, 10);
        scene.Protocol.BeginBlock(Block(200));
        var reads = scene.Protocol.PollReads();
        scene.Protocol.BeginBlock(Block(201));
        scene.Protocol.Apply(scene.OpenedLog(1));
        scene.Deliver(reads);
        Assert.Equal([VerdictKind.Healthy, VerdictKind.Liquidatable], [scene.Of(0).Kind, scene.Of(1).Kind]);
        scene.Ask();
        Assert.Equal([VerdictKind.Liquidatable, VerdictKind.Liquidatable], [scene.Of(0).Kind, scene.Of(1).Kind]);
    }

    [Fact]
    public void Logs_tell_whose_account_they_are_about_and_who_liquidated_it()
    {
        var scene = new DeclaredScene();
        var taken = Log(Block(1), DeclaredScene.Pool, Keccak.Topic("Taken(uint256,address)"), new AbiWriter().Word(DeclaredScene.Token).ToArray(), new Hash32((UInt256)4UL));
        Assert.Equal(new AccountActivity("4", DeclaredScene.Token), scene.Protocol.ActivityOf(taken));
        Assert.Equal(new AccountActivity("1", null), scene.Protocol.ActivityOf(scene.OpenedLog(1)));
        Assert.Null(scene.Protocol.ActivityOf(taken with { Address = DeclaredScene.Token }));
        Assert.Null(scene.Protocol.ActivityOf(taken with { Data = new byte[31] }));
        Assert.Throws<AbiException>(() => scene.Protocol.Apply(taken with { Data = new byte[31] }));
        Assert.Throws<AbiException>(() => scene.Protocol.Apply(taken with { TopicCount = 3 }));
        Assert.Equal(0, scene.Protocol.AccountCount);
    }

    [Fact]
    public void Errors_are_told_by_their_names()
    {
        var protocol = new DeclaredScene().Protocol;
        Assert.Equal(new(true, "Healthy()"), protocol.Explain(new AbiWriter().ToCall(Keccak.Selector("Healthy()"))));
        Assert.Equal(new(false, "Paused(3)"), protocol.Explain(new AbiWriter().Word(3UL).ToCall(Keccak.Selector("Paused(uint256)"))));
        Assert.False(protocol.Explain(new AbiWriter().ToCall(Keccak.Selector("Paused(uint256)"))).IsKnown);
        Assert.False(protocol.Explain([1, 2, 3, 4]).IsKnown);
        Assert.False(protocol.Explain([]).IsKnown);
    }

    [Fact]
    public void An_event_with_more_data_than_anybody_decodes_names_its_account_all_the_same()
    {
        const string Noted = "Noted(string text, uint128[2] two, uint64 id, bytes more, address by)";
        var scene = new DeclaredScene(change: text => text with { Events = [text.Events[0], text.Events[0] with { Event = Noted, Liquidator = "by" }] });
        Assert.Equal(new("7", DeclaredScene.Token), scene.Protocol.ActivityOf(Log(7UL)));
        scene.Next(Log(7UL));
        Assert.Equal("7", scene.Protocol.KeyOf(0));
        Assert.Throws<AbiException>(() => scene.Protocol.Apply(Log((UInt256)1 << 64)));
        Assert.Throws<AbiException>(() => scene.Protocol.Apply(Log(8UL) with { Data = new byte[5 * 32] }));

        static Log Log(UInt256 id) => Support.TestChainData.Log(
            Block(101), DeclaredScene.Pool, Keccak.Topic("Noted(string,uint128[2],uint64,bytes,address)"),
            [.. new AbiWriter().Word(192UL).Word(1UL).Word(2UL).Word(id).Word(192UL).Word(DeclaredScene.Token).ToArray(), .. new AbiWriter().Word(200_000UL).ToArray(), .. new byte[200_000]]) with { TopicCount = 1 };
    }

    [Fact]
    public void Arguments_may_be_lists_and_who_calls()
    {
        var executor = DeclaredScene.Token;
        var scene = new DeclaredScene(change: text => text with
        {
            Executor = executor,
            Calls = [text.Calls[0] with { Function = "take(address to, uint256[] who, uint32[] what, uint256 last)", ForEach = null, Arguments = ["executor", "[account, 9]", "held", "max"] }],
            BadDebt = null,
        });
        scene.Say(5, 10);
        scene.Next(scene.OpenedLog(5));
        var expected = new AbiWriter().Word(executor).StaticArray<ulong>([5, 9], (writer, item) => writer.Word(item)).StaticArray<ulong>([7, 9], (writer, item) => writer.Word(item))
            .Word(UInt256.MaxValue).ToCall(Keccak.Selector("take(address,uint256[],uint32[],uint256)"));
        Assert.Equal(expected, Assert.Single(scene.Protocol.Plan(0, 0)).Data.ToArray());
    }

    /// <summary>What an event tells may be wider than what a view takes.</summary>
    [Fact]
    public void An_account_that_no_view_can_be_asked_about_is_named_as_such_and_the_others_go_on()
    {
        var scene = new DeclaredScene(change: text => text with { Views = [text.Views[0], text.Views[1] with { Function = "held(uint64) returns (uint32[])" }] });
        scene.Next(scene.OpenedLog(1), scene.OpenedLog(2) with { Topic1 = new Hash32(UInt256.One << 64) });
        Assert.Equal((VerdictKind.Healthy, VerdictKind.PriceUnusable), (scene.Of(0).Kind, scene.Of(1).Kind));
        Assert.Equal(1_000, scene.Of(0).Equity);
    }

    [Fact]
    public void A_state_of_other_events_is_of_another_version()
    {
        var version = Version(text => text);
        Assert.Equal(version, Version(text => text with { Events = [text.Events[1], text.Events[0]], Liquidatable = "health.equity <= health.required" }));
        Assert.Equal(7, new[]
        {
            version,
            Version(text => text with { Events = [text.Events[0]] }),
            Version(text => text with { Events = [text.Events[0] with { Contract = DeclaredScene.Token }, text.Events[1]] }),
            Version(text => text with { Events = [text.Events[0] with { Event = "Begun(uint256 indexed id, address owner)" }, text.Events[1]] }),
            Version(text => text with { Events = [text.Events[0] with { Event = "Opened(uint256 id, address indexed owner)" }, text.Events[1]] }),
            Version(text => text with { Events = [text.Events[0] with { Event = "Opened(uint256 indexed of, uint256 id)" }] }),
            Version(text => text with { Events = [text.Events[0] with { Event = "Opened(uint256 indexed id, uint256 of)" }] }),
        }.Distinct().Count());

        static ulong Version(Func<Keeper.Protocols.Declared.DeclaredText, Keeper.Protocols.Declared.DeclaredText> change) => new DeclaredScene(change: change).Protocol.StateVersion;
    }
}
