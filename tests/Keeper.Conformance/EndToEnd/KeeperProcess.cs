using System.Collections.Concurrent;
using System.Diagnostics;

namespace Keeper.Conformance.EndToEnd;

/// <summary>The real program in a process of its own, as <c>keeper run</c> starts it.</summary>
internal sealed class KeeperProcess : IAsyncDisposable
{
    private static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(90);

    private readonly Process _process;
    private readonly Task _reading;
    private readonly ConcurrentQueue<string> _lines = new();

    private KeeperProcess(Process process)
    {
        _process = process;
        _reading = Task.WhenAll(ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
    }

    public IReadOnlyCollection<string> Lines => _lines;

    public static KeeperProcess Start(ExchangeChain exchange, params string[] options) => StartAt("information", exchange, options);

    /// <param name="level">Of the log.</param>
    public static KeeperProcess StartAt(string level, ExchangeChain exchange, params string[] options)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "keeper.dll"), "run", "--config", exchange.Workspace.ConfigPath, .. options])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["KEEPER__LOGGING__LEVEL"] = level;
        return new(Process.Start(start)!);
    }

    /// <summary>Returns when every component says that it works.</summary>
    public async Task ReadyAsync(ExchangeChain exchange)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        var began = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(began) < ReadyWithin)
        {
            if (_process.HasExited) Assert.Fail($"The keeper ended with {_process.ExitCode}:\n{Tail()}");
            try
            {
                using var answer = await http.GetAsync(new Uri($"http://{exchange.Listen}/readyz"));
                if (answer.IsSuccessStatusCode) return;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
        Assert.Fail($"The keeper was not ready within {ReadyWithin.TotalSeconds} s:\n{Tail()}");
    }

    public async Task SaysAsync(Func<string, bool> line, TimeSpan within)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!_lines.Any(line))
        {
            if (_process.HasExited || TimeProvider.System.GetElapsedTime(began) > within) Assert.Fail($"The keeper never said it:\n{Tail()}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    /// <summary>SIGKILL: nothing is finished, nothing is told.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        await _reading;
    }

    public string Tail() => string.Join('\n', _lines.TakeLast(40));

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) await KillAsync();
        _process.Dispose();
    }

    private async Task ReadAsync(StreamReader output)
    {
        while (await output.ReadLineAsync() is { } line) _lines.Enqueue(line);
    }
}
