using System.Diagnostics;
using Keeper.Benchmarks.Harness;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Following;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Chain.Streaming;
using Microsoft.Extensions.Logging.Abstractions;

namespace Keeper.Benchmarks.Clients;

/// <summary>From the fake node's send of a feed's log to the listener that gets it decoded, over the supervised socket that both clients use.</summary>
internal sealed class NotificationPath : IHeadListener, IAsyncDisposable
{
    private readonly NotificationServer _server = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly MeasuredHandler _handler;
    private readonly Task _running;
    private TaskCompletionSource<long> _arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public NotificationPath(INodeDriver driver, LogQuery hints)
    {
        _handler = new MeasuredHandler(driver.Subscribe(hints, this));
        var socket = new SupervisedSocket(new SocketOptions { Targets = [new SocketTarget("benchmark", _server.Url)] }, _handler, TimeProvider.System, new Random(1), NullLogger.Instance);
        _running = socket.RunAsync(_stop.Token);
    }

    /// <summary>Microseconds and bytes of one notification each.</summary>
    public async Task<(List<double> Microseconds, List<double> Bytes)> MeasureAsync(Func<int, byte[]> notification, int count, TimeSpan apart, CancellationToken cancellation)
    {
        while (_server.Subscriptions < 2) await Task.Delay(5, cancellation);
        await Task.Delay(50, cancellation); // the second acceptance is on its way
        var times = new List<double>(count);
        _handler.Bytes.Clear();
        for (var i = 0; i < count; i++)
        {
            var message = notification(i);
            _arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);
            var sent = Stopwatch.GetTimestamp();
            await _server.SendAsync(message, cancellation);
            times.Add(Stopwatch.GetElapsedTime(sent, await _arrival.Task.WaitAsync(TimeSpan.FromSeconds(10), cancellation)).TotalMicroseconds);
            await Task.Delay(apart, cancellation);
        }
        return (times, [.. _handler.Bytes]);
    }

    public void Log(Log log) => _arrival.TrySetResult(Stopwatch.GetTimestamp());
    public void Subscribed() { }
    public bool Head(BlockHeader head) => true;
    public void Ended() { }
    public void Refused(string endpoint, string reason) => _arrival.TrySetException(new InvalidOperationException($"the subscription was refused: {reason}"));
    public void Unreadable(string endpoint, string reason) => _arrival.TrySetException(new InvalidOperationException($"the notification was not read: {reason}"));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _server.Dispose();
        _stop.Dispose();
    }

    /// <summary>Counts what decoding a message allocates.</summary>
    private sealed class MeasuredHandler(ISocketHandler inner) : ISocketHandler
    {
        public List<double> Bytes { get; } = [];

        public ValueTask OpenedAsync(SupervisedSocket socket, SocketTarget target, CancellationToken cancellation) => inner.OpenedAsync(socket, target, cancellation);

        public void Received(SupervisedSocket socket, SocketTarget target, ReadOnlyMemory<byte> message)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            inner.Received(socket, target, message);
            Bytes.Add(GC.GetAllocatedBytesForCurrentThread() - before);
        }

        public void Closed(SocketTarget target) => inner.Closed(target);
    }
}
