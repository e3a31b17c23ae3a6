using Keeper.Core.Chain;
using Keeper.Core.Chain.Nodes.Health;

namespace Keeper.Tests.Chain.Nodes.Health;

public sealed class EndpointBoardTests
{
    [Fact]
    public void The_first_of_the_configuration_is_read_from_while_all_are_healthy()
    {
        var scene = new BoardScene(3);
        scene.Mine(11, "main", "main", "main");
        Assert.Equal(0, scene.Board.Pick(tried: 0, avoid: 0));
        Assert.Equal(1, scene.Board.Pick(tried: 0b001, avoid: 0));
        Assert.Equal(2, scene.Board.Pick(tried: 0b011, avoid: 0));
        Assert.Equal(0, scene.Board.Pick(tried: 0b111, avoid: 0));
        Assert.Equal(0, scene.Board.Pick(tried: 0b001, avoid: 0b110));
    }

    [Fact]
    public void One_that_fails_comes_last_until_it_answers_again()
    {
        var scene = new BoardScene(2);
        scene.Board.Failed(0, ChainFault.Transport);
        Assert.Equal(1, scene.Board.Pick(0, 0));
        scene.Board.Failed(1, ChainFault.Transport);
        scene.Board.Failed(1, ChainFault.Transport);
        Assert.Equal(0, scene.Board.Pick(0, 0));
        scene.Board.Succeeded(1);
        Assert.Equal(1, scene.Board.Pick(0, 0));
    }

    [Fact]
    public void One_that_failed_is_looked_at_later_and_later_until_it_answers()
    {
        var scene = new BoardScene(1);
        Assert.Null(scene.Board.Due(0));
        scene.Board.Failed(0, ChainFault.Transport);
        Assert.Null(scene.Board.Due(0));
        scene.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(scene.Board.Due(0)!.ChainId);
        scene.Board.LookFailed(0);
        scene.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(scene.Board.Due(0));
        scene.Time.Advance(TimeSpan.FromSeconds(1));
        scene.Answer(0, 11);
        Assert.Null(scene.Board.Due(0));
    }

    [Fact]
    public void Whoever_has_the_newest_block_is_read_from_first()
    {
        var scene = new BoardScene(2);
        scene.Board.Subscribed(0, isAgain: false);
        scene.Board.Subscribed(1, isAgain: false);
        scene.Mine(11, "main", "main");
        scene.Announce(1, 12);
        Assert.Equal(1, scene.Board.Pick(0, 0));
        scene.Announce(0, 12);
        Assert.Equal(0, scene.Board.Pick(0, 0));
    }

    [Fact]
    public void Of_three_the_one_on_a_fork_is_put_aside_and_named_once_it_lasts()
    {
        var scene = new BoardScene(3);
        ulong number = 11;
        for (; number <= 15; number++) scene.Mine(number, "fork", "main", "main");
        // Reorganisations reach endpoints at different moments.
        Assert.Null(scene.Board.AsideOf(0));
        for (; number <= 17; number++) scene.Mine(number, "fork", "main", "main");
        Assert.Equal(AsideReason.Fork, scene.Board.AsideOf(0));
        Assert.Contains("Endpoint a is put aside: fork", scene.Told, StringComparison.Ordinal);
        Assert.Equal(1, scene.Board.Pick(0, 0));
        Assert.False(scene.Board.TakesSends(0));
        Assert.Null(scene.Board.DoubtOf(BoardScene.Block(17)));
        Assert.NotNull(scene.Board.DoubtOf(BoardScene.Block(17, "fork")));
    }

    [Fact]
    public void A_state_of_the_minority_is_doubted_before_its_endpoint_is_put_aside()
    {
        var scene = new BoardScene(3);
        scene.Mine(11, "fork", "main", "main");
        Assert.Null(scene.Board.AsideOf(0));
        Assert.NotNull(scene.Board.DoubtOf(BoardScene.Block(11, "fork")));
        Assert.Null(scene.Board.DoubtOf(BoardScene.Block(11)));
    }

