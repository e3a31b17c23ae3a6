using Keeper.Core.Chain;
using Keeper.Core.Chain.Streaming;
using Microsoft.Extensions.Logging.Abstractions;

namespace Keeper.Conformance.Chain.Fuzz;

/// <summary>A socket to a node whose answers nobody reads, so that handlers can subscribe on it and then hear what a test gives them. Opens anew where a handler drops it.</summary>
internal sealed class OpenLine : ISocketHandler, IAsyncDisposable
{
    private readonly CancellationTokenSource _lifetime = new();
    private readonly Task _running;
    private volatile TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private OpenLine(Uri url)
    {
        Target = new SocketTarget("line", url);
        Socket = new SupervisedSocket(new SocketOptions { Targets = [Target], MinBackoff = TimeSpan.FromMilliseconds(1), MaxBackoff = TimeSpan.FromMilliseconds(2) }, this, TimeProvider.System, new Random(1), NullLogger.Instance);
        _running = Socket.RunAsync(_lifetime.Token);
    }

    public SocketTarget Target { get; }

    public SupervisedSocket Socket { get; }

    public static async Task<OpenLine> ConnectAsync(Uri url)
    {
        var line = new OpenLine(url);
        await line._open.Task.WaitAsync(TimeSpan.FromSeconds(60));
        return line;
    }

    /// <summary>The handler subscribes.</summary>
    public async Task OpenAsync(ISocketHandler handler)
    {
        for (var attempt = 0; ; attempt++)
        {
            await _open.Task.WaitAsync(TimeSpan.FromSeconds(60));
            try
            {
                await handler.OpenedAsync(Socket, Target, CancellationToken.None);
                return;
            }
            catch (ChainException) when (attempt < 1000)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, CancellationToken.None);
            }
        }
    }

    public ValueTask OpenedAsync(SupervisedSocket socket, SocketTarget target, CancellationToken cancellation)
    {
        _open.TrySetResult();
        return ValueTask.CompletedTask;
    }

    public void Received(SupervisedSocket socket, SocketTarget target, ReadOnlyMemory<byte> message) { }

    public void Closed(SocketTarget target)
    {
        if (_open.Task.IsCompleted) _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public async ValueTask DisposeAsync()
    {
        await _lifetime.CancelAsync();
        await _running;
        _lifetime.Dispose();
    }
}
