using Keeper.Core.Chain.Nodes.Limits;

namespace Keeper.Core.Chain.Nodes.Health;

/// <summary>
/// Asks the endpoints what their board wants to know: who is silent for his newest block, who is suspect for his chain and its blocks. From the first long read on
/// to the end of the client: who is ill while a mirror is built must not stay so.
/// </summary>
internal sealed class EndpointWatch(IReadOnlyList<INode> nodes, IReadOnlyList<EndpointMeter> meters, EndpointBoard board, TimeSpan interval, TimeProvider time) : IAsyncDisposable
{
    /// <summary>A look that takes longer has failed.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Task?[] _looks = new Task?[nodes.Count];
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private Task? _running;

    /// <summary>Begins, unless it has begun or ended.</summary>
    public void Begin()
    {
        lock (_gate) _running ??= Task.Run(() => RunAsync(_stop.Token));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        Task running;
        lock (_gate) running = _running ??= Task.CompletedTask;
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task RunAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            for (var i = 0; i < nodes.Count; i++)
            {
                // One look at a time: an endpoint that is silent is not asked again meanwhile.
                if (_looks[i] is { IsCompleted: false } || board.Due(i) is not { } question) continue;
                // That the newest block is heard of a little later is no harm; a suspicion is looked into unless the endpoint itself has asked for peace.
                if (meters[i].WaitFor(question.ChainId ? RequestPurpose.Decide : RequestPurpose.Audit) != TimeSpan.Zero) continue;
                _looks[i] = LookAsync(i, question, cancellation);
            }
            await Task.Delay(interval, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            board.Tick();
        }
        await Task.WhenAll(_looks.OfType<Task>()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task LookAsync(int endpoint, EndpointQuestion question, CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
        try
        {
            var node = nodes[endpoint];
            var chainId = question.ChainId ? node.GetChainIdAsync(either.Token) : null;
            var headers = await node.GetHeadersAsync([BlockId.Latest, .. question.Heights.Distinct().Select(BlockId.At)], either.Token).ConfigureAwait(false);
            var newest = headers[0] ?? throw new MalformedAnswerException("there is no newest block");
            board.Looked(endpoint, chainId is null ? null : await chainId.ConfigureAwait(false), newest.Ref, [.. headers.Skip(1).OfType<BlockHeader>().Select(header => header.Ref)]);
        }
        catch (ChainException error) when (error.Fault == ChainFault.RateLimited)
        {
            // Who asks to be left in peace is not ill: the meter says when it may be asked again.
        }
        catch (Exception error) when (error is ChainException or MalformedAnswerException or NodeErrorException or OperationCanceledException)
        {
            if (!cancellation.IsCancellationRequested) board.LookFailed(endpoint);
        }
    }
}
