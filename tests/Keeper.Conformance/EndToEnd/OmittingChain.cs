using System.Runtime.CompilerServices;
using Keeper.Core.Chain;
using Keeper.Core.Primitives;

namespace Keeper.Conformance.EndToEnd;

/// <summary>A real client of a node that leaves out every log whose first indexed argument is one account's id, for as long as a test wants it.</summary>
internal sealed class OmittingChain(IChainClient inner, Address contract, ulong account) : IChainClient
{
    private readonly Hash32 _account = new((UInt256)account);

    public volatile bool IsOmitting = true;

    public string Name => inner.Name;

    public async IAsyncEnumerable<ChainEvent> FollowAsync(FollowRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var told in inner.FollowAsync(request, cancellation))
            yield return told is ChainEvent.Block block ? block with { Logs = [.. block.Logs.Where(IsTold)] } : told;
    }

    public async Task<IReadOnlyList<Log>> GetLogsAsync(LogFilter filter, ulong fromBlock, ulong toBlock, CancellationToken cancellation) =>
        [.. (await inner.GetLogsAsync(filter, fromBlock, toBlock, cancellation)).Where(IsTold)];

    public Task<ulong> GetChainIdAsync(CancellationToken cancellation) => inner.GetChainIdAsync(cancellation);
    public Task<bool> ProvesReceiptsAsync(BlockHeader block, CancellationToken cancellation) => inner.ProvesReceiptsAsync(block, cancellation);
    public Task<BlockHeader> GetHeaderAsync(BlockId block, CancellationToken cancellation) => inner.GetHeaderAsync(block, cancellation);
    public Task<IReadOnlyList<CallResult>> CallAsync(IReadOnlyList<CallRequest> calls, BlockId at, CancellationToken cancellation) => inner.CallAsync(calls, at, cancellation);
    public Task<Wei> GetBalanceAsync(Address account, BlockId at, CancellationToken cancellation) => inner.GetBalanceAsync(account, at, cancellation);
    public Task<ulong> GetTransactionCountAsync(Address account, BlockId at, CancellationToken cancellation) => inner.GetTransactionCountAsync(account, at, cancellation);
    public Task<ReadOnlyMemory<byte>> GetCodeAsync(Address account, BlockId at, CancellationToken cancellation) => inner.GetCodeAsync(account, at, cancellation);
    public Task<IReadOnlyList<Hash32>> GetStorageAsync(IReadOnlyList<StorageSlot> slots, BlockId at, CancellationToken cancellation) => inner.GetStorageAsync(slots, at, cancellation);
    public Task<Gas> EstimateGasAsync(CallRequest transaction, CancellationToken cancellation) => inner.EstimateGasAsync(transaction, cancellation);
    public Task<FeeHistory> GetFeeHistoryAsync(int blockCount, IReadOnlyList<double> rewardPercentiles, CancellationToken cancellation) => inner.GetFeeHistoryAsync(blockCount, rewardPercentiles, cancellation);
    public Task<SendResult> SendRawTransactionAsync(ReadOnlyMemory<byte> raw, CancellationToken cancellation) => inner.SendRawTransactionAsync(raw, cancellation);
    public Task<IReadOnlyList<Receipt?>> GetReceiptsAsync(IReadOnlyList<Hash32> transactionHashes, CancellationToken cancellation) => inner.GetReceiptsAsync(transactionHashes, cancellation);
    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private bool IsTold(Log log) => !IsOmitting || log.Address != contract || log.TopicCount < 2 || log.Topic1 != _account;
}
