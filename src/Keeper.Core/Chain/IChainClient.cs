using Keeper.Core.Primitives;

namespace Keeper.Core.Chain;

/// <summary>
/// Port: one chain through one or more nodes. Reads throw <see cref="ChainException"/> when no node answers after the
/// client's own retries; a refusal of a contract is a value. Safe for concurrent use.
/// </summary>
public interface IChainClient : IAsyncDisposable
{
    /// <summary>The implementation, as <c>keeper_build_info</c> shows it.</summary>
    string Name { get; }

    Task<ulong> GetChainIdAsync(CancellationToken cancellation);

    /// <exception cref="ChainException">Also with <see cref="ChainFault.UnknownBlock"/> where the node has no such block.</exception>
    Task<BlockHeader> GetHeaderAsync(BlockId block, CancellationToken cancellation);

    /// <summary>The same client, whose reads give way to others by this purpose where endpoints are limited; without it they are <see cref="RequestPurpose.Decide"/>. Disposing of it does nothing.</summary>
    IChainClient For(RequestPurpose purpose) => this;

    /// <summary>Whether something may be asked for this purpose now without waiting: no endpoint's limits keep it for others. Asks nobody.</summary>
    bool CanSpare(RequestPurpose purpose) => true;

    /// <summary>Why nothing new should be decided on the state at this block, for people: the endpoints do not agree, or not on it. Null for no reason. Asks nobody.</summary>
    string? DoubtOf(BlockRef head) => null;

    /// <summary>
    /// Tells the chain from <see cref="FollowRequest.After"/> on, without end: every block once, linked, in order, gaps after a
    /// reconnect filled. Ends only by cancellation, or by <see cref="ChainException"/> when it can no longer keep that promise
    /// (a reorg below every ancestor it was given).
    /// </summary>
    IAsyncEnumerable<ChainEvent> FollowAsync(FollowRequest request, CancellationToken cancellation);

    /// <summary>All logs from <paramref name="fromBlock"/> to <paramref name="toBlock"/>, both included, in order; splits the range where a node asks for it.</summary>
    Task<IReadOnlyList<Log>> GetLogsAsync(LogFilter filter, ulong fromBlock, ulong toBlock, CancellationToken cancellation);

    /// <summary>All logs of this block, in order, proven like those of <see cref="ChainEvent.Block"/>.</summary>
    /// <exception cref="ChainException">Also with <see cref="ChainFault.Unproven"/> where no endpoint's logs can be believed, and <see cref="ChainFault.UnknownBlock"/> where the block is not there any more.</exception>
    Task<IReadOnlyList<Log>> GetLogsAsync(LogFilter filter, BlockRef block, CancellationToken cancellation);

    /// <summary>Whether the receipts that a node tells of the block hash to the root in its header.</summary>
    Task<bool> ProvesReceiptsAsync(BlockHeader block, CancellationToken cancellation);

    /// <summary>Runs the calls at one block and answers in their order. One call that fails does not fail the others.</summary>
    Task<IReadOnlyList<CallResult>> CallAsync(IReadOnlyList<CallRequest> calls, BlockId at, CancellationToken cancellation);

    Task<Wei> GetBalanceAsync(Address account, BlockId at, CancellationToken cancellation);

    /// <summary>The number of transactions of the account that are in the chain at that block.</summary>
    Task<ulong> GetTransactionCountAsync(Address account, BlockId at, CancellationToken cancellation);

    /// <summary>Empty where there is no contract.</summary>
    Task<ReadOnlyMemory<byte>> GetCodeAsync(Address account, BlockId at, CancellationToken cancellation);

    /// <summary>One word a slot, in order; zero where nothing was written.</summary>
    Task<IReadOnlyList<Hash32>> GetStorageAsync(IReadOnlyList<StorageSlot> slots, BlockId at, CancellationToken cancellation);

    /// <summary>The gas that a transaction with these fields would need now, by the node's own reckoning.</summary>
    /// <exception cref="ChainException">Also where it would revert.</exception>
    Task<Gas> EstimateGasAsync(CallRequest transaction, CancellationToken cancellation);

    /// <param name="blockCount">1 to 1024 blocks up to the newest.</param>
    /// <param name="rewardPercentiles">Ascending, 0 to 100.</param>
    Task<FeeHistory> GetFeeHistoryAsync(int blockCount, IReadOnlyList<double> rewardPercentiles, CancellationToken cancellation);

    /// <summary>
    /// Hands the bytes to the chain. Never throws for what a node answers, nor for silence: an unknown outcome is
    /// <see cref="SendError.Ambiguous"/>. Is not retried inside: the caller owns that decision.
    /// </summary>
    Task<SendResult> SendRawTransactionAsync(ReadOnlyMemory<byte> raw, CancellationToken cancellation);

    /// <summary>One entry a hash, in order; null where the chain has no receipt.</summary>
    Task<IReadOnlyList<Receipt?>> GetReceiptsAsync(IReadOnlyList<Hash32> transactionHashes, CancellationToken cancellation);
}
