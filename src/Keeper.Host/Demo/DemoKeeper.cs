using Keeper.Core.Chain;
using Keeper.Host.Cli;
using Keeper.Host.Configuration;
using Keeper.Host.Running;
using Microsoft.Extensions.Logging;

namespace Keeper.Host.Demo;

/// <summary>A keeper as <c>run</c> starts it, in this process, from ready until dispose.</summary>
internal sealed class DemoKeeper : IAsyncDisposable
{
    private static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan BlockWithin = TimeSpan.FromSeconds(20);

    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop;
    private readonly Task<ExitCode> _running;

    private DemoKeeper(string config, TimeProvider time, CancellationToken cancellation)
    {
        _time = time;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _running = RunAsync(config, _stop.Token);
    }

    /// <summary>Completes when it has stopped, by itself or not.</summary>
    public Task Ended => _running;

    /// <param name="listen">Where the configuration has its pages served.</param>
    /// <exception cref="EnvironmentException">It was not ready in time.</exception>
    public static async Task<DemoKeeper> StartAsync(string config, string listen, TimeProvider time, CancellationToken cancellation)
    {
        var keeper = new DemoKeeper(config, time, cancellation);
        try
        {
            await keeper.ReadyAsync(new Uri($"http://{listen}/readyz"), cancellation);
            return keeper;
        }
        catch
        {
            await keeper.DisposeAsync();
            throw;
        }
    }

    /// <summary>The chain's newest block, once it is above this one, while the keeper runs.</summary>
    public async Task<ulong> NextBlockAsync(IDevNode chain, ulong after, CancellationToken cancellation)
    {
        var began = _time.GetTimestamp();
        while (_time.GetElapsedTime(began) < BlockWithin)
        {
            RequireRunning(cancellation);
            if (await chain.BlockNumberAsync(cancellation) is var number && number > after) return number;
            await Task.Delay(TimeSpan.FromMilliseconds(25), _time, cancellation);
        }
        throw new EnvironmentException($"Anvil mined no block for {BlockWithin.TotalSeconds} s.");
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await ((Task)_running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private static async Task<ExitCode> RunAsync(string config, CancellationToken cancellation)
    {
        var loaded = KeeperConfig.Load(config, Needs.Executor | Needs.Key, new Dictionary<string, string>()).Require();
        using var loggers = Logs.Create(loaded.Logging, toError: true);
        return await RunHost.RunAsync(loaded, dryRun: false, loggers, cancellation);
    }

    private async Task ReadyAsync(Uri page, CancellationToken cancellation)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        var began = _time.GetTimestamp();
        var reason = "no answer";
        while (_time.GetElapsedTime(began) < ReadyWithin)
        {
            RequireRunning(cancellation);
            try
            {
                using var answer = await http.GetAsync(page, cancellation);
                if (answer.IsSuccessStatusCode) return;
                reason = await answer.Content.ReadAsStringAsync(cancellation);
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }
            await Task.Delay(TimeSpan.FromMilliseconds(100), _time, cancellation);
        }
        throw new EnvironmentException($"The keeper was not ready after {ReadyWithin.TotalSeconds} s: {reason}");
    }

    /// <summary>A keeper that ended is the caller's failure, with its own exception where it has one.</summary>
    private void RequireRunning(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (!_running.IsCompleted) return;
        _running.GetAwaiter().GetResult();
        throw new InvalidOperationException("The keeper stopped by itself; its log says why.");
    }
}
