using Keeper.Core.Primitives;

namespace Keeper.Core.Journal;

/// <summary>The pure fold from records to what is still open. Every journal uses it.</summary>
public static class Recovery
{
    /// <param name="records">All records of one key, in order.</param>
    /// <exception cref="JournalException">A record refers to a plan that was never opened.</exception>
    public static RecoveredState Fold(IEnumerable<JournalRecord> records, Address key)
    {
        var open = new Dictionary<long, Builder>();
        var last = (Sequence: 0L, Mine: false);
        ulong? next = null;
        long hashes = 0;
        var foreign = new HashSet<long>();

        foreach (var (sequence, _, entry) in records)
        {
            switch (entry)
            {
                case JournalEntry.Intended intended:
                    last = (sequence, intended.Key == key);
                    if (last.Mine) open.Add(sequence, new Builder(intended));
                    else foreign.Add(sequence);
                    break;
                case JournalEntry.Signed signed:
                    var plan = signed.Plan == 0 ? last.Sequence : signed.Plan;
                    if (foreign.Contains(plan)) break;
                    Find(plan, sequence).Attempts.Add(signed with { Plan = plan });
                    next = Math.Max(next ?? 0, signed.Nonce + 1);
                    hashes++;
                    break;
                case JournalEntry.Broadcast:
                    break;
                case JournalEntry.Mined mined:
                    if (!foreign.Contains(mined.Plan)) Find(mined.Plan, sequence).Mined = mined;
                    break;
                case JournalEntry.Settled settled:
                    if (!foreign.Contains(settled.Plan)) Close(settled.Plan, sequence);
                    break;
                case JournalEntry.Abandoned abandoned:
                    if (!foreign.Contains(abandoned.Plan)) Close(abandoned.Plan, sequence);
                    break;
            }
        }

        var plans = open.Select(pair => new OpenPlan(pair.Key, pair.Value.Intent, pair.Value.Attempts, pair.Value.Mined))
            .OrderBy(plan => plan.Intent.Nonce).ToArray();
        return new(plans, next, hashes);

        Builder Find(long plan, long sequence) => open.TryGetValue(plan, out var builder)
            ? builder : throw new JournalException($"Record {sequence} speaks of plan {plan}, which is not open.");

        void Close(long plan, long sequence)
        {
            Find(plan, sequence);
            open.Remove(plan);
        }
    }

    private sealed class Builder(JournalEntry.Intended intent)
    {
        public JournalEntry.Intended Intent { get; } = intent;
        public List<JournalEntry.Signed> Attempts { get; } = [];
        public JournalEntry.Mined? Mined { get; set; }
    }
}
