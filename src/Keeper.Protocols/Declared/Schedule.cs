using Keeper.Core.Mirror;
using Keeper.Core.Primitives;

namespace Keeper.Protocols.Declared;

/// <summary>
/// Whom to ask about next, pure. Of a request a quarter at most goes to accounts that were found fallen, a half with those that are nearest to the edge, three quarters with those that a
/// log told of or that were never asked about; the rest to those whose turn is longest ago. What one of them leaves the next may use. So every account has its
/// turn at the latest after four times as many blocks as requests would hold them all, however many want to be asked about first.
/// </summary>
internal static class Schedule
{
    /// <summary>Rows of the table, most urgent first, each once.</summary>
    /// <param name="size">The most that are chosen.</param>
    public static IReadOnlyList<int> Choose(Table<UInt256, AccountRow> accounts, in BlockRow block, int size)
    {
        var (fallen, near, touched, waiting) = (new Best(size), new Best(size), new Best(size), new Best(size));
        for (var account = 0; account < accounts.Count; account++)
        {
            ref readonly var row = ref accounts[account];
            if ((row.AskedIn == block.Hash && row.AskedAt == block.Number && (row.Reading is not null || row.IsSilent)) || row.DueAt > block.Number) continue;
            if (row.Reading is { IsActionable: true }) fallen.Offer(account, 0, row.AskedAt);
            if (row.Reading is { Distance: < double.PositiveInfinity } reading) near.Offer(account, reading.Distance, row.AskedAt);
            if (row.IsTouched) touched.Offer(account, 0, row.AskedAt);
            waiting.Offer(account, 0, row.AskedAt);
        }
        var (chosen, seen) = (new List<int>(size), new HashSet<int>());
        Take(fallen, (size + 3) / 4);
        Take(near, (size + 1) / 2);
        Take(touched, Math.Max(1, 3 * size / 4));
        Take(waiting, size);
        return chosen;

        void Take(Best best, int upTo)
        {
            foreach (var account in best.InOrder())
            {
                if (chosen.Count >= upTo) return;
                if (seen.Add(account)) chosen.Add(account);
            }
        }
    }

    /// <summary>Keeps those with the smallest figures, of equals those that were asked longest ago, of those the lowest row: an account costs no allocation.</summary>
    private sealed class Best(int size)
    {
        private readonly PriorityQueue<int, (double, long, int)> _worstFirst = new(size + 1);

        /// <remarks>Where verdicts are true or false all healthy accounts are equally near: always the same ones would be asked.</remarks>
        public void Offer(int account, double figure, ulong askedAt)
        {
            var priority = (-figure, -(long)askedAt, -account);
            if (_worstFirst.Count < size) _worstFirst.Enqueue(account, priority);
            else if (_worstFirst.TryPeek(out _, out var worst) && priority.CompareTo(worst) > 0) _worstFirst.DequeueEnqueue(account, priority);
        }

        public IEnumerable<int> InOrder() => _worstFirst.UnorderedItems.OrderByDescending(item => item.Priority).Select(item => item.Element);
    }
}
