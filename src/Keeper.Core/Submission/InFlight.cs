using Keeper.Core.Primitives;

namespace Keeper.Core.Submission;

/// <summary>How much of a key's balance may be at stake at once, pure.</summary>
public static class InFlight
{
    /// <summary>Transactions that the balance could not pay for if each before them cost the most it may. Pools drop more than a few of them.</summary>
    public const int MaxUnpaid = 5;

    /// <param name="balance">What the chain has confirmed.</param>
    /// <param name="worst">What each unmined transaction may cost at worst, by nonce; the last is the one that is asked about.</param>
    /// <param name="sharePpm">Millionths of the balance that all may cost at worst; more than the whole where transactions may be in flight that it could not pay for at worst.</param>
    public static bool Allows(Wei balance, IReadOnlyList<Wei> worst, uint sharePpm)
    {
        // By itself it must be payable: no node takes it else.
        if (worst[^1] > balance) return false;
        var (total, unpaid) = (Wei.Zero, 0);
        foreach (var cost in worst)
        {
            total += cost;
            if (total > balance) unpaid++;
        }
        return unpaid <= MaxUnpaid && total.Value <= UInt256.MulDivDown(balance.Value, sharePpm, 1_000_000UL);
    }
}
