using System.Security.Cryptography;
using System.Text.Json;
using Keeper.Chain.Native.Following;
using Keeper.Chain.Native.Rpc;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Streaming;
using Keeper.Core.Primitives;
using Microsoft.Extensions.Logging;

namespace Keeper.Chain.Native;

/// <summary>The built-in client: JSON-RPC over HTTP and WebSocket to one or more nodes of one chain.</summary>
public sealed class NativeChainClient : IChainClient
{
    private readonly NativeChainOptions _options;
    private readonly TimeProvider _time;
    private readonly Random _jitter;
    private readonly ILogger _logger;
    private readonly RpcRouter _rpc;
    private readonly LogRange _ranges;
    private readonly TransactionSender _sender;

    private NativeChainClient(NativeChainOptions options, TimeProvider time, ILogger logger)
    {
        (_options, _time, _logger) = (options, time, logger);
        _jitter = new Random(options.Seed ?? RandomNumberGenerator.GetInt32(int.MaxValue));
        EndpointClient[] endpoints = [.. options.Endpoints.Select(endpoint => Connect(endpoint))];
        _rpc = new RpcRouter(endpoints, options.Retries, time, _jitter, logger);
        _ranges = new LogRange(_rpc, (ulong)options.Profile.MaxLogRange);
        _sender = new TransactionSender(endpoints);
    }

    public string Name => "native";

    /// <summary>Opens nothing yet, except sockets to endpoints that have no HTTP.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static NativeChainClient Create(NativeChainOptions options, TimeProvider time, ILoggerFactory loggers) =>
        new(options.Validate(), time, loggers.CreateLogger("Keeper.Chain.Native"));

    public Task<ulong> GetChainIdAsync(CancellationToken cancellation) => _rpc.ReadAsync(Calls.ChainId, Wire.Quantity, cancellation);

    public async Task<BlockHeader> GetHeaderAsync(BlockId block, CancellationToken cancellation) =>
        await _rpc.ReadAsync(Calls.Header(block), (ref Utf8JsonReader reader) => Checked(BlockJson.ReadOptional(ref reader), block), cancellation).ConfigureAwait(false)
        ?? throw new ChainException("The node has no such block.", ChainFault.UnknownBlock);

    public IAsyncEnumerable<ChainEvent> FollowAsync(FollowRequest request, CancellationToken cancellation)
    {
        SocketTarget[] sockets = [.. _options.Endpoints.Where(endpoint => endpoint.WsUrl is not null).Select(endpoint => new SocketTarget(endpoint.Name, endpoint.WsUrl!))];
        return new Follower(_rpc, _ranges, sockets, request, FollowOptions.For(_options.Profile), _time, _jitter, _logger).RunAsync(cancellation);
    }

    public async Task<IReadOnlyList<Log>> GetLogsAsync(LogFilter filter, ulong fromBlock, ulong toBlock, CancellationToken cancellation) =>
        filter.IsEmpty || toBlock < fromBlock ? [] : await _ranges.ReadAsync(new LogCheck(filter), fromBlock, toBlock, cancellation).ConfigureAwait(false);

    public async Task<IReadOnlyList<CallResult>> CallAsync(IReadOnlyList<CallRequest> calls, BlockId at, CancellationToken cancellation) =>
        calls.Count == 0 ? [] : await _rpc.ReadAsync<IReadOnlyList<CallResult>>([.. calls.Select(call => Calls.Call(call, at))], answers => [.. answers.Select(ToCallResult)], cancellation).ConfigureAwait(false);

    public Task<Wei> GetBalanceAsync(Address account, BlockId at, CancellationToken cancellation) =>
        _rpc.ReadAsync(Calls.OfAccount("eth_getBalance", account, at), Wire.Wei, cancellation);

    public Task<ulong> GetTransactionCountAsync(Address account, BlockId at, CancellationToken cancellation) =>
        _rpc.ReadAsync(Calls.OfAccount("eth_getTransactionCount", account, at), Wire.Quantity, cancellation);

    public async Task<ReadOnlyMemory<byte>> GetCodeAsync(Address account, BlockId at, CancellationToken cancellation) =>
        await _rpc.ReadAsync(Calls.OfAccount("eth_getCode", account, at), Wire.Data, cancellation).ConfigureAwait(false);

    public Task<Hash32> GetStorageAsync(Address account, UInt256 slot, BlockId at, CancellationToken cancellation) =>
        _rpc.ReadAsync(Calls.Storage(account, slot, at), Wire.StorageWord, cancellation);

    public Task<FeeHistory> GetFeeHistoryAsync(int blockCount, IReadOnlyList<double> rewardPercentiles, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(blockCount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(blockCount, 1024);
        return _rpc.ReadAsync(Calls.FeeHistory(blockCount, rewardPercentiles), FeeHistoryJson.Read, cancellation);
    }

    public Task<SendResult> SendRawTransactionAsync(ReadOnlyMemory<byte> raw, CancellationToken cancellation) => _sender.SendAsync(raw, cancellation);

    public async Task<IReadOnlyList<Receipt?>> GetReceiptsAsync(IReadOnlyList<Hash32> transactionHashes, CancellationToken cancellation)
    {
        if (transactionHashes.Count == 0) return [];
        return await _rpc.ReadAsync<IReadOnlyList<Receipt?>>([.. transactionHashes.Select(Calls.Receipt)], answers => [.. answers.Select((answer, i) => Checked(Wire.Read(answer, ReceiptJson.ReadOptional), transactionHashes[i]))], cancellation)
            .ConfigureAwait(false);

        static Receipt? Checked(Receipt? receipt, Hash32 asked) => receipt is null || receipt.TransactionHash == asked ? receipt : throw new MalformedAnswerException("a receipt of another transaction was sent");
    }

    public async ValueTask DisposeAsync()
    {
        await _sender.DisposeAsync().ConfigureAwait(false);
        foreach (var endpoint in _rpc.Endpoints) await endpoint.DisposeAsync().ConfigureAwait(false);
    }

    private static BlockHeader? Checked(BlockHeader? header, BlockId asked) => header is null || asked switch
    {
        BlockId.ByHash(var hash) => header.Ref.Hash == hash,
        BlockId.ByNumber(var number) => header.Ref.Number == number,
        _ => true,
    } ? header : throw new MalformedAnswerException("a header of another block was sent");

    private EndpointClient Connect(RpcEndpoint endpoint) => new(
        endpoint,
        endpoint.HttpUrl is not null ? new HttpTransport(endpoint) : new SocketTransport(endpoint, _time, _jitter, _logger),
        _time);

    private static CallResult ToCallResult(RpcAnswer answer)
    {
        if (answer.Error is not { } error) return new CallResult.Returned(Wire.Read(answer, Wire.Data));
        return RpcWording.IsRevert(error) ? new CallResult.Reverted(error.FindRevertData() ?? []) : new CallResult.Refused(error.Message);
    }
}
