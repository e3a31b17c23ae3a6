using Keeper.Core.Primitives;

namespace Keeper.Core.Journal;

/// <summary>
/// The state of <see cref="Recovery"/> between two records. It believes no record that contradicts those before it: going on
/// from a torn journal could give a nonce away twice.
/// </summary>
internal sealed class RecoveryFold(Address key)
{
    /// <summary>As many as a key settles while its transactions are not final: 16 in flight in each of 64 blocks.</summary>
    private const int MaxSettled = 1_024;

    private readonly Dictionary<long, PlanSoFar> _open = [];
    private readonly Queue<PlanSoFar> _settled = [];
    private readonly HashSet<long> _over = [];
    private readonly Dictionary<(string Breaker, string? Protocol), JournalEntry.BreakerChanged> _breakers = [];
    private PlanSoFar? _unsigned;
    private long _last;
    private ulong? _highestSettled;
    private ulong? _adopted;

    public void Add(JournalRecord record)
    {
        var (sequence, entry) = (record.Sequence, record.Entry);
        if (sequence != _last + 1) throw new JournalException($"Record {sequence} follows record {_last}: those between are missing.");
        if (_unsigned is not null && entry is not JournalEntry.Signed) throw Unsigned(_unsigned);
        _last = sequence;
        switch (entry)
        {
            case JournalEntry.Intended intended: Open(sequence, intended); break;
            case JournalEntry.Signed signed: AddAttempt(sequence, signed); break;
            // The answer of a slower node may come when the plan is already over.
            case JournalEntry.Broadcast broadcast when _over.Contains(broadcast.Plan): break;
            case JournalEntry.Broadcast broadcast: Attempted(sequence, broadcast.Plan, broadcast.Hash); break;
            case JournalEntry.Mined mined: Attempted(sequence, mined.Plan, mined.Hash).Mined = mined; break;
            case JournalEntry.Settled settled: Settle(Close(sequence, settled.Plan), settled.Outcomes); break;
            case JournalEntry.Abandoned abandoned: Close(sequence, abandoned.Plan); break;
            case JournalEntry.BreakerChanged breaker: _breakers[(breaker.Breaker, breaker.Protocol)] = breaker; break;
            // Plans below it that are open stay so: the sender looks at the chain, and writes what became of them.
            case JournalEntry.Adopted adopted when adopted.Key == key: _adopted = Math.Max(adopted.NextNonce, _adopted ?? 0); break;
            case JournalEntry.Adopted or JournalEntry.Missed: break;
            // By the rule of the stored form it changes nothing; of a plan that is open nobody can know that.
            case JournalEntry.Unknown unknown when !_open.ContainsKey(unknown.Plan): break;
            default: throw new JournalException($"Record {sequence} is of a kind that recovery does not know.");
        }
    }

    public RecoveredState Finish()
    {
        if (_unsigned is not null) throw Unsigned(_unsigned);
        var plans = _open.Values.Where(plan => plan.IsMine)
            .OrderBy(plan => plan.Intent.Nonce).ThenBy(plan => plan.Sequence)
            .Select(ToPlan).ToArray();
        var settled = _settled.Where(plan => plan.Mined is not null && !plans.Any(open => open.Intent.Nonce == plan.Intent.Nonce))
            .Reverse().DistinctBy(plan => plan.Intent.Nonce).OrderBy(plan => plan.Intent.Nonce).Select(ToPlan).ToArray();
        var highest = plans.Length == 0 ? _highestSettled : Math.Max(plans[^1].Intent.Nonce, _highestSettled ?? 0);
        return new(plans, NextNonce(highest)) { Settled = settled, Breakers = _breakers.Values, AdoptedNonce = _adopted };
    }

    private ulong? NextNonce(ulong? highest) => (highest + 1, _adopted) switch
    {
        ({ } next, { } adopted) => Math.Max(next, adopted),
        var (next, adopted) => next ?? adopted,
    };

    private static OpenPlan ToPlan(PlanSoFar plan) => new(plan.Sequence, plan.Intent, plan.Attempts, plan.Mined) { Outcomes = plan.Outcomes };

    private void Open(long sequence, JournalEntry.Intended intended)
    {
        _unsigned = new PlanSoFar(sequence, intended, intended.Key == key);
        _open.Add(sequence, _unsigned);
    }

    private void AddAttempt(long sequence, JournalEntry.Signed signed)
    {
        if (_unsigned is not null && signed.Plan != _unsigned.Sequence && signed.Plan != 0) throw Unsigned(_unsigned);
        if (_unsigned is null && signed.Plan == 0) throw new JournalException($"Record {sequence} is a first signature without its intent right before it.");
        var plan = _unsigned ?? Find(sequence, signed.Plan);
        if (plan.Intent.Nonce != signed.Nonce)
            throw new JournalException($"Record {sequence} signs nonce {signed.Nonce}, but plan {plan.Sequence} has nonce {plan.Intent.Nonce}.");
        _unsigned = null;
        plan.Attempts.Add(signed with { Plan = plan.Sequence });
    }

    private void Settle(PlanSoFar plan, IReadOnlyList<AccountOutcome> outcomes)
    {
        if (!plan.IsMine) return;
        plan.Outcomes = outcomes;
        _highestSettled = Math.Max(plan.Intent.Nonce, _highestSettled ?? 0);
        _settled.Enqueue(plan);
        if (_settled.Count > MaxSettled) _settled.Dequeue();
    }

    private PlanSoFar Close(long sequence, long plan)
    {
        var closed = Find(sequence, plan);
        _open.Remove(plan);
        _over.Add(plan);
        return closed;
    }

    private PlanSoFar Attempted(long sequence, long plan, Hash32 hash)
    {
        var found = Find(sequence, plan);
        return found.Attempts.Exists(attempt => attempt.Hash == hash)
            ? found : throw new JournalException($"Record {sequence} speaks of transaction {hash}, which plan {plan} never signed.");
    }

    private PlanSoFar Find(long sequence, long plan) =>
        _open.TryGetValue(plan, out var found) ? found
        : throw new JournalException($"Record {sequence} speaks of plan {plan}, which {(_over.Contains(plan) ? "is over" : "was never opened")}.");

    private static JournalException Unsigned(PlanSoFar plan) =>
        new($"Record {plan.Sequence} opens a plan, but its first signature does not follow: the two are one commit, so the journal is torn there.");

    private sealed class PlanSoFar(long sequence, JournalEntry.Intended intent, bool isMine)
    {
        public long Sequence { get; } = sequence;
        public JournalEntry.Intended Intent { get; } = intent;
        public bool IsMine { get; } = isMine;
        public List<JournalEntry.Signed> Attempts { get; } = [];
        public JournalEntry.Mined? Mined { get; set; }
        public IReadOnlyList<AccountOutcome> Outcomes { get; set; } = [];
    }
}
