using System.Security.Cryptography;
using Keeper.Core.Chain.Completeness;
using Keeper.Core.Chain.Following;
using Keeper.Core.Chain.Streaming;
using Keeper.Core.Primitives;
using Microsoft.Extensions.Logging;

namespace Keeper.Core.Chain.Nodes;

/// <summary>A client of one or more nodes of one chain, through whichever library speaks to them.</summary>
public sealed class NodeChainClient : IChainClient
{
    private readonly IChainLibrary _library;
    private readonly ChainClientOptions _options;
    private readonly TimeProvider _time;
    private readonly Random _jitter;
    private readonly ILogger _logger;
    private readonly NodeRouter _router;
    private readonly Agreement _agreement;
    private readonly LogRange _ranges;
    private readonly ViewBatch _views;
    private readonly FanOut _fanOut = new();

    private NodeChainClient(IChainLibrary library, ChainClientOptions options, ReadRetryFactory retry, TimeProvider time, ILogger logger)
    {
        (_library, _options, _time, _logger) = (library, options, time, logger);
        _jitter = new Random(options.Seed ?? RandomNumberGenerator.GetInt32(int.MaxValue));
        INode[] nodes = [.. options.Endpoints.Select(Open)];
        _router = new NodeRouter(nodes, options.Retries, retry, time, _jitter, logger);
        _agreement = new Agreement(_router, isRequired: options.Profile.Completeness == LogCompleteness.Agreement);
        _ranges = new LogRange(_agreement, (ulong)options.Profile.MaxLogRange);
        _views = new ViewBatch(_router, library.Multicall, options.Profile.Multicall);
    }

    public string Name => _library.Name;

    /// <summary>Opens nothing yet, except sockets to endpoints that have no HTTP.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static NodeChainClient Create(IChainLibrary library, ChainClientOptions options, ReadRetryFactory retry, TimeProvider time, ILoggerFactory loggers) =>
        new(library, options.Validate(), retry, time, loggers.CreateLogger("Keeper.Chain"));

    public Task<ulong> GetChainIdAsync(CancellationToken cancellation) => _router.ReadAsync((node, token) => node.GetChainIdAsync(token), cancellation);

    public Task<BlockHeader> GetHeaderAsync(BlockId block, CancellationToken cancellation) => _router.ReadHeaderAsync(block, cancellation);

    public IAsyncEnumerable<ChainEvent> FollowAsync(FollowRequest request, CancellationToken cancellation)
    {
        SocketTarget[] sockets = [.. _options.Endpoints.Where(endpoint => endpoint.WsUrl is not null).Select(endpoint => new SocketTarget(endpoint.Name, endpoint.WsUrl!))];
        var logs = new BlockLogs(_router, _agreement, _ranges, request.Filter, _options.Profile.Completeness, _library.Hash);
        return new Follower(_router, logs, _library.Driver, sockets, request, FollowOptions.For(_options.Profile), _time, _jitter, _logger).RunAsync(cancellation);
    }

    public async Task<IReadOnlyList<Log>> GetLogsAsync(LogFilter filter, ulong fromBlock, ulong toBlock, CancellationToken cancellation) =>
        filter.IsEmpty || toBlock < fromBlock ? [] : await _ranges.ReadAsync(new LogCheck(filter), fromBlock, toBlock, cancellation).ConfigureAwait(false);

    public async Task<bool> ProvesReceiptsAsync(BlockHeader block, CancellationToken cancellation)
    {
        if (block.Logs is null) return false;
        var receipts = await _router.ReadAsync((node, token) => node.GetBlockReceiptsAsync([block.Ref.Hash], token), cancellation).ConfigureAwait(false);
        return receipts[0] is { } given && ReceiptsProof.Holds(block, given, _library.Hash);
    }

    public async Task<IReadOnlyList<CallResult>> CallAsync(IReadOnlyList<CallRequest> calls, BlockId at, CancellationToken cancellation) =>
        calls.Count == 0 ? [] : await _views.CallAsync(calls, at, cancellation).ConfigureAwait(false);

    public Task<Wei> GetBalanceAsync(Address account, BlockId at, CancellationToken cancellation) =>
        _router.ReadAsync((node, token) => node.GetBalanceAsync(account, at, token), cancellation);

    public Task<ulong> GetTransactionCountAsync(Address account, BlockId at, CancellationToken cancellation) =>
        _router.ReadAsync((node, token) => node.GetTransactionCountAsync(account, at, token), cancellation);

    public Task<ReadOnlyMemory<byte>> GetCodeAsync(Address account, BlockId at, CancellationToken cancellation) =>
        _router.ReadAsync((node, token) => node.GetCodeAsync(account, at, token), cancellation);

    public async Task<IReadOnlyList<Hash32>> GetStorageAsync(IReadOnlyList<StorageSlot> slots, BlockId at, CancellationToken cancellation) =>
        slots.Count == 0 ? [] : await _router.ReadAsync((node, token) => node.GetStorageAsync(slots, at, token), cancellation).ConfigureAwait(false);

    public Task<FeeHistory> GetFeeHistoryAsync(int blockCount, IReadOnlyList<double> rewardPercentiles, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(blockCount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(blockCount, 1024);
        return _router.ReadAsync((node, token) => node.GetFeeHistoryAsync(blockCount, rewardPercentiles, token), cancellation);
    }

    public Task<SendResult> SendRawTransactionAsync(ReadOnlyMemory<byte> raw, CancellationToken cancellation) =>
        _fanOut.SendAsync([.. _router.Nodes.Select(node => new Recipient(node.Name, token => node.SendRawTransactionAsync(raw, token)))], cancellation);

    public async Task<IReadOnlyList<Receipt?>> GetReceiptsAsync(IReadOnlyList<Hash32> transactionHashes, CancellationToken cancellation)
    {
        if (transactionHashes.Count == 0) return [];
        return await _router.ReadAsync((node, token) => node.GetReceiptsAsync(transactionHashes, token), cancellation).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await _fanOut.DisposeAsync().ConfigureAwait(false);
        foreach (var node in _router.Nodes) await node.DisposeAsync().ConfigureAwait(false);
    }

    private INode Open(RpcEndpoint endpoint) => _library.Driver.Open(
        endpoint,
        endpoint.HttpUrl is not null ? new HttpTransport(endpoint) : new SocketTransport(endpoint, _time, _jitter, _logger),
        _time);
}
