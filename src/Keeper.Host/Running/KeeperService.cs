using Keeper.Core.Chain;
using Keeper.Core.Journal;
using Keeper.Core.Mirror;
using Keeper.Core.Telemetry;

namespace Keeper.Host.Running;

/// <summary>Runs the loop as long as the process lives. A loop that fails stops the process: a keeper that no longer looks must not seem to.</summary>
internal sealed class KeeperService(Func<CancellationToken, Task> loop, Readiness readiness, IHostApplicationLifetime lifetime, ILogger<KeeperService> logger) : BackgroundService
{
    public const string Component = "loop";

    /// <summary>Why the loop ended; null while it runs and after it was told to stop.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>The chain, the journal or a contract is not what it was, or cannot be reached: nothing to report to the developers.</summary>
    public static bool IsOfTheSurroundings(Exception error) => error is JournalException or ChainException or MirrorException or SigningException;

    public bool IsAlive => ExecuteTask is { IsCompleted: false };

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            // Services start before the web server: without this the loop would already act while the port turns out to be taken.
            await StartedAsync().WaitAsync(stoppingToken);
            // The loop names its own components first: before, nothing would be known to be missing.
            var running = loop(stoppingToken);
            readiness.Succeeded(Component);
            await running;
            if (!stoppingToken.IsCancellationRequested) throw new InvalidOperationException("The loop ended though nobody told it to.");
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) { }
        catch (Exception error)
        {
            Failure = error;
            readiness.Failed(Component, $"has failed: {error.GetType().Name}");
            // What the surroundings did needs no stack; a bug does.
            if (IsOfTheSurroundings(error)) Log.LoopStopped(logger, error.GetType().Name, error.Message);
            else Log.LoopFailed(logger, error);
            lifetime.StopApplication();
        }
    }

    private Task StartedAsync()
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lifetime.ApplicationStarted.Register(started.SetResult);
        return started.Task;
    }
}