    [Fact]
    public void A_reorganisation_that_reaches_endpoints_one_after_the_other_puts_nobody_aside()
    {
        var scene = new BoardScene(3);
        scene.Mine(11, "x", "x", "x");
        scene.Mine(12, "x", "x", "x");
        scene.Mine(12, "y", null, null);
        scene.Mine(13, "y", null, null);
        scene.Mine(13, "y", "y", null);
        scene.Mine(14, "y", "y", "y");
        for (ulong number = 15; number < 25; number++) scene.Mine(number, "y", "y", "y");
        Assert.All(Enumerable.Range(0, 3), i => Assert.Null(scene.Board.AsideOf(i)));
        Assert.Equal(3, scene.Board.Quorum.Agreeing);
    }

    [Fact]
    public void Two_that_disagree_have_no_majority_and_nothing_is_decided_until_they_agree()
    {
        var scene = new BoardScene(2);
        ulong number = 11;
        for (; number <= 15; number++) scene.Mine(number, "main", "fork");
        Assert.Null(scene.Board.DoubtOf(BoardScene.Block(15)));
        for (; number <= 17; number++) scene.Mine(number, "main", "fork");
        Assert.Contains("a, b", scene.Board.DoubtOf(BoardScene.Block(17)), StringComparison.Ordinal);
        Assert.All(Enumerable.Range(0, 2), i => Assert.Null(scene.Board.AsideOf(i)));
        scene.Mine(18, "main", "main");
        Assert.Null(scene.Board.DoubtOf(BoardScene.Block(18)));
    }

    [Fact]
    public void Of_two_that_disagree_the_one_without_the_final_block_is_put_aside()
    {
        var scene = new BoardScene(2);
        scene.Board.Final(BoardScene.Block(5));
        scene.Mine(11, "main", "alien");
        scene.Answer(0, 11);
        scene.Answer(1, 11, "alien");
        Assert.Null(scene.Board.AsideOf(0));
        Assert.Equal(AsideReason.Fork, scene.Board.AsideOf(1));
        Assert.Null(scene.Board.DoubtOf(BoardScene.Block(11)));
    }

    [Fact]
    public void One_that_lags_is_put_aside_and_returns_when_it_has_caught_up()
    {
        var scene = new BoardScene(2);
        scene.Mine(100, "main", "main");
        for (ulong number = 101; number <= 110; number++) scene.Mine(number, "main", null);
        Assert.Null(scene.Board.AsideOf(1));
        for (ulong number = 111; number <= 117; number++)
        {
            scene.Mine(number, "main", null);
            scene.Announce(1, 101);
        }
        Assert.Equal(AsideReason.Lag, scene.Board.AsideOf(1));
        // What lags can still pass on a transaction.
        Assert.True(scene.Board.TakesSends(1));
        Assert.Null(scene.Board.Due(1));
        scene.Time.Advance(scene.Options.AsideBackoff);
        scene.Answer(1, 102);
        Assert.Equal(AsideReason.Lag, scene.Board.AsideOf(1));
        scene.Time.Advance(scene.Options.AsideBackoff * 2);
        scene.Answer(1, 117);
        Assert.Null(scene.Board.AsideOf(1));
        Assert.Contains("Endpoint b is right again", scene.Told, StringComparison.Ordinal);
    }

    [Fact]
    public void A_height_that_one_of_three_invents_makes_nobody_lag()
    {
        var scene = new BoardScene(3);
        scene.Mine(100, "main", "main", "main");
        for (ulong number = 101; number <= 112; number++)
        {
            scene.Mine(number, "main", "main", null);
            scene.Announce(2, number + 50);
        }
        Assert.All(Enumerable.Range(0, 2), i => Assert.Null(scene.Board.AsideOf(i)));
    }

    [Fact]
    public void A_height_that_leaps_is_not_believed_before_it_was_asked_for()
    {
        var scene = new BoardScene(1);
        Assert.True(scene.Announce(0, 100));
        Assert.False(scene.Announce(0, 100 + HeadWindow.MaxJump + 1));
        Assert.NotNull(scene.Board.Due(0));
        scene.Answer(0, 1_000);
        Assert.True(scene.Announce(0, 1_001));
    }

