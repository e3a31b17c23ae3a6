using System.Runtime.CompilerServices;
using Keeper.Core.Chain.Completeness;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Chain.Nodes.Health;
using Keeper.Core.Chain.Streaming;
using Microsoft.Extensions.Logging;

namespace Keeper.Core.Chain.Following;

/// <summary>One caller's view of the chain: sockets that wake, a walker that links, and a queue between them and the caller.</summary>
internal sealed class Follower
{
    private readonly EventQueue _queue;
    private readonly HeadFeed _feed;
    private readonly IReadOnlyList<SupervisedSocket> _sockets;
    private readonly ChainWalker _walker;
    private readonly FinalityWatch _finality;
    private readonly FollowOptions _options;
    private readonly Backoff _backoff;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Action<string>? _unproven;

    /// <param name="sockets">One of each endpoint; null for one without.</param>
    public Follower(
        NodeRouter router, BlockLogs logs, INodeDriver driver, IReadOnlyList<SocketTarget?> sockets, FollowRequest request, FollowOptions options,
        TimeProvider time, Random jitter, ILogger logger)
    {
        (_options, _time, _logger, _unproven) = (options, time, logger, request.Unproven);
        _queue = new EventQueue(request.After);
        _feed = new HeadFeed(request.Hints, _queue, logger);
        _walker = new ChainWalker(router, logs, request, options, _queue, time, logger);
        var audits = router.For(RequestPurpose.Audit);
        _finality = new FinalityWatch(audits, options, _queue, block => _walker.Contradicts(block), block => _walker.Knows(block), new FinalityProof(audits, time, logger));
        _backoff = new Backoff(options.PollInterval, TimeSpan.FromSeconds(5), jitter);
        _sockets = [.. sockets.Index().Where(socket => socket.Item is not null).Select(socket => Open(socket.Item!, new EndpointFeed(socket.Index, router.Nodes[socket.Index].Name, router.Board, _feed)))];

        SupervisedSocket Open(SocketTarget target, EndpointFeed feed) =>
            new(new SocketOptions { Targets = [target], Silence = options.Silence }, driver.Subscribe(request.Hints.Widest, feed), time, jitter, logger);
    }

    public async IAsyncEnumerable<ChainEvent> RunAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var listening = Task.WhenAll(_sockets.Select(socket => socket.RunAsync(stop.Token)));
        var walking = WalkAsync(stop.Token);
        try
        {
            await foreach (var happened in _queue.Reader.ReadAllAsync(cancellation).ConfigureAwait(false)) yield return happened;
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(listening, walking).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Ends by cancellation, by a chain that is lost, or by a bug, which the caller shall see.</summary>
    private async Task WalkAsync(CancellationToken cancellation)
    {
        try
        {
            _feed.Wake();
            while (true)
            {
                cancellation.ThrowIfCancellationRequested();
                await StepAsync(cancellation).ConfigureAwait(false);
            }
        }
        catch (LostTrackException error)
        {
            _queue.Complete(new ChainException(error.Message, ChainFault.UnknownBlock));
        }
        catch (Exception error)
        {
            _queue.Complete(error);
        }
    }

    private async Task StepAsync(CancellationToken cancellation)
    {
        var announced = await NextWakeAsync(cancellation).ConfigureAwait(false);
        try
        {
            await _walker.AdvanceAsync(announced, cancellation).ConfigureAwait(false);
            await _finality.LookAsync(_walker.Last, cancellation).ConfigureAwait(false);
            _backoff.Reset();
        }
        catch (ChainException error)
        {
            ChainLog.FollowStalled(_logger, error.Message);
            if (error.Fault is ChainFault.Unproven or ChainFault.Rejected) _unproven?.Invoke(error.Message);
            await Task.Delay(_backoff.Next(), _time, cancellation).ConfigureAwait(false);
            _feed.Wake();
        }
    }

    /// <summary>The newest head, or null when none came in time or somebody only asks to look.</summary>
    private async Task<BlockHeader?> NextWakeAsync(CancellationToken cancellation)
    {
        if (_feed.Wakes.TryRead(out var ready)) return ready;
        using var timeout = new CancellationTokenSource(_feed.IsLive && !_walker.SuspectsRollback ? _options.AuditInterval : _options.PollInterval, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
        Task waiting = _feed.Wakes.WaitToReadAsync(either.Token).AsTask();
        await waiting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return _feed.Wakes.TryRead(out var head) ? head : null;
    }
}
