using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Protocol;

namespace Keeper.Tests.Protocols.Declared;

/// <summary>Who is asked about, in which order, and who is left out.</summary>
public class ScheduleTests
{
    [Fact]
    public void The_nearest_to_the_edge_are_asked_first()
    {
        var scene = Known(40);
        scene.Say(30, 101);
        scene.Say(20, 103);
        scene.Say(10, 108);
        while (scene.Asked.Count == 0 || !new ulong[] { 10, 20, 30 }.All(account => scene.Protocol.Evaluate((int)account - 1, 0).Equity < 500)) scene.Next();
        scene.Next();
        Assert.Equal([30UL, 20UL, 10UL], scene.Asked.Take(3));
    }

    [Theory]
    [InlineData(40, 8)]
    [InlineData(41, 8)]
    [InlineData(500, 64)]
    public void Everybody_has_a_turn_in_time_however_many_are_near_or_fallen_or_told_of(int accounts, int perBlock)
    {
        var scene = Known(accounts, perBlock);
        // The first half has fallen and is never cleared, the next quarter is near.
        for (var account = 1; account <= accounts; account++) scene.Say((ulong)account, account <= accounts / 2 ? 50 : account <= 3 * accounts / 4 ? 101 : 1_000);
        var turns = 4 * ((accounts + perBlock - 1) / perBlock);
        for (var i = 0; i < 2 * turns; i++) scene.Next();
        var asked = new HashSet<ulong>();
        for (var i = 0; i < turns; i++)
        {
            scene.Next(scene.OpenedLog(1), scene.OpenedLog(2), scene.OpenedLog(3));
            asked.UnionWith(scene.Asked);
        }
        Assert.Equal(accounts, asked.Count);
    }

    [Fact]
    public void A_request_has_no_more_accounts_than_configured()
    {
        var scene = Known(100, 16);
        scene.Next();
        Assert.Equal(16, scene.Asked.Count);
    }

    /// <summary>A price that takes the nearest may have taken those behind them: all of it in one block.</summary>
    [Fact]
    public void A_request_that_finds_fallen_accounts_is_followed_by_another_in_the_same_block()
    {
        var scene = Known(40);
        for (ulong account = 1; account <= 40; account++) scene.Say(account, 100 + (long)account);
        for (var i = 0; i < 30; i++) scene.Next();
        for (ulong account = 1; account <= 20; account++) scene.Say(account, 99);
        scene.Next();
        Assert.Equal(20, Enumerable.Range(0, 40).Count(account => scene.Of(account).Kind == VerdictKind.Liquidatable));
        scene.Next();
        Assert.True(scene.Asked.Count <= 16, $"{scene.Asked.Count} were asked about, and nothing is new.");
    }

    [Fact]
    public void After_a_start_everybody_is_asked_as_soon_as_requests_allow()
    {
        var scene = new DeclaredScene(accountsPerBlock: 16);
        scene.Open(Enumerable.Range(1, 100).Select(account => (ulong)account));
        Assert.Equal(7, scene.Ask());
        Assert.Equal(100, scene.Asked.Distinct().Count());
    }

    [Fact]
    public void An_account_that_a_log_tells_of_is_asked_in_that_block()
    {
        var scene = Known(100);
        for (ulong account = 77; account < 80; account++)
        {
            scene.Next(scene.OpenedLog(account));
            Assert.Contains(account, scene.Asked);
        }
    }

    /// <summary>All that are healthy are equally near then: always the same would be asked about, and a price would not say whom it took.</summary>
    [Fact]
    public void Where_the_judge_says_only_true_or_false_everybody_has_a_turn_and_a_price_makes_all_be_asked()
    {
        var scene = new DeclaredScene(8, text => text with
        {
            Views = [text.Views[0] with { Function = "health(uint256) returns (bool fallen, uint256 owes)" }, text.Views[1]], Liquidatable = "health.fallen == true", BadDebt = null, Calls = [text.Calls[0]],
        });
        scene.Open(Enumerable.Range(1, 40).Select(account => (ulong)account));
        for (ulong account = 1; account <= 40; account++) scene.Answer(account, Says(false));
        for (var block = 0; block < 8; block++) scene.Next();
        var asked = new List<ulong>();
        for (var block = 0; block < 5; block++)
        {
            scene.Next();
            asked.AddRange(scene.Asked);
        }
        Assert.Equal(40, asked.Distinct().Count());
        scene.Answer(37, Says(true));
        scene.Hint(90, round: 2);
        Assert.Equal(40, scene.Asked.Distinct().Count());
        Assert.Equal(VerdictKind.Liquidatable, scene.Of(36).Kind);

        static CallResult Says(bool isFallen) => new CallResult.Returned(new AbiWriter().Word(isFallen).Word(5UL).ToArray());
    }

    public static TheoryData<string> Hostile => ["reverts", "loops", "megabyte", "short", "dirty", "nothing"];

    [Theory]
    [MemberData(nameof(Hostile))]
    public void An_account_whose_view_is_hostile_is_left_out_for_longer_each_time_and_the_others_go_on(string kind)
    {
        CallResult answer = kind switch
        {
            "reverts" => new CallResult.Reverted(new byte[4]),
            "loops" => new CallResult.Refused("out of gas"),
            "megabyte" => new CallResult.Returned(new byte[1 << 20]),
            "short" => new CallResult.Returned(new byte[32]),
            "dirty" => new CallResult.Returned(Convert.FromHexString(new string('f', 128) + "00")),
            _ => new CallResult.Returned(Array.Empty<byte>()),
        };
        var scene = Known(4);
        scene.Say(1, 50);
        scene.Say(2, 101);
        scene.Answer(3, answer);
        var askedIn = new List<int>();
        for (var block = 0; block < 40; block++)
        {
            scene.Next();
            if (scene.Asked.Contains(3)) askedIn.Add(block);
            Assert.Equal(VerdictKind.PriceUnusable, scene.Of(2).Kind);
            Assert.Equal((VerdictKind.Liquidatable, VerdictKind.Healthy, VerdictKind.Healthy), (scene.Of(0).Kind, scene.Of(1).Kind, scene.Of(3).Kind));
        }
        Assert.Equal([0, 1, 3, 7, 15, 31], askedIn);
        // Where it looped it must not spend the gas of others again.
        scene.Answer(3, new CallResult.Returned(new AbiWriter().Word(150UL).Word(100UL).ToArray()));
        for (var block = 0; block < 40 && scene.Of(2).Kind == VerdictKind.PriceUnusable; block++) scene.Next();
        Assert.Equal(VerdictKind.Healthy, scene.Of(2).Kind);
    }

    [Fact]
    public void A_view_that_did_not_answer_is_asked_alone_with_a_bound_of_gas()
    {
        var scene = Known(2);
        scene.Answer(1, new CallResult.Refused("out of gas"));
        scene.Next();
        Assert.All(scene.Calls, call => Assert.True(call.IsPlain));
        scene.Next();
        Assert.Equal(2, scene.Calls.Count(call => call.GasLimit == new Core.Primitives.Gas(1_000_000)));
        Assert.Equal(2, scene.Calls.Count(call => call.IsPlain));
    }

    /// <summary>Accounts that were all asked about once and are far from the edge.</summary>
    private static DeclaredScene Known(int accounts, int perBlock = 8)
    {
        var scene = new DeclaredScene(perBlock);
        scene.Open(Enumerable.Range(1, accounts).Select(account => (ulong)account));
        for (var block = 0; block < 12 && Enumerable.Range(0, accounts).Any(account => scene.Of(account).Requirement.IsZero); block++) scene.Next();
        return scene;
    }
}
