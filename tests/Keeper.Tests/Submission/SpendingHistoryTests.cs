using Keeper.Core.Chain;
using Keeper.Core.Journal;
using Keeper.Core.Primitives;
using Keeper.Core.Submission;
using Keeper.Core.Submission.Breakers;
using Keeper.Core.Submission.Policy;
using Keeper.Tests.Support;
using static Keeper.Tests.Support.TestChainData;

namespace Keeper.Tests.Submission;

public sealed class SpendingHistoryTests
{
    private static readonly Address Key = ScriptedProtocol.AddressOf(0x0b);
    private readonly GasBudget _budget = new();
    private readonly TransactionTally _tally = new();
    private readonly SpendingHistory _history;
    private long _sequence;

    public SpendingHistoryTests() => _history = new(Key, _budget, _tally);

    [Fact]
    public void However_many_were_settled_within_the_hour_each_counts()
    {
        for (ulong nonce = 0; nonce < 3_000; nonce++) Settle(nonce, at: 10_000 + nonce);
        Assert.Equal(new Wei(3_000), _budget.SpentAt(13_000));
        Assert.Equal(new Wei(1_999), _budget.SpentAt(14_600));
        Assert.Equal(new Wei(3_000), _budget.Spent);
    }

    [Fact]
    public void The_time_of_the_block_counts_and_the_deadline_where_there_is_none()
    {
        Settle(1, at: 10_000);
        Settle(2, at: null);
        Assert.Equal(new Wei(2), _budget.SpentAt(13_599));
        Assert.Equal(new Wei(1), _budget.SpentAt(13_600));
        Assert.Equal(Wei.Zero, _budget.SpentAt(Block(100).Timestamp + 300 + 3_600));
    }

    [Fact]
    public void A_transaction_that_a_reorg_took_out_and_in_again_counts_once()
    {
        Settle(1, at: 10_000, Outcome.Reverted);
        Settle(1, at: 10_012, Outcome.Reverted);
        Assert.Equal((new Wei(1), new Wei(1), new Wei(1), 1), (_budget.SpentAt(10_020), _budget.Spent, _tally.GasWithoutSuccess, _tally.ConsecutiveReverts));
        Open(1);
        Assert.Equal(0, _tally.ConsecutiveReverts);
    }

    [Fact]
    public void A_breaker_that_was_closed_begins_anew()
    {
        for (ulong nonce = 0; nonce < 4; nonce++) Settle(nonce, at: 10_000, Outcome.Reverted);
        _history.Add(++_sequence, new JournalEntry.BreakerChanged("consecutive_reverts", IsOpen: false, IsManual: true, "looked at", 10_001));
        Settle(4, at: 10_000, Outcome.Reverted);
        Assert.Equal((1, new Wei(5)), (_tally.ConsecutiveReverts, _tally.GasWithoutSuccess));
    }

    [Fact]
    public void Another_key_and_what_was_given_up_cost_nothing()
    {
        Settle(1, at: 10_000, key: ScriptedProtocol.AddressOf(0x0c));
        var plan = Open(2);
        _history.Add(++_sequence, new JournalEntry.Abandoned(plan, "foreign nonce use"));
        Assert.Equal((Wei.Zero, Wei.Zero, Wei.Zero), (_budget.SpentAt(10_001), _budget.Spent, _tally.GasWithoutSuccess));
    }

    private long Open(ulong nonce, Address? key = null)
    {
        _history.Add(++_sequence, new JournalEntry.Intended(
            key ?? Key, nonce, [new("lend:1", "close")], ReadOnlyMemory<byte>.Empty, new Gas(1), Block(100).Timestamp + 300, Block(100), false, Usd.Zero, new(1)));
        return _sequence;
    }

    /// <summary>Each costs one wei.</summary>
    private void Settle(ulong nonce, ulong? at, Outcome outcome = Outcome.Raced, Address? key = null)
    {
        var plan = Open(nonce, key);
        _history.Add(++_sequence, new JournalEntry.Mined(plan, default, 101, default, true, new Gas(1), new(1), at));
        _history.Add(++_sequence, new JournalEntry.Settled(plan, default, [new("lend:1", outcome, null)]));
    }
}
