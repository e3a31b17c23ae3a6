using System.Collections.Concurrent;
using System.Text.Json;
using Keeper.Core.Chain.Streaming;
using Microsoft.Extensions.Logging;

namespace Keeper.Core.Chain.Nodes;

/// <summary>Requests over a WebSocket, for an endpoint that has no HTTP. What is under way when the socket ends fails with it.</summary>
public sealed class SocketTransport : IRpcTransport, ISocketHandler
{
    private readonly RpcEndpoint _endpoint;
    private readonly SupervisedSocket _socket;
    private readonly CancellationTokenSource _lifetime = new();
    private readonly ConcurrentDictionary<long, TaskCompletionSource<ReadOnlyMemory<byte>>> _pending = new();
    private readonly Task _running;
    private volatile TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SocketTransport(RpcEndpoint endpoint, TimeProvider time, Random jitter, ILogger logger)
    {
        _endpoint = endpoint;
        var options = new SocketOptions
        {
            Targets = [new SocketTarget(endpoint.Name, endpoint.WsUrl!)],
            ConnectTimeout = endpoint.RequestTimeout,
            MaxMessageBytes = endpoint.MaxResponseBytes,
        };
        _socket = new SupervisedSocket(options, this, time, jitter, logger);
        _running = _socket.RunAsync(_lifetime.Token);
    }

    public async Task<T> ExchangeAsync<T>(ReadOnlyMemory<byte> payload, long firstId, int count, Func<ReadOnlyMemory<byte>, T> read, CancellationToken cancellation)
    {
        await _open.Task.WaitAsync(cancellation).ConfigureAwait(false);
        var answer = new TaskCompletionSource<ReadOnlyMemory<byte>>(TaskCreationOptions.RunContinuationsAsynchronously);
        for (var id = firstId; id < firstId + count; id++) _pending[id] = answer;
        try
        {
            await _socket.SendAsync(payload, cancellation).ConfigureAwait(false);
            return read(await answer.Task.WaitAsync(cancellation).ConfigureAwait(false));
        }
        finally
        {
            for (var id = firstId; id < firstId + count; id++) _pending.TryRemove(id, out _);
        }
    }

    public ValueTask OpenedAsync(SupervisedSocket socket, SocketTarget target, CancellationToken cancellation)
    {
        _open.TrySetResult();
        return ValueTask.CompletedTask;
    }

    public void Received(SupervisedSocket socket, SocketTarget target, ReadOnlyMemory<byte> message)
    {
        socket.Progress();
        // An answer that names none of ours is dropped, and its request times out.
        if (FirstId(message.Span) is { } id && _pending.TryGetValue(id, out var answer)) answer.TrySetResult(message.ToArray());
    }

    public void Closed(SocketTarget target)
    {
        if (_open.Task.IsCompleted) _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
        foreach (var answer in _pending.Values) answer.TrySetException(new ChainException($"{_endpoint.Name}: the socket ended before the answer."));
    }

    public async ValueTask DisposeAsync()
    {
        await _lifetime.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        // Who waits for a socket would wait out its timeout.
        var ended = new ChainException($"{_endpoint.Name}: the client was closed.");
        _open.TrySetException(ended);
        _ = _open.Task.Exception;
        _lifetime.Dispose();
    }

    /// <summary>The id of an answer, or of the first in an array of them; null where it is no number.</summary>
    private static long? FirstId(ReadOnlySpan<byte> message)
    {
        var reader = new Utf8JsonReader(message);
        reader.Read();
        if (reader.TokenType == JsonTokenType.StartArray) reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject) return null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isId = reader.ValueTextEquals("id"u8);
            reader.Read();
            if (isId) return reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var id) ? id : null;
            reader.Skip();
        }
        return null;
    }
}
