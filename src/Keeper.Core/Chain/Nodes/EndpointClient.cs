using Keeper.Core.Chain.Nodes.Limits;
using Keeper.Core.Telemetry;

namespace Keeper.Core.Chain.Nodes;

/// <summary>
/// One endpoint in a library's words: bounds how many requests are under way and how long each may take, splits long batches, has answers decoded
/// and counts what came of them. A signed transaction waits for no read. Repeats nothing.
/// </summary>
/// <typeparam name="TCall">A call before it is written.</typeparam>
/// <typeparam name="TAnswer">An answer, result or error, before it is decoded.</typeparam>
public sealed class EndpointClient<TCall, TAnswer>(RpcEndpoint endpoint, IRpcTransport transport, IRpcCodec<TCall, TAnswer> codec, TimeProvider time, EndpointMeter? meter = null) : IAsyncDisposable
{
    private const string Send = "eth_sendRawTransaction";

    private readonly SemaphoreSlim _slots = new(endpoint.MaxUnderWay);
    private readonly SemaphoreSlim _reads = new(endpoint.MaxReads);
    private long _lastId;

    public string Name => endpoint.Name;

    /// <summary>The answers as they are, errors too.</summary>
    /// <exception cref="ChainException">There was no answer.</exception>
    public Task<IReadOnlyList<TAnswer>> SendAsync(IReadOnlyList<TCall> calls, CancellationToken cancellation) => ReadAsync(calls, static (answer, _) => answer, cancellation);

    /// <summary>One call, whose answer must be a result.</summary>
    /// <inheritdoc cref="ReadAsync{T}(IReadOnlyList{TCall}, Func{TAnswer, int, T}, CancellationToken)" path="/exception"/>
    public async Task<T> ReadAsync<T>(TCall call, Func<TAnswer, T> decode, CancellationToken cancellation) =>
        (await ReadAsync([call], (answer, _) => decode(Result(call, answer)), cancellation).ConfigureAwait(false))[0];

    /// <summary>Calls whose answers must all be results.</summary>
    /// <inheritdoc cref="ReadAsync{T}(IReadOnlyList{TCall}, Func{TAnswer, int, T}, CancellationToken)" path="/exception"/>
    public Task<IReadOnlyList<T>> ReadAllAsync<T>(IReadOnlyList<TCall> calls, Func<TAnswer, int, T> decode, CancellationToken cancellation) =>
        ReadAsync(calls, (answer, i) => decode(Result(calls[i], answer), i), cancellation);

    /// <param name="decode">Gets each answer, errors too, with the position of its call.</param>
    /// <exception cref="ChainException">There was no answer, or none that can be decoded.</exception>
    /// <exception cref="NodeErrorException">An answer is an error where it must be a result.</exception>
    public async Task<IReadOnlyList<T>> ReadAsync<T>(IReadOnlyList<TCall> calls, Func<TAnswer, int, T> decode, CancellationToken cancellation)
    {
        if (calls.Count == 0) return [];
        if (calls.Count <= endpoint.MaxBatch) return await ReadChunkAsync(calls, 0, decode, cancellation).ConfigureAwait(false);
        var chunks = calls.Chunk(endpoint.MaxBatch).Select((chunk, i) => ReadChunkAsync(chunk, i * endpoint.MaxBatch, decode, cancellation));
        return [.. (await Task.WhenAll(chunks).ConfigureAwait(false)).SelectMany(answers => answers)];
    }

    /// <summary>The slots stay: requests that end with the transport still release theirs.</summary>
    public ValueTask DisposeAsync() => transport.DisposeAsync();

    private TAnswer Result(TCall call, TAnswer answer) => codec.FailureOf(answer) is { } failure ? throw new NodeErrorException(codec.MethodOf(call), failure) : answer;

    private async Task<T[]> ReadChunkAsync<T>(IReadOnlyList<TCall> calls, int first, Func<TAnswer, int, T> decode, CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(endpoint.RequestTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
        var started = time.GetTimestamp();
        try
        {
            var answers = await ExchangeAsync(calls, either.Token).ConfigureAwait(false);
            if (Array.Exists(answers, answer => codec.FailureOf(answer) is { } failure && RpcWording.IsRateLimited(failure)))
                throw new ChainException($"{Name}: too many requests.", ChainFault.RateLimited);
            var values = DecodeOrError(answers, first, decode, out var error);
            Count(calls, answers, started);
            meter?.Answered(time.GetElapsedTime(started));
            return error is null ? values : throw error;
        }
        catch (MalformedAnswerException error)
        {
            Count(calls, nameof(ChainFault.Malformed), started);
            throw new ChainException($"{Name}: {codec.MethodOf(calls[0])}: {error.Message}.", ChainFault.Malformed);
        }
        catch (ChainException error)
        {
            Count(calls, error.Fault.ToString(), started);
            if (error.Fault == ChainFault.RateLimited) meter?.Limited(error.RetryAfter);
            throw;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            Count(calls, "Timeout", started);
            throw new ChainException($"{Name}: no answer to {codec.MethodOf(calls[0])} within {endpoint.RequestTimeout.TotalSeconds:0.###} s.");
        }
    }

    private async Task<TAnswer[]> ExchangeAsync(IReadOnlyList<TCall> calls, CancellationToken cancellation)
    {
        var isSend = codec.MethodOf(calls[0]) == Send;
        if (!isSend) await _reads.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            await _slots.WaitAsync(cancellation).ConfigureAwait(false);
            try
            {
                if (meter is not null)
                    foreach (var call in calls) meter.Asked(codec.MethodOf(call));
                var firstId = Interlocked.Add(ref _lastId, calls.Count) - calls.Count + 1;
                return await transport.ExchangeAsync(codec.Write(calls, firstId), firstId, calls.Count, body => codec.Read(body, firstId, calls.Count), cancellation).ConfigureAwait(false);
            }
            finally
            {
                _slots.Release();
            }
        }
        finally
        {
            if (!isSend) _reads.Release();
        }
    }

    /// <summary>An error where a result is needed is an answer all the same, and counted as one.</summary>
    private static T[] DecodeOrError<T>(TAnswer[] answers, int first, Func<TAnswer, int, T> decode, out NodeErrorException? error)
    {
        error = null;
        try
        {
            return [.. answers.Select((answer, i) => decode(answer, first + i))];
        }
        catch (NodeErrorException refused)
        {
            error = refused;
            return [];
        }
    }

    private void Count(IReadOnlyList<TCall> calls, TAnswer[] answers, long started)
    {
        var elapsed = time.GetElapsedTime(started);
        for (var i = 0; i < calls.Count; i++) ChainInstruments.Request(Name, codec.MethodOf(calls[i]), codec.FailureOf(answers[i]) is null ? "ok" : "error", elapsed);
    }

    private void Count(IReadOnlyList<TCall> calls, string outcome, long started)
    {
        var elapsed = time.GetElapsedTime(started);
        foreach (var call in calls) ChainInstruments.Request(Name, codec.MethodOf(call), outcome.ToLowerInvariant(), elapsed);
    }
}
