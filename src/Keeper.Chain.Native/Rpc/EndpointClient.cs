using System.Text.Json;
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
    public Task<IReadOnlyList<RpcAnswer>> SendAsync(IReadOnlyList<RpcCall> calls, CancellationToken cancellation) => SendAsync(calls, static answers => answers, cancellation);

    /// <summary>Decodes before it counts: an answer that cannot be decoded is no success.</summary>
    /// <exception cref="ChainException">No answer, or one that cannot be decoded; what else <paramref name="decode"/> throws comes through.</exception>
    public async Task<T> SendAsync<T>(IReadOnlyList<RpcCall> calls, Func<IReadOnlyList<RpcAnswer>, T> decode, CancellationToken cancellation)
    {
        var chunks = await Task.WhenAll(calls.Chunk(endpoint.MaxBatch).Select(chunk => SendChunkAsync(chunk, cancellation))).ConfigureAwait(false);
        var malformed = true;
        try
        {
            var value = decode(chunks.Length == 1 ? chunks[0].Answers : [.. chunks.SelectMany(chunk => chunk.Answers)]);
            malformed = false;
            return value;
        }
        catch (MalformedAnswerException error)
        {
            throw new ChainException($"{Name}: {calls[0].Method}: {error.Message}.", ChainFault.Malformed);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            throw new ChainException($"{Name}: {calls[0].Method}: the answer has another shape than the specification's.", ChainFault.Malformed);
        }
        catch
        {
            malformed = false; // an error of the node, or what the caller makes of a right answer
            throw;
        }
        finally
        {
            foreach (var chunk in chunks) Count(chunk, malformed);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await transport.DisposeAsync().ConfigureAwait(false);
        _slots.Dispose();
    }

    private async Task<Chunk> SendChunkAsync(RpcCall[] calls, CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(endpoint.RequestTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
        var started = time.GetTimestamp();
        try
        {
            await _slots.WaitAsync(either.Token).ConfigureAwait(false);
            try
            {
                var firstId = Interlocked.Add(ref _lastId, calls.Length) - calls.Length + 1;
                var answers = await transport.ExchangeAsync(RpcEnvelope.Write(calls, firstId), firstId, calls.Length, either.Token).ConfigureAwait(false);
                if (Array.Find(answers, answer => answer.Error is { } error && RpcWording.IsRateLimited(error)).Error is not null)
                    throw new ChainException($"{Name}: too many requests.", ChainFault.RateLimited);
                return new Chunk(calls, answers, time.GetElapsedTime(started));
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

    private void Count(Chunk chunk, bool malformed)
    {
        for (var i = 0; i < chunk.Calls.Length; i++) ChainInstruments.Request(Name, chunk.Calls[i].Method, malformed ? "malformed" : chunk.Answers[i].Error is null ? "ok" : "error", chunk.Elapsed);
    }

    private void Count(RpcCall[] calls, string outcome, long started)
    {
        var elapsed = time.GetElapsedTime(started);
        foreach (var call in calls) ChainInstruments.Request(Name, call.Method, outcome.ToLowerInvariant(), elapsed);
    }

    private sealed record Chunk(RpcCall[] Calls, RpcAnswer[] Answers, TimeSpan Elapsed);
}
