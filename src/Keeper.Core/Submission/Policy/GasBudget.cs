using Keeper.Core.Primitives;

namespace Keeper.Core.Submission.Policy;

/// <summary>What settled transactions of a key cost: within the last hour, by the chain's clock, and ever, by its journal. The sender's task owns it.</summary>
public sealed class GasBudget
{
    /// <summary>Seconds.</summary>
    private const ulong Window = 3_600;

    /// <summary>By nonce: a nonce is paid for once, however often a reorg settles it anew.</summary>
    private readonly Dictionary<ulong, (ulong Time, Wei Cost)> _settled = [];

    /// <param name="at">Block time; later than the truth is safe, since it counts for longer.</param>
    public void Settle(ulong nonce, ulong at, Wei cost)
    {
        var before = _settled.TryGetValue(nonce, out var known) ? known.Cost : Wei.Zero;
        Spent = Spent - before + cost;
        _settled[nonce] = (at, cost);
    }

    /// <summary>Ever. A nonce that is settled anew after more than an hour counts twice, which is the safe side.</summary>
    public Wei Spent { get; private set; } = Wei.Zero;

    public Wei SpentAt(ulong now)
    {
        foreach (var (nonce, (time, _)) in _settled)
        {
            if (now >= Window && time <= now - Window) _settled.Remove(nonce);
        }
        return _settled.Values.Aggregate(Wei.Zero, (sum, entry) => sum + entry.Cost);
    }
}
