using Keeper.Core.Primitives;

namespace Keeper.Core.Chain.Nodes;

/// <summary>What an answer must hold beyond its fields, whichever library read it.</summary>
public static class AnswerChecks
{
    /// <summary>The header is that of the block that was asked for, where it was asked for by hash or number.</summary>
    /// <exception cref="MalformedAnswerException">It is another.</exception>
    public static BlockHeader? Of(this BlockHeader? header, BlockId asked)
    {
        var isAsked = header is null || asked switch
        {
            BlockId.ByHash(var hash) => header.Ref.Hash == hash,
            BlockId.ByNumber(var number) => header.Ref.Number == number,
            _ => true,
        };
        return isAsked ? header : throw new MalformedAnswerException("a header of another block was sent");
    }

    /// <summary>The node has the last block of a range whose logs it told.</summary>
    /// <param name="end">As the node answered in the same request.</param>
    /// <exception cref="ChainException">It has not.</exception>
    public static void RequireEnd(this BlockHeader? end, string node, ulong number)
    {
        // It lags, and says so: no word of it was false.
        if (end is null) throw new ChainException($"{node} was asked for logs up to block {number}, which it does not have.", ChainFault.Unproven);
    }

    /// <summary>The receipt is that of the transaction that was asked for.</summary>
    /// <exception cref="MalformedAnswerException">It is another.</exception>
    public static Receipt? Of(this Receipt? receipt, Hash32 asked) =>
        receipt is null || receipt.TransactionHash == asked ? receipt : throw new MalformedAnswerException("a receipt of another transaction was sent");

    /// <summary>The fee to come is the last of one more than there are blocks: where it is missing, another would be taken for it.</summary>
    /// <exception cref="MalformedAnswerException">The lists do not fit each other.</exception>
    public static FeeHistory Fitting(this FeeHistory history)
    {
        var blocks = history.GasUsedRatio.Count;
        // Not bounded by 1: some chains use more gas than they aim at.
        if (history.GasUsedRatio.Any(ratio => !double.IsFinite(ratio) || ratio < 0)) throw new MalformedAnswerException("a share of used gas is no share");
        return history.BaseFeePerGas.Count == blocks + 1 && (history.Rewards.Count == 0 || history.Rewards.Count == blocks)
            ? history : throw new MalformedAnswerException("the lists of a fee history do not fit each other");
    }
}
