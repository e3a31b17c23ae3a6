using Keeper.Core.Journal;
using Keeper.Core.Primitives;
using Keeper.Core.Submission.Breakers;
using Keeper.Core.Submission.Policy;

namespace Keeper.Core.Submission;

/// <summary>
/// Folds what budget, breakers and the watch on rivals must know of the past, from the records that recovery reads, as they pass by. However many
/// plans were settled within the hour, each counts.
/// </summary>
internal sealed class SpendingHistory(Address key, GasBudget budget, TransactionTally tally)
{
    /// <summary>The budget forgets what is older than its hour this often, so that a long history needs no memory.</summary>
    private const int ForgetEvery = 1_024;

    private readonly Dictionary<long, (JournalEntry.Intended Intent, JournalEntry.Mined? Mined)> _open = [];
    private ulong _newest;
    private int _settled;

    public async IAsyncEnumerable<JournalRecord> PassAsync(IAsyncEnumerable<JournalRecord> records)
    {
        await foreach (var record in records.ConfigureAwait(false))
        {
            Add(record.Sequence, record.Entry);
            yield return record;
        }
    }

    /// <summary>The newest block that any record speaks of, whatever the key; null where none does.</summary>
    public ulong? NewestBlock { get; private set; }

    /// <summary>Says nothing of records that contradict each other: recovery refuses them.</summary>
    public void Add(long sequence, JournalEntry entry)
    {
        ulong? block = entry switch
        {
            JournalEntry.Intended intended => intended.Basis.Number,
            JournalEntry.Mined mined => mined.BlockNumber,
            JournalEntry.Missed missed => missed.By.BlockNumber,
            _ => null,
        };
        if (block is { } spoken) NewestBlock = Math.Max(spoken, NewestBlock ?? 0);
        switch (entry)
        {
            case JournalEntry.Intended intended when intended.Key == key:
                _open[sequence] = (intended, null);
                // Its nonce was settled before: a reorg had taken it out.
                tally.Undo(intended.Nonce);
                break;
            case JournalEntry.Mined mined when _open.TryGetValue(mined.Plan, out var plan):
                _open[mined.Plan] = plan with { Mined = mined };
                break;
            case JournalEntry.Settled settled when _open.Remove(settled.Plan, out var plan) && plan.Mined is { } mined:
                Settle(plan.Intent, mined, settled);
                break;
            case JournalEntry.Abandoned abandoned:
                _open.Remove(abandoned.Plan);
                break;
            case JournalEntry.BreakerChanged { IsOpen: false } closed when BreakerBoard.Parse(closed.Breaker) is { } breaker:
                tally.Forgive(breaker);
                break;
        }
    }

    private void Settle(JournalEntry.Intended intent, JournalEntry.Mined mined, JournalEntry.Settled settled)
    {
        // A receipt without a time: the deadline is later than the block of nearly every one, which is the safe side.
        budget.Settle(intent.Nonce, mined.BlockTime ?? intent.Deadline, mined.Fee);
        tally.Settle(intent.Nonce, mined.Fee, TransactionTally.FateOf(settled.Outcomes.Select(outcome => outcome.Outcome)));
        _newest = Math.Max(_newest, mined.BlockTime ?? intent.Basis.Timestamp);
        if (++_settled % ForgetEvery == 0) budget.SpentAt(_newest);
    }
}
