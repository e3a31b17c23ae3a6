using Keeper.Core.Chain;
using Keeper.Core.Primitives;
using Keeper.Tests.Support;

namespace Keeper.Tests.Mirror.Snapshots;

/// <summary>A chain whose node answers so many requests for logs, and then none.</summary>
internal sealed class DyingChain(ScriptedChain inner, int after, Action answered) : IChainClient
{
    private int _left = after;

    public string Name => inner.Name;

    public async Task<IReadOnlyList<Log>> GetLogsAsync(LogFilter filter, ulong fromBlock, ulong toBlock, CancellationToken cancellation)
    {
        if (_left-- == 0) throw new ChainException("the node has died");
        var logs = await inner.GetLogsAsync(filter, fromBlock, toBlock, cancellation);
        answered();
        return logs;
    }

    public Task<ulong> GetChainIdAsync(CancellationToken cancellation) => inner.GetChainIdAsync(cancellation);
    public Task<BlockHeader> GetHeaderAsync(BlockId block, CancellationToken cancellation) => inner.GetHeaderAsync(block, cancellation);
    public IAsyncEnumerable<ChainEvent> FollowAsync(FollowRequest request, CancellationToken cancellation) => inner.FollowAsync(request, cancellation);
    public Task<IReadOnlyList<CallResult>> CallAsync(IReadOnlyList<CallRequest> calls, BlockId at, CancellationToken cancellation) => inner.CallAsync(calls, at, cancellation);
    public Task<Wei> GetBalanceAsync(Address account, BlockId at, CancellationToken cancellation) => inner.GetBalanceAsync(account, at, cancellation);
    public Task<ulong> GetTransactionCountAsync(Address account, BlockId at, CancellationToken cancellation) => inner.GetTransactionCountAsync(account, at, cancellation);
    public Task<ReadOnlyMemory<byte>> GetCodeAsync(Address account, BlockId at, CancellationToken cancellation) => inner.GetCodeAsync(account, at, cancellation);
    public Task<IReadOnlyList<Hash32>> GetStorageAsync(IReadOnlyList<StorageSlot> slots, BlockId at, CancellationToken cancellation) => inner.GetStorageAsync(slots, at, cancellation);
    public Task<Gas> EstimateGasAsync(CallRequest transaction, CancellationToken cancellation) => inner.EstimateGasAsync(transaction, cancellation);
    public Task<FeeHistory> GetFeeHistoryAsync(int blockCount, IReadOnlyList<double> rewardPercentiles, CancellationToken cancellation) => inner.GetFeeHistoryAsync(blockCount, rewardPercentiles, cancellation);
    public Task<SendResult> SendRawTransactionAsync(ReadOnlyMemory<byte> raw, CancellationToken cancellation) => inner.SendRawTransactionAsync(raw, cancellation);
    public Task<IReadOnlyList<Receipt?>> GetReceiptsAsync(IReadOnlyList<Hash32> transactionHashes, CancellationToken cancellation) => inner.GetReceiptsAsync(transactionHashes, cancellation);
    public Task<bool> ProvesReceiptsAsync(BlockHeader block, CancellationToken cancellation) => inner.ProvesReceiptsAsync(block, cancellation);
    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
