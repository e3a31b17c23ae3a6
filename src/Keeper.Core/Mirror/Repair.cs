using System.Runtime.ExceptionServices;
using Keeper.Core.Chain;
using Microsoft.Extensions.Logging;

namespace Keeper.Core.Mirror;

/// <summary>
/// Builds the mirror that replaces one of which a protocol's state is wrong, while that one goes on for the other protocols. Each that comes out wrong
/// again waits longer. Not safe for concurrent use: the loop owns it.
/// </summary>
internal sealed class Repair(MirrorBuilder builder, CheckpointOptions options, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private CancellationTokenSource _stop = new();
    private Task<(Mirror Mirror, BlockHeader Header)>? _running;
    private int _repeats;

    /// <summary>Whether a mirror is ready to replace the one at work.</summary>
    public bool IsReady => _running is { IsCompletedSuccessfully: true };

    /// <summary>Begins one after a pause, unless one is under way.</summary>
    public void Begin(string reason)
    {
        if (_running is { IsFaulted: true, Exception.InnerException: ChainException or MirrorException } failed)
        {
            LoopLog.NotRepaired(logger, failed.Exception.InnerException.Message);
            _running = null;
        }
        // Anything else would have ended a first build as well, and is no reason to be silent for ever.
        if (_running is { IsFaulted: true } broken) ExceptionDispatchInfo.Throw(broken.Exception.InnerException!);
        if (_running is not null) return;
        var pause = TimeSpan.FromTicks(Math.Min(Longest.Ticks, options.RepairAfter.Ticks << Math.Min(_repeats++, 10)));
        LoopLog.Repairing(logger, pause.TotalSeconds, reason);
        _running = Task.Run(() => BuildAsync(pause, _stop.Token));
    }

    /// <summary>One that came out no better would only hold the other protocols up: it is dropped, and the next one waits longer.</summary>
    public void DropUnlessBetter(Mirror atWork)
    {
        if (!IsReady || _running!.Result.Mirror is not { Doubted: { } still } built || built.Trusted.Count() > atWork.Trusted.Count()) return;
        LoopLog.NotRepaired(logger, $"it is wrong again: {still}");
        _running = null;
    }

    /// <summary>The mirror that was ready.</summary>
    public async Task<(Mirror Mirror, BlockHeader Header)> TakeAsync()
    {
        var built = await _running!.ConfigureAwait(false);
        _running = null;
        // The next one that is wrong is another story only if this one is right.
        if (built.Mirror.Trusted.Count() == built.Mirror.Protocols.Count) _repeats = 0;
        return built;
    }

    /// <summary>Gives up what is under way: the mirror at work is lost, and one is built in its place at once.</summary>
    public async Task CancelAsync()
    {
        await DisposeAsync().ConfigureAwait(false);
        (_running, _stop) = (null, new());
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        if (_running is { } running) await ((Task)running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task<(Mirror Mirror, BlockHeader Header)> BuildAsync(TimeSpan pause, CancellationToken cancellation)
    {
        await Task.Delay(pause, time, cancellation).ConfigureAwait(false);
        return await builder.BuildAsync(cancellation).ConfigureAwait(false);
    }
}
