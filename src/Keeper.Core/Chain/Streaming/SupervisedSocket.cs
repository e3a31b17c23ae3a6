using System.Buffers;
using System.Net.WebSockets;
using Keeper.Core.Telemetry;
using Microsoft.Extensions.Logging;

namespace Keeper.Core.Chain.Streaming;

/// <summary>
/// A WebSocket that is opened again whenever it ends: closed, reset, too long a message, or silent for too long while it looks
/// alive. It never spins (every end waits), never dies of its handler, and never tells a URL.
/// </summary>
public sealed class SupervisedSocket(SocketOptions options, ISocketHandler handler, TimeProvider time, Random jitter, ILogger logger)
{
    private readonly Backoff _backoff = new(options.MinBackoff, options.MaxBackoff, jitter);
    private readonly SemaphoreSlim _sending = new(1);
    private volatile ClientWebSocket? _socket;
    private volatile SocketTarget _target = options.Targets[0];
    private volatile CancellationTokenSource? _watchdog;

    /// <summary>Keeps a socket open until cancelled; returns then, and does not throw.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        for (var attempt = 0; !cancellation.IsCancellationRequested; attempt++)
        {
            var target = options.Targets[attempt % options.Targets.Count];
            var reason = await RunOnceAsync(target, cancellation).ConfigureAwait(false);
            if (cancellation.IsCancellationRequested) return;

            var wait = _backoff.Next();
            ChainInstruments.Reconnect(reason);
            SocketLog.Ended(logger, target.Name, reason, (int)wait.TotalMilliseconds);
            await Task.Delay(wait, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Tells the watchdog that what the socket is for has happened.</summary>
    public void Progress()
    {
        _backoff.Reset();
        if (options.Silence is not { } silence) return;
        try
        {
            _watchdog?.CancelAfter(silence);
        }
        catch (ObjectDisposedException)
        {
            // The socket ended at this moment.
        }
    }

    /// <summary>Ends the socket; the next target follows.</summary>
    public void Drop() => _socket?.Abort();

    /// <exception cref="ChainException">There is no open socket, or it broke.</exception>
    public async Task SendAsync(ReadOnlyMemory<byte> text, CancellationToken cancellation)
    {
        var socket = _socket ?? throw new ChainException($"{_target.Name}: no socket is open.");
        await _sending.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            await socket.SendAsync(text, WebSocketMessageType.Text, endOfMessage: true, cancellation).ConfigureAwait(false);
        }
        catch (Exception error) when (error is WebSocketException or InvalidOperationException or IOException)
        {
            throw new ChainException($"{_target.Name}: the socket broke.");
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>One socket from opening to end; gives the reason of the end, a metric's label.</summary>
    private async Task<string> RunOnceAsync(SocketTarget target, CancellationToken cancellation)
    {
        _target = target;
        using var socket = new ClientWebSocket();
        // Pings keep middleboxes from closing an idle connection, and an unanswered one ends a dead one.
        socket.Options.KeepAliveInterval = TimeSpan.FromSeconds(15);
        socket.Options.KeepAliveTimeout = TimeSpan.FromSeconds(20);
        using var watchdog = options.Silence is { } silence ? new CancellationTokenSource(silence + options.ConnectTimeout, time) : new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, watchdog.Token);
        try
        {
            if (!await ConnectAsync(socket, target, either.Token).ConfigureAwait(false)) return "refused";
            (_socket, _watchdog) = (socket, watchdog);
            if (options.Silence is { } allowed) watchdog.CancelAfter(allowed);
            SocketLog.Opened(logger, target.Name);
            await handler.OpenedAsync(this, target, either.Token).ConfigureAwait(false);
            return await ReceiveAsync(socket, target, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            if (cancellation.IsCancellationRequested || !watchdog.IsCancellationRequested) return "reset"; // an abort ends a read this way, too
            ChainInstruments.Silence();
            return "silent";
        }
        catch (Exception error) when (error is WebSocketException or IOException or InvalidOperationException or ChainException)
        {
            return "reset";
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            SocketLog.OpeningFailed(logger, target.Name, error.GetType().Name);
            return "failed";
        }
        finally
        {
            (_socket, _watchdog) = (null, null);
            handler.Closed(target);
        }
    }

    private async Task<bool> ConnectAsync(ClientWebSocket socket, SocketTarget target, CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(options.ConnectTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
        try
        {
            await socket.ConnectAsync(target.Url, either.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
            return false; // its message would quote the host
        }
    }

    private async Task<string> ReceiveAsync(ClientWebSocket socket, SocketTarget target, CancellationToken cancellation)
    {
        var buffer = new ArrayBufferWriter<byte>(16 * 1024);
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer.GetMemory(4096), cancellation).ConfigureAwait(false);
            if (received.MessageType == WebSocketMessageType.Close) return "closed";
            buffer.Advance(received.Count);
            if (buffer.WrittenCount > options.MaxMessageBytes) return "oversized";
            if (!received.EndOfMessage) continue;
            Handle(target, buffer.WrittenMemory);
            buffer.ResetWrittenCount();
        }
    }

    private void Handle(SocketTarget target, ReadOnlyMemory<byte> message)
    {
        try
        {
            handler.Received(this, target, message);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            ChainInstruments.UnreadableMessage(target.Name);
            SocketLog.HandlerFailed(logger, target.Name, error.GetType().Name);
        }
    }
}
