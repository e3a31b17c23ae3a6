using Keeper.Core.Telemetry;
using Microsoft.Extensions.Logging;

namespace Keeper.Core.Mirror;

/// <summary>Tells how far a back-fill is: how much there is before it begins, and how long it takes as soon as its first range was read.</summary>
/// <param name="width">The most blocks that one request asks for.</param>
/// <param name="queries">How often each range is asked for: <see cref="Chain.LogFilter.Queries"/>.</param>
internal sealed class BackfillProgress(ulong first, ulong last, int width, int queries, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan TellEvery = TimeSpan.FromSeconds(10);

    private readonly long _began = time.GetTimestamp();
    private long? _told;
    private long _logs;

    public void Begin()
    {
        MirrorInstruments.Backfill(first, last);
        // A gap of a restart is not worth a word.
        if (Blocks > (ulong)width) MirrorLog.Begins(logger, Blocks, first, last, Requests(Blocks, width) * (ulong)queries, width);
    }

    /// <summary>Everything up to this block is applied.</summary>
    public void Reached(ulong block, int logs)
    {
        MirrorInstruments.Backfill(block, last);
        _logs += logs;
        if (_told is { } told && time.GetElapsedTime(told) < TellEvery && block < last) return;
        _told = time.GetTimestamp();
        var done = block - first + 1;
        MirrorLog.Progress(logger, block, last, (int)(done * 100 / Blocks), _logs, Words(Left(done, Blocks, time.GetElapsedTime(_began))));
    }

    private ulong Blocks => last - first + 1;

    /// <summary>The least number of requests that so many blocks take.</summary>
    public static ulong Requests(ulong blocks, int width) => (blocks + (ulong)width - 1) / (ulong)width;

    /// <summary>As long as what was done took, block for block.</summary>
    public static TimeSpan Left(ulong done, ulong all, TimeSpan elapsed) => elapsed * ((double)(all - done) / done);

    private static string Words(TimeSpan left) =>
        left < TimeSpan.FromMinutes(2) ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{left.TotalSeconds:0} s")
        : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{left.TotalMinutes:0} min");
}
