using Keeper.Core.Chain.Completeness;
using Keeper.Core.Primitives;

namespace Keeper.Core.Chain.Nodes;

/// <summary>
/// What a client library implements: one node, one attempt for each call, nothing repeated, everything checked. What is asked for as a list goes in one
/// round trip and is answered in its order. Throws <see cref="ChainException"/> where there was no answer, <see cref="NodeErrorException"/> where the node
/// answered with an error, <see cref="MalformedAnswerException"/> where the answer is not what the specification says. Safe for concurrent use.
/// </summary>
public interface INode : IAsyncDisposable
{
    /// <summary>The endpoint's configured name.</summary>
    string Name { get; }

    Task<ulong> GetChainIdAsync(CancellationToken cancellation);

    /// <summary>Null for a block that the node does not have; none is another than the one that was asked for (<see cref="AnswerChecks"/>).</summary>
    Task<IReadOnlyList<BlockHeader?>> GetHeadersAsync(IReadOnlyList<BlockId> blocks, CancellationToken cancellation);

    /// <summary>The logs of each block, checked by <paramref name="wanted"/>.</summary>
    Task<IReadOnlyList<IReadOnlyList<Log>>> GetLogsAsync(LogCheck wanted, IReadOnlyList<BlockRef> blocks, CancellationToken cancellation);

    /// <summary>
    /// The logs of a range, both ends included, checked by <paramref name="wanted"/>. The range's last block is asked for in the same request: a node that lacks it
    /// answers with the logs up to its own head, as if there were no more (<see cref="AnswerChecks.RequireEnd"/>).
    /// </summary>
    Task<IReadOnlyList<Log>> GetLogsAsync(LogCheck wanted, ulong fromBlock, ulong toBlock, CancellationToken cancellation);

    /// <summary>All receipts of each block, in the order of its transactions; null for a block that the node does not have. Nothing is proven here.</summary>
    Task<IReadOnlyList<IReadOnlyList<BlockReceipt>?>> GetBlockReceiptsAsync(IReadOnlyList<Hash32> blocks, CancellationToken cancellation);

    /// <summary>Errors are results here: see <see cref="RpcFailure.ToCallResult"/>.</summary>
    Task<IReadOnlyList<CallResult>> CallAsync(IReadOnlyList<CallRequest> calls, BlockId at, CancellationToken cancellation);

    Task<Wei> GetBalanceAsync(Address account, BlockId at, CancellationToken cancellation);

    Task<ulong> GetTransactionCountAsync(Address account, BlockId at, CancellationToken cancellation);

    Task<ReadOnlyMemory<byte>> GetCodeAsync(Address account, BlockId at, CancellationToken cancellation);

    Task<IReadOnlyList<Hash32>> GetStorageAsync(IReadOnlyList<StorageSlot> slots, BlockId at, CancellationToken cancellation);

    Task<Gas> EstimateGasAsync(CallRequest transaction, CancellationToken cancellation);

    Task<FeeHistory> GetFeeHistoryAsync(int blockCount, IReadOnlyList<double> rewardPercentiles, CancellationToken cancellation);

    /// <summary>An error of the node is a result; an answer that names another transaction than these bytes is <see cref="SendError.Ambiguous"/>.</summary>
    Task<SendResult> SendRawTransactionAsync(ReadOnlyMemory<byte> raw, CancellationToken cancellation);

    /// <summary>Null where there is no receipt; none is another than the one that was asked for.</summary>
    Task<IReadOnlyList<Receipt?>> GetReceiptsAsync(IReadOnlyList<Hash32> transactionHashes, CancellationToken cancellation);
}
