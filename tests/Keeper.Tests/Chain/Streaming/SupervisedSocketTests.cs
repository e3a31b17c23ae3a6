using Keeper.Core.Chain.Streaming;
using Keeper.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Keeper.Tests.Chain.Streaming;

public sealed class SupervisedSocketTests
{
    [Fact]
    public async Task A_handler_that_throws_whatever_as_its_socket_opens_costs_that_socket_alone()
    {
        await using var node = await ScriptedNode.StartAsync();
        var handler = new FailingHandler(failures: 2);
        var socket = new SupervisedSocket(
            new SocketOptions { Targets = [new SocketTarget("one", node.WsUrl)], MinBackoff = TimeSpan.FromMilliseconds(1) }, handler, TimeProvider.System, new Random(1), NullLogger.Instance);
        using var stop = new CancellationTokenSource();
        var running = socket.RunAsync(stop.Token);
        await Task.WhenAny(handler.Opened, running).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.False(running.IsCompleted);
        Assert.Equal(2, handler.Closes);
        await stop.CancelAsync();
        await running;
    }

    private sealed class FailingHandler(int failures) : ISocketHandler
    {
        private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _opens;

        public int Closes;

        public Task Opened => _opened.Task;

        public ValueTask OpenedAsync(SupervisedSocket socket, SocketTarget target, CancellationToken cancellation)
        {
            if (++_opens <= failures) throw new NotSupportedException("a bug");
            _opened.SetResult();
            return ValueTask.CompletedTask;
        }

        public void Received(SupervisedSocket socket, SocketTarget target, ReadOnlyMemory<byte> message) { }

        public void Closed(SocketTarget target) => Closes++;
    }
}
