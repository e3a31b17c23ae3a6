using Keeper.Core.Chain.Nodes.Health;
using Keeper.Core.Chain.Nodes.Limits;
using Keeper.Core.Telemetry;

namespace Keeper.Core.Chain.Nodes;

/// <summary>
/// Reads from the healthiest node that has something left for the purpose: 1. picks it, and waits where its limits demand it; 2. asks it; 3. asks a second one,
/// too, where the answer takes unusually long, and takes the first usable one; 4. where there is none, begins anew with the next: the only place with a generic
/// retry, and only reads pass through it. A value that cannot be decoded counts as a failure of the node that sent it.
/// </summary>
internal sealed class NodeRouter
{
    private readonly IReadRetry _retry;
    private readonly TimeProvider _time;
    private readonly IReadOnlyList<EndpointMeter> _meters;
    private readonly HedgeBudget _hedges;
    private readonly RequestPurpose _purpose;

    /// <param name="meters">One for each node.</param>
    /// <param name="repeats">Attempts after the first, and at least one for each further node.</param>
    public NodeRouter(IReadOnlyList<INode> nodes, IReadOnlyList<EndpointMeter> meters, EndpointBoard board, int repeats, ReadRetryFactory retry, TimeProvider time, Random jitter)
    {
        (Nodes, _meters, Board, _time, _hedges, _purpose) = (nodes, meters, board, time, new HedgeBudget(), RequestPurpose.Decide);
        _retry = retry(Math.Max(repeats, nodes.Count - 1), IsTransient, time, jitter);
    }

    private NodeRouter(NodeRouter other, RequestPurpose purpose) =>
        (Nodes, _meters, Board, _time, _hedges, _retry, _purpose) = (other.Nodes, other._meters, other.Board, other._time, other._hedges, other._retry, purpose);

    public IReadOnlyList<INode> Nodes { get; }
    public EndpointBoard Board { get; }

    /// <summary>The same router, reading for another purpose.</summary>
    public NodeRouter For(RequestPurpose purpose) => new(this, purpose);

    /// <param name="last">Nodes that are asked when no other is left; null for none.</param>
    /// <exception cref="ChainException">No node gave a usable answer.</exception>
    public async Task<T> ReadAsync<T>(Func<INode, CancellationToken, Task<T>> read, CancellationToken cancellation, IReadOnlyCollection<INode>? last = null)
    {
        var tried = last is null ? 0u : last.Aggregate(0u, (mask, node) => mask | 1u << IndexOf(node));
        _hedges.Earn();
        return await _retry.ExecuteAsync(AttemptAsync, cancellation).ConfigureAwait(false);

        async ValueTask<T> AttemptAsync(CancellationToken token)
        {
            var index = await AdmittedAsync(tried, token).ConfigureAwait(false);
            tried |= 1u << index;
            return await HedgedAsync(index, tried, read, token).ConfigureAwait(false);
        }
    }

    /// <summary>Whether a node that is not put aside may be asked at once.</summary>
    public bool CanSpare(RequestPurpose purpose) => Enumerable.Range(0, Nodes.Count).Any(i => Board.AsideOf(i) is null && _meters[i].WaitFor(purpose) == TimeSpan.Zero);

    public EndpointMeter MeterOf(string name) => _meters[IndexOf(Nodes.First(node => node.Name == name))];

    /// <summary>The newest block of the healthiest node; null where it has none.</summary>
    public Task<BlockHeader?> ReadLatestAsync(CancellationToken cancellation) => ReadAsync(
        async (node, token) =>
        {
            var header = (await node.GetHeadersAsync([BlockId.Latest], token).ConfigureAwait(false))[0];
            if (header is not null) Board.Heard(IndexOf(node), header.Ref, isAnnounced: false);
            return header is null ? null : header with { Source = node.Name };
        },
        cancellation);

    /// <summary>1. The node to ask, once it may be asked.</summary>
    private async ValueTask<int> AdmittedAsync(uint tried, CancellationToken cancellation)
    {
        var index = Board.Pick(tried, Closed());
        if (index < 0) throw new ChainException("Every endpoint is put aside.");
        if (_meters[index].WaitFor(_purpose) == TimeSpan.Zero) return index;

        // All of them ask for patience: the one that asks for the least of it.
        TimeSpan? least = null;
        ChainInstruments.Deferred(_purpose);
        for (var i = 0; i < Nodes.Count; i++)
            if (Board.AsideOf(i) is null && _meters[i].WaitFor(_purpose) is { } wait && (least is null || wait < least)) (index, least) = (i, wait);
        if (least is not { } patience) throw new ChainException($"What {Nodes[index].Name} allows is kept for what matters more.", ChainFault.Deferred);
        await Task.Delay(patience, _time, cancellation).ConfigureAwait(false);
        return index;
    }

    /// <summary>A mask of the nodes that may not be asked now.</summary>
    private uint Closed()
    {
        var closed = 0u;
        for (var i = 0; i < _meters.Count; i++)
            if (_meters[i].WaitFor(_purpose) != TimeSpan.Zero) closed |= 1u << i;
        return closed;
    }

