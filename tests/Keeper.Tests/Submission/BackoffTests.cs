using Keeper.Core.Submission;

namespace Keeper.Tests.Submission;

public sealed class BackoffTests
{
    private readonly Backoff _backoff = new();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 4)]
    [InlineData(7, 64)]
    [InlineData(8, 64)]
    [InlineData(90, 64)]
    public void The_pause_of_what_a_simulation_refuses_doubles_with_every_failure_up_to_64_blocks(int failures, ulong pause)
    {
        for (var i = 0; i < failures; i++) _backoff.Arm("a", BackoffReason.SimulationRefused, 100);
        AssertPaused("a", 100 + pause);
        Assert.False(_backoff.Holds("b", 100));
    }

    [Theory]
    [InlineData(BackoffReason.BatchRefused, 1)]
    [InlineData(BackoffReason.SimulationRefused, 1)]
    [InlineData(BackoffReason.PolicyRefused, 1)]
    [InlineData(BackoffReason.BatchReverted, 1)]
    [InlineData(BackoffReason.NodeRefused, 2)]
    [InlineData(BackoffReason.Reverted, 2)]
    [InlineData(BackoffReason.Quarantined, 16)]
    public void Every_class_has_its_own_first_pause(BackoffReason reason, ulong pause)
    {
        _backoff.Arm("a", reason, 100);
        AssertPaused("a", 100 + pause);
        Assert.Equal((1, Enum.GetValues<BackoffReason>().Length - 1), (_backoff.CountsAt(100)[reason], _backoff.CountsAt(100).Values.Count(count => count == 0)));
        Assert.Equal(0, _backoff.CountsAt(100 + pause)[reason]);
    }

    [Fact]
    public void A_batch_that_is_refused_again_and_again_pauses_for_one_block_each_time()
    {
        for (ulong block = 100; block < 150; block++) _backoff.Arm("a", BackoffReason.BatchRefused, block);
        AssertPaused("a", 150);
    }

    [Theory]
    [InlineData(BackoffReason.Reverted)]
    [InlineData(BackoffReason.BatchReverted)]
    public void What_has_cost_gas_three_times_is_quarantined(BackoffReason reason)
    {
        _backoff.Arm("a", reason, 100);
        _backoff.Arm("a", reason, 110);
        Assert.Equal(0, _backoff.CountsAt(110)[BackoffReason.Quarantined]);
        _backoff.Arm("a", reason, 120);
        AssertPaused("a", 136);
        Assert.Equal(1, _backoff.CountsAt(120)[BackoffReason.Quarantined]);
        _backoff.Arm("a", reason, 140);
        AssertPaused("a", 172);
    }

    [Fact]
    public void A_quarantine_grows_to_1024_blocks_and_no_further()
    {
        ulong block = 100;
        for (var i = 0; i < 30; i++)
        {
            _backoff.Arm("a", BackoffReason.Quarantined, block);
            while (_backoff.Holds("a", block)) block++;
        }
        var began = block;
        _backoff.Arm("a", BackoffReason.Quarantined, began);
        AssertPaused("a", began + 1_024);
    }

    [Fact]
    public void A_success_ends_the_pause_and_forgets_the_failures()
    {
        for (var i = 0; i < 5; i++) _backoff.Arm("a", BackoffReason.SimulationRefused, 100);
        _backoff.Forget("a");
        Assert.False(_backoff.Holds("a", 100));
        _backoff.Arm("a", BackoffReason.SimulationRefused, 100);
        Assert.False(_backoff.Holds("a", 101));
    }

    [Theory]
    [InlineData(BackoffReason.BatchRefused)]
    [InlineData(BackoffReason.SimulationRefused)]
    [InlineData(BackoffReason.PolicyRefused)]
    [InlineData(BackoffReason.Reverted)]
    public void A_change_of_the_account_ends_its_pause_but_is_no_success(BackoffReason reason)
    {
        _backoff.Arm("a", reason, 100);
        _backoff.Arm("a", reason, 100);
        _backoff.Arm("b", reason, 100);
        _backoff.Changed("a", 100);
        Assert.Equal((false, true), (_backoff.Holds("a", 100), _backoff.Holds("b", 100)));

        // The third in a row pauses for longer than a first would.
        if (reason == BackoffReason.BatchRefused) return;
        _backoff.Arm("a", reason, 101);
        Assert.True(_backoff.Holds("a", 104));
    }

    /// <summary>Else its owner could move a wei in every block, and have us pay for a call that fails in every block.</summary>
    [Fact]
    public void A_change_of_the_account_ends_no_quarantine()
    {
        _backoff.Arm("a", BackoffReason.Quarantined, 100);
        for (ulong block = 101; block < 116; block++)
        {
            _backoff.Changed("a", block);
            Assert.True(_backoff.Holds("a", block));
        }
        Assert.False(_backoff.Holds("a", 116));
    }

    [Fact]
    public void An_account_that_is_changed_in_every_block_and_fails_in_every_block_is_paid_for_three_times_and_then_seldom()
    {
        var paid = 0;
        for (ulong block = 100; block < 1_100; block++)
        {
            _backoff.Changed("a", block);
            if (_backoff.Holds("a", block)) continue;
            paid++;
            _backoff.Arm("a", BackoffReason.Reverted, block);
        }
        Assert.InRange(paid, 3, 10);
    }

    [Fact]
    public void A_shorter_pause_does_not_cut_a_longer_one_short()
    {
        _backoff.Arm("a", BackoffReason.Quarantined, 100);
        _backoff.Arm("a", BackoffReason.SimulationRefused, 101);
        AssertPaused("a", 116);
        Assert.Equal("quarantined, until block 116", _backoff.Describe("a", 115));
        Assert.Null(_backoff.Describe("a", 116));
    }

    [Fact]
    public void Failures_are_forgotten_one_by_one_as_time_goes_by()
    {
        for (var i = 0; i < 3; i++) _backoff.Arm("a", BackoffReason.SimulationRefused, 100);
        // The pause ended at 104; two of three are forgotten after twice 64 blocks.
        _backoff.Arm("a", BackoffReason.SimulationRefused, 104 + 128);
        AssertPaused("a", 104 + 128 + 2);
        _backoff.Arm("a", BackoffReason.SimulationRefused, 10_000);
        AssertPaused("a", 10_001);
    }

    [Fact]
    public void More_accounts_than_are_remembered_push_out_those_that_pause_shortest()
    {
        _backoff.Arm("kept", BackoffReason.Quarantined, 100);
        for (var i = 0; i < 70_000; i++) _backoff.Arm($"dust {i}", BackoffReason.SimulationRefused, 100);
        Assert.InRange(_backoff.CountsAt(100)[BackoffReason.SimulationRefused], 50_000, 65_535);
        Assert.True(_backoff.Holds("kept", 100));
    }

    private void AssertPaused(string account, ulong until)
    {
        Assert.True(_backoff.Holds(account, until - 1));
        Assert.False(_backoff.Holds(account, until));
    }
}
