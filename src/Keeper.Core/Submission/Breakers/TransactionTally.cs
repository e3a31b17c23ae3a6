using Keeper.Core.Primitives;

namespace Keeper.Core.Submission.Breakers;

/// <summary>
/// What settled transactions have cost and brought since the last that won. Kept by nonce, which is the chain's own order of a
/// key's transactions: one that a reorg takes out is taken back here, and one that is settled anew counts once. The same steps
/// in the same order give the same tally, live and from the journal. The sender's task owns it.
/// </summary>
public sealed class TransactionTally
{
    /// <summary>More than a key settles while its transactions are not final: 16 in flight in each of 64 blocks. Older ones become two sums.</summary>
    private const int MaxKept = 1_024;

    private readonly SortedDictionary<ulong, (Wei Cost, TransactionFate Fate)> _byNonce = [];
    private Wei _gasBefore = Wei.Zero;
    private int _revertsBefore;

    /// <summary>Nonces below are forgiven: a person or the time has closed the breaker since.</summary>
    private ulong _gasFrom;

    private ulong _revertsFrom;

    /// <summary>Plans in a row of which the simulation called every account healthy.</summary>
    public int ContradictedPlans { get; private set; }

    public Wei GasWithoutSuccess => Sums().Gas;

    public int ConsecutiveReverts => Sums().Reverts;

    public static TransactionFate FateOf(IEnumerable<Outcome> outcomes)
    {
        var seen = outcomes.ToHashSet();
        return seen.Contains(Outcome.Won) ? TransactionFate.Won : seen.Contains(Outcome.Reverted) ? TransactionFate.Reverted : TransactionFate.Neither;
    }

    public void Settle(ulong nonce, Wei cost, TransactionFate fate)
    {
        _byNonce[nonce] = (cost, fate);
        if (_byNonce.Count <= MaxKept) return;
        var (oldest, transaction) = _byNonce.First();
        (_gasBefore, _revertsBefore) = After((_gasBefore, _revertsBefore), oldest, transaction);
        _byNonce.Remove(oldest);
    }

    /// <summary>A reorg took it out: it is in flight again, and counts when it is settled anew.</summary>
    public void Undo(ulong nonce) => _byNonce.Remove(nonce);

    /// <summary>The simulation of a plan is over.</summary>
    public void Simulated(bool isContradicted) => ContradictedPlans = isContradicted ? ContradictedPlans + 1 : 0;

    /// <summary>The breaker was closed: what opened it does not open it again, only what comes after.</summary>
    public void Forgive(Breaker breaker)
    {
        var next = _byNonce.Count == 0 ? 0 : _byNonce.Keys.Max() + 1;
        switch (breaker)
        {
            case Breaker.GasWithoutSuccess: (_gasFrom, _gasBefore) = (Math.Max(_gasFrom, next), Wei.Zero); break;
            case Breaker.ConsecutiveReverts: (_revertsFrom, _revertsBefore) = (Math.Max(_revertsFrom, next), 0); break;
            case Breaker.MirrorDivergence: ContradictedPlans = 0; break;
        }
    }

    private (Wei Gas, int Reverts) Sums() => _byNonce.Aggregate((_gasBefore, _revertsBefore), (sums, entry) => After(sums, entry.Key, entry.Value));

    private (Wei Gas, int Reverts) After((Wei Gas, int Reverts) sums, ulong nonce, (Wei Cost, TransactionFate Fate) transaction) =>
        transaction.Fate == TransactionFate.Won ? (Wei.Zero, 0)
        : (nonce >= _gasFrom ? sums.Gas + transaction.Cost : sums.Gas,
            transaction.Fate == TransactionFate.Reverted && nonce >= _revertsFrom ? sums.Reverts + 1 : sums.Reverts);
}
