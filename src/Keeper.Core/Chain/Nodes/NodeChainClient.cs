using System.Security.Cryptography;
using Keeper.Core.Chain.Completeness;
using Keeper.Core.Chain.Following;
using Keeper.Core.Chain.Nodes.Health;
using Keeper.Core.Chain.Nodes.Limits;
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
    private readonly EndpointWatch _watch;
    private readonly Agreement _agreement;
    private readonly LogRange _ranges;
    private readonly ViewBatch _views;
    private readonly FanOut _fanOut = new();
    private readonly bool _isView;

    private NodeChainClient(IChainLibrary library, ChainClientOptions options, ReadRetryFactory retry, TimeProvider time, ILogger logger)
    {
        (_library, _options, _time, _logger) = (library, options, time, logger);
        _jitter = new Random(options.Seed ?? RandomNumberGenerator.GetInt32(int.MaxValue));
        EndpointMeter[] meters = [.. options.Endpoints.Select(endpoint => new EndpointMeter(endpoint.Name, endpoint.Limits, time))];
        INode[] nodes = [.. options.Endpoints.Select((endpoint, i) => Open(endpoint, meters[i]))];
        var health = new HealthOptions(options.Profile.ChainId, options.Profile.BlockTime);
        var board = new EndpointBoard([.. nodes.Select(node => node.Name)], health, time, logger);
        _watch = new EndpointWatch(nodes, meters, board, health.PollEvery / 2, time);
        _router = new NodeRouter(nodes, meters, board, options.Retries, retry, time, _jitter);
        _agreement = new Agreement(_router, isRequired: options.Profile.Completeness == LogCompleteness.Agreement);
        _ranges = new LogRange(_agreement, (ulong)options.Profile.MaxLogRange);
        _views = new ViewBatch(_router, library.Multicall, options.Profile.Multicall);
    }

    private NodeChainClient(NodeChainClient other, RequestPurpose purpose)
    {
        (_library, _options, _time, _jitter, _logger, _watch, _fanOut, _isView) = (other._library, other._options, other._time, other._jitter, other._logger, other._watch, other._fanOut, true);
        _router = other._router.For(purpose);
        _agreement = new Agreement(_router, isRequired: _options.Profile.Completeness == LogCompleteness.Agreement);
        _ranges = new LogRange(_agreement, (ulong)_options.Profile.MaxLogRange);
        _views = new ViewBatch(_router, _library.Multicall, _options.Profile.Multicall);
    }

    public string Name => _library.Name;

    /// <summary>Opens nothing yet, except sockets to endpoints that have no HTTP.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static NodeChainClient Create(IChainLibrary library, ChainClientOptions options, ReadRetryFactory retry, TimeProvider time, ILoggerFactory loggers) =>
        new(library, options.Validate(), retry, time, loggers.CreateLogger("Keeper.Chain"));

    public IChainClient For(RequestPurpose purpose) => new NodeChainClient(this, purpose);

    public Task<ulong> GetChainIdAsync(CancellationToken cancellation) => _router.ReadAsync((node, token) => node.GetChainIdAsync(token), cancellation);

    public Task<BlockHeader> GetHeaderAsync(BlockId block, CancellationToken cancellation) => _router.ReadHeaderAsync(block, cancellation);

    public bool CanSpare(RequestPurpose purpose) => _router.CanSpare(purpose);

    /// <summary>What is asked of the endpoint elsewhere counts here.</summary>
    /// <param name="endpoint">Its configured name.</param>
    public EndpointMeter MeterOf(string endpoint) => _router.MeterOf(endpoint);

    public string? DoubtOf(BlockRef head) => _router.Board.DoubtOf(head);

    public IAsyncEnumerable<ChainEvent> FollowAsync(FollowRequest request, CancellationToken cancellation)
    {
        _watch.Begin();
        SocketTarget?[] sockets = [.. _options.Endpoints.Select(endpoint => endpoint.WsUrl is { } url ? new SocketTarget(endpoint.Name, url) : null)];
        var reads = (NodeChainClient)For(RequestPurpose.Follow);
        return new Follower(reads._router, reads.LogsOf(request.Filter), _library.Driver, sockets, request, FollowOptions.For(_options.Profile), _time, _jitter, _logger).RunAsync(cancellation);
    }

    public async Task<IReadOnlyList<Log>> GetLogsAsync(LogFilter filter, ulong fromBlock, ulong toBlock, CancellationToken cancellation)
    {
        if (filter.IsEmpty || toBlock < fromBlock) return [];
        _watch.Begin();
        return await _ranges.ReadAsync(LogCheck.Of(filter), fromBlock, toBlock, cancellation).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<Log>> GetLogsAsync(LogFilter filter, BlockRef block, CancellationToken cancellation)
    {
        if (filter.IsEmpty) return [];
        var header = await GetHeaderAsync(new BlockId.ByHash(block.Hash), cancellation).ConfigureAwait(false);
        return (await LogsOf(filter).ReadAsync([header], cancellation).ConfigureAwait(false))[0];
    }

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

    public Task<Gas> EstimateGasAsync(CallRequest transaction, CancellationToken cancellation) =>
        _router.ReadAsync((node, token) => node.EstimateGasAsync(transaction, token), cancellation);

    public Task<FeeHistory> GetFeeHistoryAsync(int blockCount, IReadOnlyList<double> rewardPercentiles, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(blockCount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(blockCount, 1024);
        return _router.ReadAsync((node, token) => node.GetFeeHistoryAsync(blockCount, rewardPercentiles, token), cancellation);
    }

    public Task<SendResult> SendRawTransactionAsync(ReadOnlyMemory<byte> raw, CancellationToken cancellation) =>
        _fanOut.SendAsync([.. Recipients().Select(node => new Recipient(node.Name, token => node.SendRawTransactionAsync(raw, token)))], cancellation);

    public async Task<IReadOnlyList<Receipt?>> GetReceiptsAsync(IReadOnlyList<Hash32> transactionHashes, CancellationToken cancellation)
    {
        if (transactionHashes.Count == 0) return [];
        return await _router.ReadAsync((node, token) => node.GetReceiptsAsync(transactionHashes, token), cancellation).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (_isView) return;
        await _watch.DisposeAsync().ConfigureAwait(false);
        await _fanOut.DisposeAsync().ConfigureAwait(false);
        foreach (var node in _router.Nodes) await node.DisposeAsync().ConfigureAwait(false);
    }

    private BlockLogs LogsOf(LogFilter filter) => new(_router, _agreement, _ranges, filter, _options.Profile.Completeness, _library.Hash);

    /// <summary>Every node of this chain, as far as is known; all of them where none is.</summary>
    private IReadOnlyList<INode> Recipients()
    {
        INode[] nodes = [.. _router.Nodes.Where((_, i) => _router.Board.TakesSends(i))];
        return nodes.Length > 0 ? nodes : _router.Nodes;
    }

    private INode Open(RpcEndpoint endpoint, EndpointMeter meter) => _library.Driver.Open(
        endpoint,
        endpoint.HttpUrl is not null ? new HttpTransport(endpoint) : new SocketTransport(endpoint, _time, _jitter, _logger),
        _time,
        meter);
}
