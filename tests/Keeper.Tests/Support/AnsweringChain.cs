using Keeper.Core.Chain;
using Keeper.Core.Primitives;

namespace Keeper.Tests.Support;

/// <summary>Answers every call with the same list, whatever is asked, and remembers the questions.</summary>
internal sealed class AnsweringChain(IReadOnlyList<CallResult> answers) : IChainClient
{
    private readonly List<string> _asked = [];

    public string Name => "answering";

    /// <summary>Block, contract and data of each call, in order.</summary>
    public IReadOnlyList<string> Asked => _asked;

    public Task<IReadOnlyList<CallResult>> CallAsync(IReadOnlyList<CallRequest> calls, BlockId at, CancellationToken cancellation)
    {
        _asked.AddRange(calls.Select(call => $"{at} {call.To} {Hex.Encode(call.Data.Span)}"));
        return Task.FromResult(answers);
    }

    public Task<ulong> GetChainIdAsync(CancellationToken cancellation) => throw new NotSupportedException();
    public Task<BlockHeader> GetHeaderAsync(BlockId block, CancellationToken cancellation) => throw new NotSupportedException();
    public IAsyncEnumerable<ChainEvent> FollowAsync(FollowRequest request, CancellationToken cancellation) => throw new NotSupportedException();
    public Task<IReadOnlyList<Log>> GetLogsAsync(LogFilter filter, ulong fromBlock, ulong toBlock, CancellationToken cancellation) => throw new NotSupportedException();
    public Task<IReadOnlyList<Log>> GetLogsAsync(LogFilter filter, BlockRef block, CancellationToken cancellation) => throw new NotSupportedException();
    public Task<Wei> GetBalanceAsync(Address account, BlockId at, CancellationToken cancellation) => throw new NotSupportedException();
    public Task<ulong> GetTransactionCountAsync(Address account, BlockId at, CancellationToken cancellation) => throw new NotSupportedException();
    public Task<ReadOnlyMemory<byte>> GetCodeAsync(Address account, BlockId at, CancellationToken cancellation) => throw new NotSupportedException();
    public Task<IReadOnlyList<Hash32>> GetStorageAsync(IReadOnlyList<StorageSlot> slots, BlockId at, CancellationToken cancellation) => throw new NotSupportedException();
    public Task<Gas> EstimateGasAsync(CallRequest transaction, CancellationToken cancellation) => throw new NotSupportedException();
    public Task<FeeHistory> GetFeeHistoryAsync(int blockCount, IReadOnlyList<double> rewardPercentiles, CancellationToken cancellation) => throw new NotSupportedException();
    public Task<SendResult> SendRawTransactionAsync(ReadOnlyMemory<byte> raw, CancellationToken cancellation) => throw new NotSupportedException();
    public Task<bool> ProvesReceiptsAsync(BlockHeader block, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<IReadOnlyList<Receipt?>> GetReceiptsAsync(IReadOnlyList<Hash32> transactionHashes, CancellationToken cancellation) => throw new NotSupportedException();
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
