using Keeper.Core.Chain;
using Keeper.Core.Chain.Nodes;
using Polly;
using Polly.Retry;

namespace Keeper.Host.Running;

/// <summary>Exponential waits from 100 ms to 2 s, with jitter. Reads only: a transaction never passes through it.</summary>
internal sealed class PollyReadRetry : IReadRetry
{
    private readonly ResiliencePipeline _pipeline;

    private PollyReadRetry(ResiliencePipeline pipeline) => _pipeline = pipeline;

    /// <summary>A <see cref="ReadRetryFactory"/>.</summary>
    public static IReadRetry Create(int repeats, Func<ChainException, bool> isTransient, TimeProvider time, Random random) =>
        new PollyReadRetry(repeats == 0 ? ResiliencePipeline.Empty : new ResiliencePipelineBuilder { TimeProvider = time }.AddRetry(Options(repeats, isTransient, random)).Build());

    public ValueTask<T> ExecuteAsync<T>(Func<CancellationToken, ValueTask<T>> attempt, CancellationToken cancellation) => _pipeline.ExecuteAsync(attempt, cancellation);

    private static RetryStrategyOptions Options(int repeats, Func<ChainException, bool> isTransient, Random random) => new()
    {
        ShouldHandle = new PredicateBuilder().Handle(isTransient),
        MaxRetryAttempts = repeats,
        BackoffType = DelayBackoffType.Exponential,
        Delay = TimeSpan.FromMilliseconds(100),
        MaxDelay = TimeSpan.FromSeconds(2),
        UseJitter = true,
        Randomizer = () => { lock (random) return random.NextDouble(); },
    };
}
