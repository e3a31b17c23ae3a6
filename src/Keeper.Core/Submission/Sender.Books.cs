using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Journal;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;

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
            return ExecutorCall.DecodeProfits(receipt, settings.Executor).Select(PaidToken (profit) => Known(profit.Token) is { } known
                ? new(profit.Token, profit.Amount, known.Symbol, known.Decimals, known.ToUsd(profit.Amount), known.PriceSource)
                : new(profit.Token, profit.Amount, null, null, null, null)).ToArray();
        }
        catch (Exception error) when (error is AbiException or OverflowException)
        {
            return null;
        }
    }

    /// <summary>What came to our contracts and left them, by the tokens' events and the prices of now; null where the events cannot be read.</summary>
    private IReadOnlyList<MovedToken>? MovedBy(Receipt receipt)
    {
        if (!receipt.Succeeded) return [];
        try
        {
            return TokenMoves.Of(receipt, settings.Executor, _liquidators)?.Select(MovedToken (moved) => Known(moved.Token) is { } known
                ? new(moved.Token, moved.In, moved.Out, known.Symbol, known.Decimals, known.ToUsd(moved.In), known.ToUsd(moved.Out), known.PriceSource)
                : new(moved.Token, moved.In, moved.Out, null, null, null, null, null)).ToArray();
        }
        catch (Exception error) when (error is AbiException or OverflowException)
        {
            return null;
        }
    }

    private RewardToken? Known(Address token) => _head!.Tokens.Where(known => known.Address == token).Select(known => (RewardToken?)known).FirstOrDefault();

    /// <summary>The worst case that stands in for a price is a bound, and no price for the books.</summary>
    private (Usd? Price, string? Source) CoinPriceNow =>
        _head!.CoinPrice is { IsWorstCase: false } price && settings.Profile.NativePriceFeed is { } feed ? (price.UsdPerCoin, $"feed {feed}") : (null, null);
}
