using System.Diagnostics;
using System.Globalization;

namespace Keeper.Host.Demo;

/// <summary>One Anvil, from a free port until dispose. It enforces the gas cap of a transaction (EIP-7825), as real chains do.</summary>
internal sealed class AnvilProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(20);
    private readonly Process _process;
    private readonly Task _draining;

    private AnvilProcess(Process process, int port, Task draining)
    {
        (_process, _draining) = (process, draining);
        HttpUrl = new Uri($"http://127.0.0.1:{port}");
        WsUrl = new Uri($"ws://127.0.0.1:{port}");
    }

    public Uri HttpUrl { get; }
    public Uri WsUrl { get; }

    /// <summary>For signals: SIGSTOP makes a node that looks alive.</summary>
    public int ProcessId => _process.Id;

    /// <exception cref="EnvironmentException">The binary does not start, or does not listen in time.</exception>
    public static async Task<AnvilProcess> StartAsync(AnvilOptions options, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(options.BinaryPath, Arguments(options)) { RedirectStandardOutput = true, RedirectStandardError = true };
        Process process;
        try
        {
            process = Process.Start(start) ?? throw new EnvironmentException($"{options.BinaryPath} could not be started.");
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            throw new EnvironmentException($"{options.BinaryPath} could not be started: {error.Message}.");
        }

        var listening = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        var draining = Task.WhenAll(DrainAsync(process.StandardOutput, listening), errors);
        try
        {
            return new AnvilProcess(process, await listening.Task.WaitAsync(StartTimeout, TimeProvider.System, cancellation).ConfigureAwait(false), draining);
        }
        catch (Exception error)
        {
            await StopAsync(process, draining).ConfigureAwait(false);
            if (error is OperationCanceledException) throw;
            var words = await errors.ConfigureAwait(false);
            throw new EnvironmentException($"Anvil did not start: {(words.Length > 0 ? words[..Math.Min(words.Length, 800)] : error.Message)}");
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync(_process, _draining).ConfigureAwait(false);

    private static async Task StopAsync(Process process, Task draining)
    {
        try
        {
            process.Kill(); // also a stopped process ends
            await process.WaitForExitAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System).ConfigureAwait(false);
            await draining.WaitAsync(TimeSpan.FromSeconds(5), TimeProvider.System).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch (InvalidOperationException)
        {
            // It has ended already.
        }
        process.Dispose();
    }

    private static IEnumerable<string> Arguments(AnvilOptions options)
    {
        // Port 0: the system chooses a free one, and Anvil says which. Choosing here would race with others.
        List<string> arguments =
        [
            "--host", "127.0.0.1",
            "--port", (options.Port ?? 0).ToString(CultureInfo.InvariantCulture),
            "--chain-id", options.ChainId.ToString(CultureInfo.InvariantCulture),
            "--accounts", options.Accounts.ToString(CultureInfo.InvariantCulture),
            "--enable-tx-gas-limit",
        ];
        if (options.BlockTime is { } blockTime) arguments.AddRange(["--block-time", blockTime.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture)]);
        return [.. arguments, .. options.ExtraArgs];
    }

    /// <summary>Reads to the end, whether or not anybody cares: a full pipe would stop the node.</summary>
    private static async Task DrainAsync(StreamReader output, TaskCompletionSource<int> listening)
    {
        while (await output.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            const string Announcement = "Listening on 127.0.0.1:";
            if (line.StartsWith(Announcement, StringComparison.Ordinal) && int.TryParse(line.AsSpan(Announcement.Length), CultureInfo.InvariantCulture, out var port)) listening.TrySetResult(port);
        }
        listening.TrySetException(new InvalidOperationException("it ended before it listened"));
    }
}
