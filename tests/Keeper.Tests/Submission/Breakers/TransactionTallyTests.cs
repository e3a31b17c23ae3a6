using Keeper.Core.Primitives;
using Keeper.Core.Submission;
using Keeper.Core.Submission.Breakers;

namespace Keeper.Tests.Submission.Breakers;

public sealed class TransactionTallyTests
{
    private const TransactionFate W = TransactionFate.Won, R = TransactionFate.Reverted, N = TransactionFate.Neither;

    public static TheoryData<TransactionFate[], int, int> Histories => new()
    {
        { [], 0, 0 }, { [W], 0, 0 }, { [R], 10, 1 }, { [N], 10, 0 }, { [R, N, R], 30, 2 }, { [R, R, W], 0, 0 }, { [W, R, N], 20, 1 }, { [R, W, R, R, N, R], 40, 3 },
    };

    [Theory]
    [MemberData(nameof(Histories))]
    public void Gas_and_reverts_count_since_the_last_that_won_and_a_lost_race_leaves_the_reverts_alone(TransactionFate[] fates, int gas, int reverts)
    {
        var tally = Of(fates);
        Assert.Equal((new Wei((uint)gas), reverts), (tally.GasWithoutSuccess, tally.ConsecutiveReverts));
    }

    [Theory]
    [InlineData(new[] { Outcome.Won, Outcome.Reverted }, W)]
    [InlineData(new[] { Outcome.Raced, Outcome.Reverted }, R)]
    [InlineData(new[] { Outcome.Raced, Outcome.Raced }, N)]
    [InlineData(new[] { Outcome.Expired }, N)]
    [InlineData(new Outcome[0], N)]
    public void One_account_won_makes_the_transaction_worth_its_gas(Outcome[] outcomes, TransactionFate fate) => Assert.Equal(fate, TransactionTally.FateOf(outcomes));

    [Fact]
    public void What_a_reorg_takes_out_counts_once_when_it_is_settled_anew_also_with_another_fate()
    {
        var tally = Of(W, R, R);
        tally.Undo(2);
        Assert.Equal((new Wei(10), 1), (tally.GasWithoutSuccess, tally.ConsecutiveReverts));
        tally.Settle(2, new(10), R);
        Assert.Equal((new Wei(20), 2), (tally.GasWithoutSuccess, tally.ConsecutiveReverts));
        tally.Settle(2, new(7), W);
        Assert.Equal((Wei.Zero, 0), (tally.GasWithoutSuccess, tally.ConsecutiveReverts));
        // The one that had won is taken out: what was spent around it counts again.
        tally.Undo(2);
        Assert.Equal((new Wei(10), 1), (tally.GasWithoutSuccess, tally.ConsecutiveReverts));
    }

    [Fact]
    public void What_was_forgiven_stays_so_and_only_for_its_own_breaker()
    {
        var tally = Of(R, R, R);
        tally.Forgive(Breaker.ConsecutiveReverts);
        Assert.Equal((new Wei(30), 0), (tally.GasWithoutSuccess, tally.ConsecutiveReverts));
        tally.Forgive(Breaker.GasWithoutSuccess);
        tally.Settle(3, new(10), R);
        Assert.Equal((new Wei(10), 1), (tally.GasWithoutSuccess, tally.ConsecutiveReverts));
        tally.Undo(1);
        tally.Settle(1, new(10), R);
        Assert.Equal((new Wei(10), 1), (tally.GasWithoutSuccess, tally.ConsecutiveReverts));
    }

    [Fact]
    public void Plans_that_the_simulation_contradicts_count_in_a_row()
    {
        var tally = new TransactionTally();
        foreach (var isContradicted in new[] { true, true, false, true }) tally.Simulated(isContradicted);
        Assert.Equal(1, tally.ContradictedPlans);
        tally.Forgive(Breaker.MirrorDivergence);
        Assert.Equal(0, tally.ContradictedPlans);
    }

    /// <summary>The one pass over a random history, with reorgs and more transactions than are kept, against the plain reckoning of what is left in the end.</summary>
    [Fact]
    public void Any_history_gives_what_its_last_state_gives() => Assert.All(Enumerable.Range(0, 40), seed =>
    {
        var random = new Random(seed);
        var (tally, settled, next) = (new TransactionTally(), new SortedDictionary<ulong, (uint Cost, TransactionFate Fate)>(), 0UL);
        for (var step = random.Next(3_000); step > 0; step--)
        {
            // A reorg reaches back a few, and never those that are final.
            if (random.Next(10) == 0 && settled.Count > 0 && settled.Keys.Max() - (ulong)random.Next(16) is var undone && settled.Remove(undone))
            {
                tally.Undo(undone);
                if (random.Next(3) == 0) continue;
            }
            var nonce = Enumerable.Range(0, 16).Select(back => next - (ulong)back).FirstOrDefault(back => back < next && !settled.ContainsKey(back), next);
            if (nonce == next) next++;
            settled[nonce] = ((uint)random.Next(100), random.Next(20) == 0 ? W : random.Next(2) == 0 ? R : N);
            tally.Settle(nonce, new(settled[nonce].Cost), settled[nonce].Fate);
        }
        var since = settled.Values.Reverse().TakeWhile(entry => entry.Fate != W).ToArray();
        Assert.Equal((new Wei((uint)since.Sum(entry => entry.Cost)), since.Count(entry => entry.Fate == R)), (tally.GasWithoutSuccess, tally.ConsecutiveReverts));
    });

    private static TransactionTally Of(params TransactionFate[] fates)
    {
        var tally = new TransactionTally();
        foreach (var (nonce, fate) in fates.Index()) tally.Settle((ulong)nonce, new(10), fate);
        return tally;
    }
}
