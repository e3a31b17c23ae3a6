using Keeper.Core.Chain;
using Keeper.Core.Primitives;

namespace Keeper.Conformance.EndToEnd.Kill;

/// <summary>A client whose process dies when a transaction has been handed out, or when a receipt has come.</summary>
internal sealed class MortalChain(IChainClient chain, Death death) : IChainClient
{
    public string Name => chain.Name;

    public string? DoubtOf(BlockRef head) => chain.DoubtOf(head);

    public async Task<SendResult> SendRawTransactionAsync(ReadOnlyMemory<byte> raw, CancellationToken cancellation)
    {
        var result = await chain.SendRawTransactionAsync(raw, cancellation);
        death.At(KillPoint.AfterBroadcast);
        return result;
    }

    public async Task<IReadOnlyList<Receipt?>> GetReceiptsAsync(IReadOnlyList<Hash32> transactionHashes, CancellationToken cancellation)
    {
        var receipts = await chain.GetReceiptsAsync(transactionHashes, cancellation);
        if (receipts.Any(receipt => receipt is not null)) death.At(KillPoint.AfterReceipt);
        return receipts;
    }

    public Task<ulong> GetChainIdAsync(CancellationToken cancellation) => chain.GetChainIdAsync(cancellation);

    public Task<BlockHeader> GetHeaderAsync(BlockId block, CancellationToken cancellation) => chain.GetHeaderAsync(block, cancellation);

    public IAsyncEnumerable<ChainEvent> FollowAsync(FollowRequest request, CancellationToken cancellation) => chain.FollowAsync(request, cancellation);

    public Task<bool> ProvesReceiptsAsync(BlockHeader block, CancellationToken cancellation) => chain.ProvesReceiptsAsync(block, cancellation);
    public Task<IReadOnlyList<Log>> GetLogsAsync(LogFilter filter, ulong fromBlock, ulong toBlock, CancellationToken cancellation) => chain.GetLogsAsync(filter, fromBlock, toBlock, cancellation);

    public Task<IReadOnlyList<CallResult>> CallAsync(IReadOnlyList<CallRequest> calls, BlockId at, CancellationToken cancellation) => chain.CallAsync(calls, at, cancellation);

    public Task<Wei> GetBalanceAsync(Address account, BlockId at, CancellationToken cancellation) => chain.GetBalanceAsync(account, at, cancellation);

    public Task<ulong> GetTransactionCountAsync(Address account, BlockId at, CancellationToken cancellation) => chain.GetTransactionCountAsync(account, at, cancellation);

    public Task<ReadOnlyMemory<byte>> GetCodeAsync(Address account, BlockId at, CancellationToken cancellation) => chain.GetCodeAsync(account, at, cancellation);

    public Task<IReadOnlyList<Hash32>> GetStorageAsync(IReadOnlyList<StorageSlot> slots, BlockId at, CancellationToken cancellation) => chain.GetStorageAsync(slots, at, cancellation);

    public Task<Gas> EstimateGasAsync(CallRequest transaction, CancellationToken cancellation) => chain.EstimateGasAsync(transaction, cancellation);

    public Task<FeeHistory> GetFeeHistoryAsync(int blockCount, IReadOnlyList<double> rewardPercentiles, CancellationToken cancellation) => chain.GetFeeHistoryAsync(blockCount, rewardPercentiles, cancellation);

    public ValueTask DisposeAsync() => chain.DisposeAsync();
}
