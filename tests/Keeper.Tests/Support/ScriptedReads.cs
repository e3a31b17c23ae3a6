using Keeper.Core.Chain;
using Keeper.Core.Chain.Completeness;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Chain.Nodes.Health;
using Keeper.Core.Chain.Nodes.Limits;
using Keeper.Core.Primitives;
using Keeper.Host.Running;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Log = Keeper.Core.Chain.Log;

namespace Keeper.Tests.Support;

/// <summary>A node behind a router that answers a few reads as the test wrote them down, without a wire between; it can do nothing else.</summary>
internal sealed class ScriptedReads(string name) : INode
{
    private int _asked;

    public string Name => name;

    /// <summary>Reads of any kind.</summary>
    public int Asked => Volatile.Read(ref _asked);

    public Func<IReadOnlyList<BlockId>, CancellationToken, Task<IReadOnlyList<BlockHeader?>>> Headers { get; set; } = (_, _) => throw new NotSupportedException();
    public Func<IReadOnlyList<Hash32>, Task<IReadOnlyList<IReadOnlyList<BlockReceipt>?>>> Receipts { get; set; } = _ => throw new NotSupportedException();

    /// <summary>A router of these nodes, the first of which is asked first.</summary>
    public static NodeRouter Router(TimeProvider time, ILogger? logger = null, params IReadOnlyList<ScriptedReads> nodes) => new(
        nodes, [.. nodes.Select(node => new EndpointMeter(node.Name, EndpointLimits.None, time))],
        new EndpointBoard([.. nodes.Select(node => node.Name)], new HealthOptions(31337, TimeSpan.FromSeconds(1)), time, logger ?? NullLogger.Instance), repeats: 0, PollyReadRetry.Create, time, new Random(1));

    public static BlockHeader HeaderOf(BlockRef block) => new(block, Wei.FromGwei(1), new Gas(30_000_000), new Gas(0));

    public Task<IReadOnlyList<BlockHeader?>> GetHeadersAsync(IReadOnlyList<BlockId> blocks, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _asked);
        return Headers(blocks, cancellation);
    }

    public Task<IReadOnlyList<IReadOnlyList<BlockReceipt>?>> GetBlockReceiptsAsync(IReadOnlyList<Hash32> blocks, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _asked);
        return Receipts(blocks);
    }

    public Task<ulong> GetChainIdAsync(CancellationToken cancellation) => Task.FromResult(31337UL);
    public Task<IReadOnlyList<IReadOnlyList<Log>>> GetLogsAsync(LogCheck wanted, IReadOnlyList<BlockRef> blocks, CancellationToken cancellation) => throw new NotSupportedException();
    public Task<IReadOnlyList<Log>> GetLogsAsync(LogCheck wanted, ulong fromBlock, ulong toBlock, CancellationToken cancellation) => throw new NotSupportedException();
    public Task<IReadOnlyList<CallResult>> CallAsync(IReadOnlyList<CallRequest> calls, BlockId at, CancellationToken cancellation) => throw new NotSupportedException();
    public Task<Wei> GetBalanceAsync(Address account, BlockId at, CancellationToken cancellation) => throw new NotSupportedException();
    public Task<ulong> GetTransactionCountAsync(Address account, BlockId at, CancellationToken cancellation) => throw new NotSupportedException();
    public Task<ReadOnlyMemory<byte>> GetCodeAsync(Address account, BlockId at, CancellationToken cancellation) => throw new NotSupportedException();
    public Task<IReadOnlyList<Hash32>> GetStorageAsync(IReadOnlyList<StorageSlot> slots, BlockId at, CancellationToken cancellation) => throw new NotSupportedException();
    public Task<Gas> EstimateGasAsync(CallRequest transaction, CancellationToken cancellation) => throw new NotSupportedException();
    public Task<FeeHistory> GetFeeHistoryAsync(int blockCount, IReadOnlyList<double> rewardPercentiles, CancellationToken cancellation) => throw new NotSupportedException();
    public Task<SendResult> SendRawTransactionAsync(ReadOnlyMemory<byte> raw, CancellationToken cancellation) => throw new NotSupportedException();
    public Task<IReadOnlyList<Receipt?>> GetReceiptsAsync(IReadOnlyList<Hash32> transactionHashes, CancellationToken cancellation) => throw new NotSupportedException();
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
