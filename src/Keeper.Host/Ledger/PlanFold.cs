using Keeper.Core.Journal;
using Keeper.Core.Primitives;

namespace Keeper.Host.Ledger;

/// <summary>
/// From records to plans, of every key. It judges nothing: the fold of the recovery reads the same records beside it, and what
/// contradicts itself is refused there.
/// </summary>
internal sealed class PlanFold
{
    private readonly Dictionary<long, PlanHistory> _plans = [];
    private readonly Dictionary<(Address Key, ulong Nonce), PlanHistory> _byNonce = [];

    /// <summary>In the order in which they were opened.</summary>
    public IReadOnlyCollection<PlanHistory> Plans => _plans.Values;

    /// <summary>What belongs to no plan, in the order in which it was written.</summary>
    public List<JournalRecord> WithoutPlan { get; } = [];

    public void Add(JournalRecord record)
    {
        if (record.Plan == 0) WithoutPlan.Add(record);
        if (record.Entry is JournalEntry.Intended intended) Open(record.Sequence, intended);
        if (_plans.TryGetValue(record.Plan, out var plan)) plan.Add(record);
    }

    private void Open(long sequence, JournalEntry.Intended intended)
    {
        var plan = new PlanHistory(sequence, intended);
        _plans[sequence] = plan;
        var slot = (intended.Key, intended.Nonce);
        if (_byNonce.TryGetValue(slot, out var earlier) && earlier.Settled is not null) earlier.ReopenedAs = sequence;
        _byNonce[slot] = plan;
    }
}
