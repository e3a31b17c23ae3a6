using System.Text.Json;
using System.Threading.Channels;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Chain.Nodes.Limits;
using Keeper.Core.Chain.Streaming;
using Keeper.Core.Primitives;
using Keeper.Core.Telemetry;
using Microsoft.Extensions.Logging;

namespace Keeper.Core.Chain.Pending;

/// <summary>
/// The pool of one node: its subscription to what begins to wait, its word on what waits still, and its simulation. One node for all three, since each has
/// a pool of its own. JSON-RPC alone, the same under every client library.
/// </summary>
public sealed class PendingPool : IPendingPool, ISocketHandler
{
    private const int WholeId = 1, HashesId = 2;

    /// <summary>Transactions that are asked for again; of more, the oldest are forgotten.</summary>
    private const int MaxWatched = 64;

    /// <summary>A node may not know for a moment what it told before.</summary>
    private const int MissesUntilGone = 2;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    private readonly Channel<PoolEvent> _events = Channel.CreateBounded<PoolEvent>(new BoundedChannelOptions(256) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Channel<Hash32> _hashes = Channel.CreateBounded<Hash32>(new BoundedChannelOptions(256) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly HashSet<Address> _transmitters;
    private readonly List<Watched> _watched = [];
    private readonly EndpointClient<JsonCall, JsonAnswer> _node;
    private readonly SupervisedSocket _socket;
    private readonly TimeSpan _interval;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    /// <param name="endpoint">With a WebSocket URL.</param>
    /// <param name="transmitters">Whose transactions are told; those of others are passed over unread.</param>
    /// <param name="meter">Of the same endpoint where other things are asked of it: what is asked here counts, and waits for nothing. Null counts nothing.</param>
    public PendingPool(
        RpcEndpoint endpoint, IEnumerable<Address> transmitters, int maxBlocks, TimeSpan blockTime, TimeProvider time, Random jitter, ILogger<PendingPool> logger, EndpointMeter? meter = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBlocks, 1);
        endpoint = endpoint.Validate() with { MaxBatch = 1 };
        (MaxBlocks, _transmitters, _time, _logger) = (maxBlocks, [.. transmitters], time, logger);
        _interval = blockTime / 8 > TimeSpan.FromMilliseconds(50) ? blockTime / 8 : TimeSpan.FromMilliseconds(50);
        _node = new(endpoint, endpoint.HttpUrl is not null ? new HttpTransport(endpoint) : new SocketTransport(endpoint, time, jitter, logger), JsonCallCodec.WithNull, time, meter);
        _socket = new(new() { Targets = [new SocketTarget(endpoint.Name, endpoint.WsUrl!)] }, this, time, jitter, logger);
    }

    public int MaxBlocks { get; }

    public ChannelReader<PoolEvent> Events => _events.Reader;

    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            // None may end: when one does, its exception is the pool's.
            await await Task.WhenAny(_socket.RunAsync(cancellation), LookUpAsync(cancellation), AskAgainAsync(cancellation)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // It was told to end.
        }
    }

    public void Watch(PendingTransaction transaction)
    {
        lock (_watched)
        {
            if (_watched.Exists(watched => watched.Transaction.Hash == transaction.Hash)) return;
            if (_watched.Count == MaxWatched) _watched.RemoveAt(0);
            _watched.Add(new(transaction));
        }
    }

