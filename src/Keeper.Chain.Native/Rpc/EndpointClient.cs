using Keeper.Core.Chain;
using Keeper.Core.Telemetry;

namespace Keeper.Chain.Native.Rpc;

/// <summary>One endpoint: bounds how many requests are under way and how long each may take, splits long batches, counts what came of them. Repeats nothing.</summary>
internal sealed class EndpointClient(RpcEndpoint endpoint, IRpcTransport transport, TimeProvider time) : IAsyncDisposable
{
    private readonly SemaphoreSlim _slots = new(endpoint.MaxConcurrent);
    private long _lastId;

    public string Name => endpoint.Name;

    /// <exception cref="ChainException">No answer; JSON-RPC errors are answers.</exception>
    public async Task<IReadOnlyList<RpcAnswer>> SendAsync(IReadOnlyList<RpcCall> calls, CancellationToken cancellation)
    {
        if (calls.Count <= endpoint.MaxBatch) return await SendChunkAsync(calls, cancellation).ConfigureAwait(false);
        var chunks = await Task.WhenAll(calls.Chunk(endpoint.MaxBatch).Select(chunk => SendChunkAsync(chunk, cancellation))).ConfigureAwait(false);
        return [.. chunks.SelectMany(answers => answers)];
    }

    public async ValueTask DisposeAsync()
    {
        await transport.DisposeAsync().ConfigureAwait(false);
        _slots.Dispose();
    }

    private async Task<RpcAnswer[]> SendChunkAsync(IReadOnlyList<RpcCall> calls, CancellationToken cancellation)
    {
        if (calls.Count == 0) return [];
        using var timeout = new CancellationTokenSource(endpoint.RequestTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
        var started = time.GetTimestamp();
        try
        {
            await _slots.WaitAsync(either.Token).ConfigureAwait(false);
            try
            {
                var firstId = Interlocked.Add(ref _lastId, calls.Count) - calls.Count + 1;
                var answers = await transport.ExchangeAsync(RpcEnvelope.Write(calls, firstId), firstId, calls.Count, either.Token).ConfigureAwait(false);
                if (Array.Find(answers, answer => answer.Error is { } error && RpcWording.IsRateLimited(error)).Error is not null)
                    throw new ChainException($"{Name}: too many requests.", ChainFault.RateLimited);
                Count(calls, answers, started);
                return answers;
            }
            finally
            {
                _slots.Release();
            }
        }
        catch (MalformedAnswerException error)
        {
            Count(calls, nameof(ChainFault.Malformed), started);
            throw new ChainException($"{Name}: {error.Message} ({calls[0].Method}).", ChainFault.Malformed);
        }
        catch (ChainException error)
        {
            Count(calls, error.Fault.ToString(), started);
            throw;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            Count(calls, "Timeout", started);
            throw new ChainException($"{Name}: no answer to {calls[0].Method} within {endpoint.RequestTimeout.TotalSeconds:0.###} s.");
        }
    }

    private void Count(IReadOnlyList<RpcCall> calls, RpcAnswer[] answers, long started)
    {
        var elapsed = time.GetElapsedTime(started);
        for (var i = 0; i < calls.Count; i++) ChainInstruments.Request(Name, calls[i].Method, answers[i].Error is null ? "ok" : "error", elapsed);
    }

    private void Count(IReadOnlyList<RpcCall> calls, string outcome, long started)
    {
        var elapsed = time.GetElapsedTime(started);
        foreach (var call in calls) ChainInstruments.Request(Name, call.Method, outcome.ToLowerInvariant(), elapsed);
    }
}
