using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace Keeper.Conformance.EndToEnd.Kill;

/// <summary>A <see cref="MortalKeeper"/> as its parent sees it.</summary>
internal sealed class MortalProcess : IAsyncDisposable
{
    private const int KilledBySignal = 128 + 9;
    private readonly Process _process;
    private readonly Task _reading;
    private readonly ConcurrentQueue<string> _lines = new();

    private MortalProcess(Process process)
    {
        _process = process;
        _reading = Task.WhenAll(ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
    }

    public bool IsReady => _lines.Contains(MortalKeeper.Ready);

    public bool HasEnded => _process.HasExited;

    public string Words => string.Join('\n', _lines.TakeLast(60));

    public static MortalProcess Start(MortalKeeper.Orders orders)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(MortalKeeper).Assembly.Location, JsonSerializer.Serialize(orders)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return new(Process.Start(start)!);
    }

    public async Task DieAtAsync(KillPoint point)
    {
        await _process.StandardInput.WriteLineAsync(point.ToString());
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>It ended by its own hand, at the point, and not of anything else.</summary>
    public async Task AssertKilledAsync()
    {
        await _process.WaitForExitAsync();
        await _reading;
        Assert.True(_process.ExitCode == KilledBySignal, $"It ended with {_process.ExitCode}:\n{Words}");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        await _reading;
        _process.Dispose();
    }

    private async Task ReadAsync(StreamReader output)
    {
        while (await output.ReadLineAsync() is { } line) _lines.Enqueue(line);
    }
}
