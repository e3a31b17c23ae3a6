namespace Keeper.Core.Chain.Nodes.Health;

/// <summary>The watch over the endpoints, from the first long read on to the end of the client: who is ill while a mirror is built must not stay so.</summary>
internal sealed class Watching(EndpointWatch watch) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private Task? _running;

    public void Begin()
    {
        lock (_gate) _running ??= Task.Run(() => watch.RunAsync(_stop.Token));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        Task? running;
        lock (_gate) running = _running ??= Task.CompletedTask;
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }
}