    public async Task<IReadOnlyList<CallResult>> CallBehindAsync(PendingUpdate update, IReadOnlyList<CallRequest> calls, BlockRef at, CancellationToken cancellation)
    {
        var counting = _node.ReadAsync(PendingCalls.TransactionCount(update.Transaction.From, at), answer => PendingJson.Quantity(answer.Result), cancellation);
        try
        {
            var results = await Task.WhenAll(calls.Select(call => SimulateAsync(update, call, at, cancellation))).ConfigureAwait(false);
            // A simulation without nonces would apply what the chain has already once more.
            return await counting.ConfigureAwait(false) <= update.Transaction.Nonce ? results : [.. calls.Select(_ => new CallResult.Refused("the update is in the chain already, or another one in its place"))];
        }
        catch (NodeErrorException error)
        {
            return [.. calls.Select(_ => error.Failure.ToCallResult() is CallResult.Refused refused ? refused : new CallResult.Refused(error.Failure.Message))];
        }
        finally
        {
            await ((Task)counting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public ValueTask OpenedAsync(SupervisedSocket socket, SocketTarget target, CancellationToken cancellation) => new(SubscribeAsync(socket, whole: true, cancellation));

    public void Received(SupervisedSocket socket, SocketTarget target, ReadOnlyMemory<byte> message)
    {
        socket.Progress();
        try
        {
            using var document = JsonDocument.Parse(message, Strict);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object) throw new MalformedAnswerException("the message is not an object");
            if (root.TryGetProperty("params", out var parameters) && parameters.ValueKind == JsonValueKind.Object && parameters.TryGetProperty("result", out var result)) Notified(result);
            else if (root.TryGetProperty("error", out var error)) Refused(socket, target, root, error);
        }
        catch (Exception error) when (error is MalformedAnswerException or JsonException or InvalidOperationException)
        {
            ChainInstruments.UnreadableMessage(target.Name);
            ChainLog.NotificationIgnored(_logger, target.Name, error is MalformedAnswerException ? error.Message : error.GetType().Name);
        }
    }

    public void Closed(SocketTarget target) { }

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    private static Task SubscribeAsync(SupervisedSocket socket, bool whole, CancellationToken cancellation) =>
        socket.SendAsync(JsonCallCodec.WithNull.Write([PendingCalls.Subscribe(whole)], whole ? WholeId : HashesId), cancellation);

    private void Notified(JsonElement result)
    {
        if (result.ValueKind == JsonValueKind.String)
        {
            if (Hash32.TryParse(result.GetString(), out var hash)) _hashes.Writer.TryWrite(hash);
        }
        else Tell(result);
    }

    /// <summary>A node that gives no whole transactions gives hashes; one that gives neither has no pool to look at.</summary>
    private void Refused(SupervisedSocket socket, SocketTarget target, JsonElement root, JsonElement error)
    {
        var isWhole = root.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.Number && id.TryGetInt32(out var number) && number == WholeId;
        var words = error.ValueKind == JsonValueKind.Object && error.TryGetProperty("message", out var message) && message.ValueKind == JsonValueKind.String ? message.GetString() : null;
        if (isWhole) _ = SubscribeAsync(socket, whole: false, CancellationToken.None).ContinueWith(static task => task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        else ChainLog.SubscriptionRefused(_logger, target.Name, ForeignText.Clean(words));
    }

    /// <summary>Tells it where a known transmitter sent it; another one with the nonce of one that is watched takes its place.</summary>
    private void Tell(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Object && json.TryGetProperty("from", out var from) && from.ValueKind == JsonValueKind.String
            && Address.TryParse(from.GetString(), out var sender) && !_transmitters.Contains(sender)) return;
        if (PendingJson.Transaction(json) is not { } transaction || PendingJson.IsMined(json)) return;
        lock (_watched)
        {
            foreach (var replaced in _watched.FindAll(watched => watched.Transaction.From == transaction.From && watched.Transaction.Nonce == transaction.Nonce && watched.Transaction.Hash != transaction.Hash)) Lose(replaced);
        }
        PendingInstruments.Update(PendingFate.Seen);
        _events.Writer.TryWrite(new PoolEvent.Seen(transaction));
    }

    /// <summary>Under the lock of the list.</summary>
    private void Lose(Watched watched)
    {
        if (_watched.Remove(watched)) _events.Writer.TryWrite(new PoolEvent.Gone(watched.Transaction.Hash));
    }

    /// <summary>Asks for the transactions of which only the hashes are told.</summary>
    private async Task LookUpAsync(CancellationToken cancellation)
    {
        await foreach (var hash in _hashes.Reader.ReadAllAsync(cancellation).ConfigureAwait(false))
        {
            if (await FindAsync(hash, cancellation).ConfigureAwait(false) is not { } found || found.ValueKind == JsonValueKind.Null) continue;
            try
            {
                Tell(found);
            }
            catch (Exception error) when (error is MalformedAnswerException or JsonException or InvalidOperationException)
            {
                ChainLog.NotificationIgnored(_logger, _node.Name, error is MalformedAnswerException ? error.Message : error.GetType().Name);
            }
        }
    }

    /// <summary>No node tells when it drops a transaction.</summary>
    private async Task AskAgainAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await Task.Delay(_interval, _time, cancellation).ConfigureAwait(false);
            Watched[] all;
            lock (_watched) all = [.. _watched];
            foreach (var watched in all)
            {
                if (await FindAsync(watched.Transaction.Hash, cancellation).ConfigureAwait(false) is not { } found) continue;
                lock (_watched)
                {
                    if (found.ValueKind != JsonValueKind.Null)
                    {
                        watched.Misses = 0;
                        if (PendingJson.IsMined(found)) _watched.Remove(watched);
                    }
                    else if (++watched.Misses == MissesUntilGone) Lose(watched);
                }
            }
        }
    }

    /// <returns>JSON null where the node does not have it; null where the node did not say.</returns>
    private async Task<JsonElement?> FindAsync(Hash32 hash, CancellationToken cancellation)
    {
        try
        {
            return await _node.ReadAsync(PendingCalls.Transaction(hash), answer => answer.Result.ValueKind is JsonValueKind.Null or JsonValueKind.Object
                ? answer.Result : throw new MalformedAnswerException("a transaction is not an object"), cancellation).ConfigureAwait(false);
        }
        catch (Exception error) when (error is ChainException or NodeErrorException)
        {
            return null;
        }
    }

    private async Task<CallResult> SimulateAsync(PendingUpdate update, CallRequest call, BlockRef at, CancellationToken cancellation) =>
        await _node.ReadAsync(PendingCalls.Simulate(update, call, at), static answer =>
        {
            if (answer.Result.ValueKind != JsonValueKind.Array || answer.Result.GetArrayLength() != 1 || answer.Result[0].ValueKind != JsonValueKind.Object
                || !answer.Result[0].TryGetProperty("calls", out var calls) || calls.ValueKind != JsonValueKind.Array || calls.GetArrayLength() != 2)
                throw new MalformedAnswerException("the simulation is not of two calls");
            return PendingJson.Call(calls[0]) is CallResult.Returned ? PendingJson.Call(calls[1]) : new CallResult.Refused("the update would fail");
        }, cancellation).ConfigureAwait(false);

    private sealed class Watched(PendingTransaction transaction)
    {
        public PendingTransaction Transaction { get; } = transaction;

        /// <summary>How often in a row the node did not know it.</summary>
        public int Misses { get; set; }
    }
}