    [Fact]
    public void The_same_head_again_is_no_progress()
    {
        var scene = new BoardScene(1);
        Assert.True(scene.Announce(0, 100));
        Assert.False(scene.Announce(0, 100));
        Assert.True(scene.Announce(0, 101));
        Assert.False(scene.Announce(0, 100));
    }

    [Fact]
    public void The_only_endpoint_on_another_chain_is_believed_in_nothing_until_it_is_back()
    {
        var scene = new BoardScene(1);
        scene.Mine(100, "main");
        scene.Board.Subscribed(0, isAgain: true);
        scene.Answer(0, 100, chainId: 1);
        Assert.Equal(AsideReason.ChainId, scene.Board.AsideOf(0));
        Assert.Equal(-1, scene.Board.Pick(0, 0));
        Assert.Contains("a (chain_id)", scene.Board.DoubtOf(BoardScene.Block(100)), StringComparison.Ordinal);
        scene.Time.Advance(scene.Options.AsideBackoff);
        scene.Answer(0, 101);
        Assert.Null(scene.Board.AsideOf(0));
        Assert.Null(scene.Board.DoubtOf(BoardScene.Block(101)));
    }

    [Fact]
    public void One_that_goes_back_behind_a_final_block_is_put_aside()
    {
        var scene = new BoardScene(1);
        scene.Mine(100, "main");
        scene.Board.Final(BoardScene.Block(90));
        scene.Board.Heard(0, BoardScene.Block(3), isAnnounced: true);
        Assert.NotNull(scene.Board.DoubtOf(BoardScene.Block(3)));
        scene.Look(0, 3);
        // Its height before was told by itself.
        Assert.Equal(AsideReason.Finality, scene.Board.AsideOf(0));
    }

    [Fact]
    public void A_fork_that_outlives_the_others_does_not_become_the_chain()
    {
        var scene = new BoardScene(3);
        for (ulong number = 11; number <= 17; number++) scene.Mine(number, "fork", "main", "main");
        Assert.Equal(AsideReason.Fork, scene.Board.AsideOf(0));
        for (ulong number = 18; number <= 40; number++) scene.Mine(number, "fork", null, null);
        scene.Answer(0, 40, "fork");
        Assert.Equal(AsideReason.Fork, scene.Board.AsideOf(0));
    }

    [Fact]
    public void One_that_is_silent_has_no_vote_and_the_other_decides_alone()
    {
        var scene = new BoardScene(2);
        scene.Mine(11, "main", "main");
        Assert.Equal(2, scene.Board.Quorum.Agreeing);
        for (ulong number = 12; number <= 22; number++) scene.Mine(number, "main", null);
        Assert.Equal(1, scene.Board.Quorum.Agreeing);
        Assert.Equal(22ul, scene.Board.Quorum.Number);
        Assert.Null(scene.Board.DoubtOf(BoardScene.Block(22)));
    }

    [Fact]
    public void Several_are_compared_before_anything_is_decided()
    {
        var scene = new BoardScene(2);
        Assert.NotNull(scene.Board.DoubtOf(BoardScene.Block(11)));
        scene.Answer(0, 11);
        Assert.NotNull(scene.Board.DoubtOf(BoardScene.Block(11)));
        scene.Board.LookFailed(1);
        Assert.Null(scene.Board.DoubtOf(BoardScene.Block(11)));
    }

    [Fact]
    public void Without_common_heights_a_block_of_the_other_is_asked_for()
    {
        var scene = new BoardScene(2);
        scene.Announce(0, 500);
        scene.Announce(1, 400);
        scene.Time.Advance(scene.Options.PollEvery);
        Assert.Contains(400ul, scene.Board.Due(0)!.Heights);
    }

    [Fact]
    public void One_that_is_overtaken_twice_in_a_row_counts_as_failing()
    {
        var scene = new BoardScene(2);
        scene.Board.Overtaken(0);
        Assert.Equal(0, scene.Board.Pick(0, 0));
        scene.Board.Overtaken(0);
        Assert.Equal(1, scene.Board.Pick(0, 0));
        scene.Board.Succeeded(0);
        Assert.Equal(0, scene.Board.Pick(0, 0));
    }
}
