using Keeper.Core.Chain;
using Keeper.Core.Primitives;

namespace Keeper.Tests.Support;

/// <summary>A chain as another tells it; a test overrides what it is to tell otherwise.</summary>
internal abstract class ForwardingChain(IChainClient inner) : IChainClient
{
    protected IChainClient Inner => inner;

    public string Name => inner.Name;
    public virtual string? DoubtOf(BlockRef head) => inner.DoubtOf(head);
    public virtual Task<ulong> GetChainIdAsync(CancellationToken cancellation) => inner.GetChainIdAsync(cancellation);
    public virtual Task<BlockHeader> GetHeaderAsync(BlockId block, CancellationToken cancellation) => inner.GetHeaderAsync(block, cancellation);
    public virtual IAsyncEnumerable<ChainEvent> FollowAsync(FollowRequest request, CancellationToken cancellation) => inner.FollowAsync(request, cancellation);

    public virtual Task<IReadOnlyList<Log>> GetLogsAsync(LogFilter filter, ulong fromBlock, ulong toBlock, CancellationToken cancellation) =>
        inner.GetLogsAsync(filter, fromBlock, toBlock, cancellation);

    public virtual Task<IReadOnlyList<Log>> GetLogsAsync(LogFilter filter, BlockRef block, CancellationToken cancellation) => inner.GetLogsAsync(filter, block, cancellation);

    public virtual Task<bool> ProvesReceiptsAsync(BlockHeader block, CancellationToken cancellation) => inner.ProvesReceiptsAsync(block, cancellation);
    public virtual Task<IReadOnlyList<CallResult>> CallAsync(IReadOnlyList<CallRequest> calls, BlockId at, CancellationToken cancellation) => inner.CallAsync(calls, at, cancellation);
    public virtual Task<Wei> GetBalanceAsync(Address account, BlockId at, CancellationToken cancellation) => inner.GetBalanceAsync(account, at, cancellation);
    public virtual Task<ulong> GetTransactionCountAsync(Address account, BlockId at, CancellationToken cancellation) => inner.GetTransactionCountAsync(account, at, cancellation);
    public virtual Task<ReadOnlyMemory<byte>> GetCodeAsync(Address account, BlockId at, CancellationToken cancellation) => inner.GetCodeAsync(account, at, cancellation);
    public virtual Task<IReadOnlyList<Hash32>> GetStorageAsync(IReadOnlyList<StorageSlot> slots, BlockId at, CancellationToken cancellation) => inner.GetStorageAsync(slots, at, cancellation);
    public virtual Task<Gas> EstimateGasAsync(CallRequest transaction, CancellationToken cancellation) => inner.EstimateGasAsync(transaction, cancellation);

    public virtual Task<FeeHistory> GetFeeHistoryAsync(int blockCount, IReadOnlyList<double> rewardPercentiles, CancellationToken cancellation) =>
        inner.GetFeeHistoryAsync(blockCount, rewardPercentiles, cancellation);

    public virtual Task<SendResult> SendRawTransactionAsync(ReadOnlyMemory<byte> raw, CancellationToken cancellation) => inner.SendRawTransactionAsync(raw, cancellation);

    public virtual Task<IReadOnlyList<Receipt?>> GetReceiptsAsync(IReadOnlyList<Hash32> transactionHashes, CancellationToken cancellation) =>
        inner.GetReceiptsAsync(transactionHashes, cancellation);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
