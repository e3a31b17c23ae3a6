using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Journal;
using Keeper.Core.Primitives;

namespace Keeper.Core.Submission;

public sealed partial class Sender
{
    /// <summary>The time of the block that was asked for last: several transactions are in one.</summary>
    private (Hash32 Block, ulong Time)? _timed;

    /// <summary>For the books alone: null where the chain does not say, and nothing waits for a second try.</summary>
    private async ValueTask<ulong?> TimeOfAsync(Receipt receipt, CancellationToken cancellation)
    {
        if (_head!.Block.Hash == receipt.BlockHash) return _head.Block.Timestamp;
        if (_timed is var (block, known) && block == receipt.BlockHash) return known;
        try
        {
            var header = (await chain.GetHeaderAsync(new BlockId.ByHash(receipt.BlockHash), cancellation).ConfigureAwait(false)).Ref;
            if (header.Hash != receipt.BlockHash) return null;
            _timed = (header.Hash, header.Timestamp);
            return header.Timestamp;
        }
        catch (ChainException)
        {
            return null;
        }
    }

    /// <summary>What the treasury got, by the executor's events and the prices of now; null where the events cannot be read.</summary>
    private IReadOnlyList<PaidToken>? PaidBy(Receipt receipt)
    {
        if (!receipt.Succeeded) return [];
        try
        {
            return ExecutorCall.DecodeProfits(receipt, settings.Executor).Select(PaidToken (profit) =>
            {
                var known = _head!.Tokens.FirstOrDefault(token => token.Address == profit.Token);
                return known.Address == profit.Token
                    ? new(profit.Token, profit.Amount, known.Symbol, known.Decimals, known.ToUsd(profit.Amount), known.PriceSource)
                    : new(profit.Token, profit.Amount, null, null, null, null);
            }).ToArray();
        }
        catch (Exception error) when (error is AbiException or OverflowException)
        {
            return null;
        }
    }
}
