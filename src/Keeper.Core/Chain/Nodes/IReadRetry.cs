namespace Keeper.Core.Chain.Nodes;

/// <summary>Port: the one generic retry, around reads only. Safe for concurrent use.</summary>
public interface IReadRetry
{
    /// <summary>Repeats the attempt while it throws a <see cref="ChainException"/> that is worth it, then throws the last one.</summary>
    ValueTask<T> ExecuteAsync<T>(Func<CancellationToken, ValueTask<T>> attempt, CancellationToken cancellation);
}

/// <summary>Makes the retry of one client.</summary>
/// <param name="repeats">Attempts after the first, 0 to 20.</param>
/// <param name="isTransient">Whether a failure is worth another attempt.</param>
/// <param name="random">Of the jitter; shared, so it is locked while it is used.</param>
public delegate IReadRetry ReadRetryFactory(int repeats, Func<ChainException, bool> isTransient, TimeProvider time, Random random);
