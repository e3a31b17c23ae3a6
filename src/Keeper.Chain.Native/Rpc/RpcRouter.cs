using Keeper.Core.Chain;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace Keeper.Chain.Native.Rpc;

/// <summary>
/// Reads from the preferred endpoint and, where that fails, from the next: the only place with a generic retry, and only reads
/// pass through it. A value that cannot be decoded counts as a failure of the endpoint that sent it.
/// </summary>
internal sealed class RpcRouter
{
    private readonly IReadOnlyList<EndpointClient> _endpoints;
    private readonly ILogger _logger;
    private readonly ResiliencePipeline _pipeline;
    private int _preferred;

    public RpcRouter(IReadOnlyList<EndpointClient> endpoints, int retries, TimeProvider time, Random jitter, ILogger logger)
    {
        (_endpoints, _logger) = (endpoints, logger);
        var attempts = Math.Max(retries, endpoints.Count - 1);
        _pipeline = attempts == 0 ? ResiliencePipeline.Empty : new ResiliencePipelineBuilder { TimeProvider = time }.AddRetry(Retry(attempts, jitter)).Build();
    }

    public IReadOnlyList<EndpointClient> Endpoints => _endpoints;

    /// <summary>One round trip with all the calls, decoded by <paramref name="decode"/>.</summary>
    public async Task<T> ReadAsync<T>(IReadOnlyList<RpcCall> calls, Func<IReadOnlyList<RpcAnswer>, T> decode, CancellationToken cancellation)
    {
        return await _pipeline.ExecuteAsync(AttemptAsync, cancellation).ConfigureAwait(false);

        async ValueTask<T> AttemptAsync(CancellationToken token)
        {
            var index = Volatile.Read(ref _preferred);
            var endpoint = _endpoints[index];
            try
            {
                return await SendAsync(endpoint, calls, decode, token).ConfigureAwait(false);
            }
            catch (ChainException error) when (error.Fault != ChainFault.Rejected)
            {
                // Only the first to fail moves on: others that fail at the same time would skip an endpoint.
                var next = (index + 1) % _endpoints.Count;
                if (Interlocked.CompareExchange(ref _preferred, next, index) == index && next != index) ChainLog.EndpointChanged(_logger, endpoint.Name, _endpoints[next].Name, error.Fault);
                throw;
            }
        }
    }

    /// <summary>One call whose result is one value.</summary>
    public Task<T> ReadAsync<T>(RpcCall call, ResultReader<T> reader, CancellationToken cancellation) =>
        ReadAsync([call], answers => Wire.Read(answers[0], reader), cancellation);

    private RetryStrategyOptions Retry(int attempts, Random jitter) => new()
    {
        ShouldHandle = new PredicateBuilder().Handle<ChainException>(IsTransient),
        MaxRetryAttempts = attempts,
        BackoffType = DelayBackoffType.Exponential,
        Delay = TimeSpan.FromMilliseconds(100),
        MaxDelay = TimeSpan.FromSeconds(2),
        UseJitter = true,
        Randomizer = () => { lock (jitter) return jitter.NextDouble(); },
    };

    private bool IsTransient(ChainException error) => error.Fault switch
    {
        ChainFault.Transport or ChainFault.RateLimited or ChainFault.Malformed => true,
        // Another node may have the block already.
        ChainFault.UnknownBlock => _endpoints.Count > 1,
        _ => false,
    };

    private static async Task<T> SendAsync<T>(EndpointClient endpoint, IReadOnlyList<RpcCall> calls, Func<IReadOnlyList<RpcAnswer>, T> decode, CancellationToken cancellation)
    {
        try
        {
            return await endpoint.SendAsync(calls, decode, cancellation).ConfigureAwait(false);
        }
        catch (RpcErrorException error)
        {
            var fault = RpcWording.IsUnknownBlock(error.Error) ? ChainFault.UnknownBlock : ChainFault.Rejected;
            throw new ChainException($"{endpoint.Name}: {calls[0].Method} was refused: {error.Error.Message} ({error.Error.Code}).", fault);
        }
    }
}