    /// <summary>2. and 3.</summary>
    private async Task<T> HedgedAsync<T>(int index, uint tried, Func<INode, CancellationToken, Task<T>> read, CancellationToken cancellation)
    {
        if (Nodes.Count == 1 || _purpose == RequestPurpose.Audit) return await ReadAsync(index, read, cancellation).ConfigureAwait(false);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var first = ReadAsync(index, read, stop.Token);
        try
        {
            if (!await IsLateAsync(first, _meters[index].HedgeAfter, stop.Token).ConfigureAwait(false) || Second(tried) is not { } other) return await first.ConfigureAwait(false);
            var second = ReadAsync(other, read, stop.Token);
            var winner = await Task.WhenAny(first, second).ConfigureAwait(false);
            if (!winner.IsCompletedSuccessfully) winner = winner == first ? second : first;
            await ((Task)winner).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var secondWasFirst = winner == second && winner.IsCompletedSuccessfully;
            ChainInstruments.Hedged(Nodes[index].Name, secondWasFirst);
            if (secondWasFirst && !first.IsCompleted) Board.Overtaken(index);
            Forget(winner == first ? second : first);
            return await winner.ConfigureAwait(false);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
        }
    }

    private async Task<bool> IsLateAsync(Task first, TimeSpan patience, CancellationToken stop)
    {
        if (first.IsCompleted) return false;
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var late = Task.Delay(patience, _time, enough.Token);
        var isLate = await Task.WhenAny(first, late).ConfigureAwait(false) == late && !stop.IsCancellationRequested;
        await enough.CancelAsync().ConfigureAwait(false);
        return isLate;
    }

    /// <summary>Another node that has not failed at this read and may be asked at once, where the budget allows it.</summary>
    private int? Second(uint tried)
    {
        var closed = Closed();
        var index = Board.Pick(tried, closed);
        return index >= 0 && ((tried | closed) >> index & 1) == 0 && _hedges.TrySpend() ? index : null;
    }

    /// <summary>Nobody waits for it any more.</summary>
    private static void Forget(Task loser) => loser.ContinueWith(static task => _ = task.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    /// <summary>From this node alone, within its limits, and again while it may be late.</summary>
    /// <exception cref="ChainException">It gave no usable answer.</exception>
    public async Task<T> ReadFromAsync<T>(INode node, Func<INode, CancellationToken, Task<T>> read, CancellationToken cancellation)
    {
        var index = IndexOf(node);
        return await _retry.ExecuteAsync(AttemptAsync, cancellation).ConfigureAwait(false);

        async ValueTask<T> AttemptAsync(CancellationToken token)
        {
            if (_meters[index].WaitFor(_purpose) is not { } wait) throw new ChainException($"What {node.Name} allows is kept for what matters more.", ChainFault.Deferred);
            if (wait > TimeSpan.Zero) await Task.Delay(wait, _time, token).ConfigureAwait(false);
            return await ReadAsync(index, read, token).ConfigureAwait(false);
        }
    }

    /// <summary>Those that are not put aside, the healthiest first.</summary>
    /// <param name="failingToo">Also those whose last read failed.</param>
    public IReadOnlyList<INode> Usable(bool failingToo) => [.. Board.Usable(failingToo).Select(i => Nodes[i])];

    /// <summary>It has another block than most endpoints where one was said to be final: nothing is read from it until a look finds it right.</summary>
    public void PutAside(INode node) => Board.PutAside(IndexOf(node), AsideReason.Fork);

    private int IndexOf(INode node)
    {
        var index = 0;
        while (Nodes[index] != node) index++;
        return index;
    }

    private async Task<T> ReadAsync<T>(int index, Func<INode, CancellationToken, Task<T>> read, CancellationToken cancellation)
    {
        var node = Nodes[index];
        try
        {
            var value = await read(node, cancellation).ConfigureAwait(false);
            Board.Succeeded(index);
            return value;
        }
        catch (NodeErrorException error)
        {
            throw Failed(index, new ChainException($"{node.Name}: {error.Message}.", FaultOf(error.Failure)));
        }
        catch (MalformedAnswerException error)
        {
            throw Failed(index, new ChainException($"{node.Name}: {error.Message}.", ChainFault.Malformed));
        }
        catch (ChainException error)
        {
            Failed(index, error);
            throw;
        }
    }

    /// <summary>Who asks to be left in peace is not ill: the meter sees to it.</summary>
    private ChainException Failed(int index, ChainException error)
    {
        if (error.Fault is not (ChainFault.Rejected or ChainFault.RateLimited)) Board.Failed(index, error.Fault);
        return error;
    }

    private ChainFault FaultOf(RpcFailure failure) =>
        RpcWording.IsUnknownBlock(failure) ? ChainFault.UnknownBlock
        // That this node does not serve us says nothing of the next.
        : Nodes.Count > 1 && RpcWording.IsUnserved(failure) ? ChainFault.Transport
        : ChainFault.Rejected;

    private bool IsTransient(ChainException error) => error.Fault switch
    {
        ChainFault.Transport or ChainFault.RateLimited or ChainFault.Malformed or ChainFault.Unproven => true,
        // Another node may have the block already.
        ChainFault.UnknownBlock => Nodes.Count > 1,
        _ => false,
    };
}
