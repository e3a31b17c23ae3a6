using Keeper.Core.Journal;
using Keeper.Core.Submission.Breakers;
using Keeper.Core.Telemetry;

namespace Keeper.Tests.Submission.Breakers;

public sealed class BreakerBoardTests
{
    [Fact]
    public void The_first_reason_stays_until_it_is_closed()
    {
        var board = BreakerBoard.Closed.With(new(Breaker.Signer, "first", 1, false)).With(new(Breaker.Signer, "second", 2, true)).With(new(Breaker.Balance, "low", 3, false));
        Assert.Equal("balance: low; signer: first", board.Halted);
        Assert.Equal("balance: low", board.Without(Breaker.Signer).Halted);
        Assert.Null(board.Without(Breaker.Signer).Without(Breaker.Balance).Halted);
    }

    [Fact]
    public void What_concerns_one_protocol_halts_that_one_alone()
    {
        var board = BreakerBoard.Closed.With(new(Breaker.CodeChanged, "upgraded", 1, false, "lend")).With(new(Breaker.CodeChanged, "again", 2, false, "lend")).With(new(Breaker.Balance, "low", 3, false));
        Assert.Equal(("balance: low", "code_changed: upgraded", null, "balance: low; code_changed: upgraded"), (board.Halted, board.HaltedFor("lend"), board.HaltedFor("perps"), board.Reasons));
        board = board.With(new(Breaker.CodeChanged, "other", 4, false, "perps")).With(new(Breaker.CodeChanged, "executor", 5, false));
        Assert.Equal("balance: low; code_changed: executor", board.Halted);
        Assert.Equal("code_changed: executor; code_changed: upgraded; code_changed: other", board.Without(Breaker.Balance).Reasons);
        Assert.Equal("balance: low", board.Without(Breaker.CodeChanged).Reasons);
    }

    [Fact]
    public void The_journals_last_changes_give_the_board_back()
    {
        var board = BreakerBoard.Of([new("operator", true, true, "maintenance", 7), new("balance", false, false, "funded", 9), new("a_later_one", false, false, "", 9)]);
        Assert.Equal(new OpenBreaker(Breaker.Operator, "maintenance", 7, true), Assert.Single(board.Open));
        Assert.Equal("code_changed: upgraded", BreakerBoard.Of([new("code_changed", true, false, "upgraded", 7, "lend"), new("code_changed", false, true, "resumed", 9)]).HaltedFor("lend"));
    }

    [Fact]
    public void An_open_breaker_of_a_newer_keeper_is_not_passed_over() =>
        Assert.Contains("a_later_one", Assert.Throws<JournalException>(() => BreakerBoard.Of([new("a_later_one", true, false, "", 9)])).Message);

    [Fact]
    public void Names_are_known_as_the_metrics_and_as_the_configuration_spell_them()
    {
        Assert.All(Enum.GetValues<Breaker>(), breaker => Assert.Equal((breaker, breaker), (BreakerBoard.Parse(Label.Of(breaker)), BreakerBoard.Parse($"{breaker}"))));
        Assert.Equal(Breaker.GasWithoutSuccess, BreakerBoard.Parse("gasWithoutSuccess"));
        Assert.All((string[])["", "0", "7", "-1", "operators", "Operator,Signer"], name => Assert.Null(BreakerBoard.Parse(name)));
    }
}
