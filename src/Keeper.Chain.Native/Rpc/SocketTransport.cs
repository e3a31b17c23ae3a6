using System.Collections.Concurrent;
using System.Text.Json;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Streaming;
using Microsoft.Extensions.Logging;

namespace Keeper.Chain.Native.Rpc;

/// <summary>Requests over a WebSocket, for an endpoint that has no HTTP. What is under way when the socket ends fails with it.</summary>
internal sealed class SocketTransport : IRpcTransport, ISocketHandler
{
    private readonly RpcEndpoint _endpoint;
    private readonly SupervisedSocket _socket;
    private readonly CancellationTokenSource _lifetime = new();
    private readonly ConcurrentDictionary<long, Pending> _pending = new();
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

    public async Task<RpcAnswer[]> ExchangeAsync(ReadOnlyMemory<byte> payload, long firstId, int count, CancellationToken cancellation)
    {
        await _open.Task.WaitAsync(cancellation).ConfigureAwait(false);
        var pending = new Pending(firstId, count);
        for (var id = firstId; id < firstId + count; id++) _pending[id] = pending;
        try
        {
            await _socket.SendAsync(payload, cancellation).ConfigureAwait(false);
            return await pending.Answers.Task.WaitAsync(cancellation).ConfigureAwait(false);
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
        if (FindPending(message) is not { } pending) return;
        try
        {
            pending.Answers.TrySetResult(RpcEnvelope.Read(message.ToArray(), pending.FirstId, pending.Count));
        }
        catch (MalformedAnswerException error)
        {
            pending.Answers.TrySetException(error);
        }
    }

    public void Closed(SocketTarget target)
    {
        if (_open.Task.IsCompleted) _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
        foreach (var pending in _pending.Values) pending.Answers.TrySetException(new ChainException($"{_endpoint.Name}: the socket ended before the answer."));
    }

    public async ValueTask DisposeAsync()
    {
        await _lifetime.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _lifetime.Dispose();
    }

    /// <summary>By the first id in the message; an answer that names none of ours is dropped, and its request times out.</summary>
    private Pending? FindPending(ReadOnlyMemory<byte> message)
    {
        var reader = new Utf8JsonReader(message.Span);
        reader.Read();
        if (reader.TokenType == JsonTokenType.StartArray) reader.Read();
        return RpcMessage.Read(ref reader, message).Id is { } id && _pending.TryGetValue(id, out var pending) ? pending : null;
    }

    private sealed record Pending(long FirstId, int Count)
    {
        public TaskCompletionSource<RpcAnswer[]> Answers { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
