namespace Keeper.Core.Submission;

/// <summary>Whether an operator's word about the next nonce fits what the chain and the slots say, pure.</summary>
public static class NonceAdoption
{
    /// <param name="count">The key's transactions in the chain.</param>
    /// <param name="next">The nonce that the sender would take next.</param>
    /// <param name="wanted">What the operator believes; null takes what fits.</param>
    /// <param name="open">Nonces of slots without a receipt, ascending.</param>
    /// <param name="isNeeded">A nonce was used by somebody else, or seems to be.</param>
    /// <returns>Why it is refused, for people; null where it fits.</returns>
    public static string? Judge(ulong count, ulong next, ulong? wanted, IReadOnlyList<ulong> open, bool isNeeded)
    {
        if (!isNeeded) return $"nothing is to be adopted: the chain counts {count}, the next nonce is {next}";
        if (open.Count > 0 && open[0] < count)
            return $"nonce {open[0]} is one of ours, used up and without a receipt so far: wait until it is settled or given up";
        for (var i = 0; i < open.Count; i++)
        {
            if (open[i] != count + (ulong)i)
                return $"nonce {open[i]} of ours waits, but nothing fills nonce {count + (ulong)i} before it: send a transaction with that nonce, then adopt";
        }
        var fitting = count + (ulong)open.Count;
        return wanted is null || wanted == fitting ? null
            : wanted < fitting ? $"{wanted} is used: the chain counts {count} and {open.Count} of ours are in flight, so that the next nonce is {fitting}"
            : $"{wanted} is too high: the chain counts {count} and {open.Count} of ours are in flight; wait until your own transactions are mined, or the nonces from {fitting} on would stay empty";
    }
}
