using System.Runtime.CompilerServices;
using Keeper.Core.Chain;
using Keeper.Core.Primitives;

namespace Keeper.Benchmarks.Restart;

/// <summary>A chain that stands still and answers at once: what is measured is the keeper's part of a restart.</summary>
/// <param name="answers">To calls; anything else reverts.</param>
internal sealed class StillChain(IReadOnlyDictionary<string, byte[]> answers) : IChainClient
{
    public const ulong Time = 1_800_000_000;
    public static readonly BlockRef Newest = new(20_000_000, new Hash32((UInt256)7UL), new Hash32((UInt256)6UL), Time);

    public string Name => "still";

    public static string KeyOf(CallRequest call) => call.To + Hex.Encode(call.Data.Span);

    public Task<BlockHeader> GetHeaderAsync(BlockId block, CancellationToken cancellation) => Task.FromResult(new BlockHeader(Newest, Wei.FromGwei(1), new Gas(30_000_000), new Gas(0)));

    public Task<IReadOnlyList<Log>> GetLogsAsync(LogFilter filter, BlockRef block, CancellationToken cancellation) => Task.FromResult<IReadOnlyList<Log>>([]);
    public Task<IReadOnlyList<Log>> GetLogsAsync(LogFilter filter, ulong fromBlock, ulong toBlock, CancellationToken cancellation) => Task.FromResult<IReadOnlyList<Log>>([]);

    public Task<IReadOnlyList<CallResult>> CallAsync(IReadOnlyList<CallRequest> calls, BlockId at, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<CallResult>>([.. calls.Select(call => answers.TryGetValue(KeyOf(call), out var data) ? new CallResult.Returned(data) : (CallResult)new CallResult.Reverted(default))]);

    public Task<ulong> GetChainIdAsync(CancellationToken cancellation) => Task.FromResult(1UL);

    public async IAsyncEnumerable<ChainEvent> FollowAsync(FollowRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.Delay(Timeout.Infinite, cancellation);
        yield break;
    }

    public Task<Wei> GetBalanceAsync(Address account, BlockId at, CancellationToken cancellation) => throw new NotSupportedException();
    public Task<ulong> GetTransactionCountAsync(Address account, BlockId at, CancellationToken cancellation) => throw new NotSupportedException();
    public Task<ReadOnlyMemory<byte>> GetCodeAsync(Address account, BlockId at, CancellationToken cancellation) => throw new NotSupportedException();
    public Task<IReadOnlyList<Hash32>> GetStorageAsync(IReadOnlyList<StorageSlot> slots, BlockId at, CancellationToken cancellation) => throw new NotSupportedException();
    public Task<Gas> EstimateGasAsync(CallRequest transaction, CancellationToken cancellation) => throw new NotSupportedException();
    public Task<FeeHistory> GetFeeHistoryAsync(int blockCount, IReadOnlyList<double> rewardPercentiles, CancellationToken cancellation) => throw new NotSupportedException();
    public Task<SendResult> SendRawTransactionAsync(ReadOnlyMemory<byte> raw, CancellationToken cancellation) => throw new NotSupportedException();
    public Task<IReadOnlyList<Receipt?>> GetReceiptsAsync(IReadOnlyList<Hash32> transactionHashes, CancellationToken cancellation) => throw new NotSupportedException();
    public Task<bool> ProvesReceiptsAsync(BlockHeader block, CancellationToken cancellation) => throw new NotSupportedException();
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
