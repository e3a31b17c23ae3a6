using Keeper.Core.Chain;
using Keeper.Core.Primitives;

namespace Keeper.Conformance.Support;

/// <summary>Follows a chain in the background and checks the port's promises on every event: linked, once, in order.</summary>
public sealed class EventRecorder : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly List<ChainEvent> _events = [];
    private readonly List<BlockRef> _chain;
    private readonly Task _running;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public EventRecorder(IChainClient client, FollowRequest request)
    {
        _chain = [.. request.Ancestors.Reverse(), request.After];
        _running = Task.Run(() => RunAsync(client, request));
    }

    public IReadOnlyList<ChainEvent> Events
    {
        get { lock (_gate) return [.. _events]; }
    }

    /// <summary>The chain as the events tell it.</summary>
    public IReadOnlyList<BlockRef> Chain
    {
        get { lock (_gate) return [.. _chain]; }
    }

    public Task Ended => _running;

    public async Task<ChainEvent> WaitAsync(Func<ChainEvent, bool> wanted, int seconds = 15)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_events.Find(happened => wanted(happened)) is { } found) return found;
                changed = _changed.Task;
            }
            if (_running.IsCompleted) await _running;
            try
            {
                await Task.WhenAny(changed, _running).WaitAsync(timeout.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"Not told within {seconds} s; told: {string.Join(", ", Events.Select(Name))}");
            }
        }
    }

    public Task WaitForBlockAsync(Hash32 hash, int seconds = 15) => WaitAsync(happened => happened is ChainEvent.Block block && block.Ref.Hash == hash, seconds);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private static string Name(ChainEvent happened) => happened switch
    {
        ChainEvent.Block block => $"block {block.Ref.Number}",
        ChainEvent.Reorg reorg => $"reorg to {reorg.CommonAncestor.Number}",
        ChainEvent.OracleHint hint => $"hint of {hint.Log.BlockNumber}",
        ChainEvent.Finalized final => $"final {final.Number}",
        _ => "?",
    };

    private async Task RunAsync(IChainClient client, FollowRequest request)
    {
        await foreach (var happened in client.FollowAsync(request, _stop.Token))
        {
            lock (_gate)
            {
                Check(happened);
                _events.Add(happened);
                _changed.SetResult();
                _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    private void Check(ChainEvent happened)
    {
        switch (happened)
        {
            case ChainEvent.Block block:
                Assert.Equal(_chain[^1].Hash, block.Ref.ParentHash);
                Assert.Equal(_chain[^1].Number + 1, block.Ref.Number);
                Assert.All(block.Logs, log => Assert.Equal(block.Ref.Hash, log.BlockHash));
                Assert.Equal(block.Logs.OrderBy(log => log.LogIndex), block.Logs);
                _chain.Add(block.Ref);
                break;
            case ChainEvent.Reorg reorg:
                var keep = _chain.FindIndex(known => known.Hash == reorg.CommonAncestor.Hash) + 1;
                Assert.InRange(keep, 1, _chain.Count - 1);
                _chain.RemoveRange(keep, _chain.Count - keep);
                break;
            case ChainEvent.OracleHint hint:
                Assert.True(hint.Log.BlockNumber > _chain[^1].Number, "a hint of a block that was told already");
                break;
        }
    }
}
