using Keeper.Core.Primitives;

namespace Keeper.Core.Submission;

/// <summary>How much of a key's balance may be at stake at once, pure.</summary>
public static class InFlight
{
    /// <summary>Transactions that the balance could not pay for if each before them cost the most it may. Pools drop more than a few of them.</summary>
    public const int MaxUnpaid = 5;

    /// <summary>The most that one more transaction may cost at worst: its bid is kept below it.</summary>
    /// <param name="balance">What the chain has confirmed.</param>
    /// <param name="worst">What each unmined transaction may cost at worst, by nonce.</param>
    /// <param name="sharePpm">Millionths of the balance that all may cost at worst; more than the whole where transactions may be in flight that it could not pay for at worst.</param>
    public static Wei Room(Wei balance, IReadOnlyList<Wei> worst, uint sharePpm)
    {
        var (total, unpaid) = (Wei.Zero, 0);
        foreach (var cost in worst)
        {
            total += cost;
            if (total > balance) unpaid++;
        }
        if (unpaid > MaxUnpaid) return Wei.Zero;
        // By itself it must be payable, too: no node takes it else.
        var room = Wei.Min(balance, Less(new(UInt256.MulDivDown(balance.Value, sharePpm, 1_000_000UL)), total));
        return unpaid == MaxUnpaid ? Wei.Min(room, Less(balance, total)) : room;
    }

    private static Wei Less(Wei a, Wei b) => a > b ? a - b : Wei.Zero;
}
