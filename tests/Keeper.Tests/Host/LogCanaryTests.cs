using System.Collections.Concurrent;
using Keeper.Host.Running;
using Keeper.Host.Configuration;
using Keeper.Host.Metrics;
using Microsoft.Extensions.Logging;

namespace Keeper.Tests.Host;

public sealed class LogCanaryTests
{
    /// <summary>A whole run at the finest level, with a node that answers the proofs and refuses the rest.</summary>
    [Fact]
    public async Task The_logs_of_a_run_show_no_secret()
    {
        const string Canary = "canary-5f0e";
        var key = new string('7', 64);
        using var folder = new ConfigFolder();
        using var node = new FakeNode(Cli.GiveKey(folder, key));
        ConfigFolder.Set(folder.Main, "chain.endpoints.0.http", $"\"{node.Url}{Canary}\"");
        ConfigFolder.Set(folder.Main, "chain.endpoints.0.ws", $"\"ws://127.0.0.1:{FakeNode.FreePort()}/{Canary}\"");
        using var log = new TextLog();
        using var loggers = LoggerFactory.Create(builder => builder.SetMinimumLevel(LogLevel.Trace).AddProvider(log));
        using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var run = RunHost.RunAsync(folder.Load(Needs.Key | Needs.Executor).Require(), dryRun: false, loggers, stop.Token);
        while (!run.IsCompleted && !log.Lines.Any(line => line.Contains("metrics by", StringComparison.Ordinal))) await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        // What the node refuses is told in the seconds after that.
        await Task.WhenAny(run, Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System));
        await stop.CancelAsync();
        await run;

        var text = string.Join('\n', log.Lines);
        Assert.Contains("runs on chain 31337 by client native through local", text, StringComparison.Ordinal);
        Assert.Contains($"metrics by {(PrometheusNet.Create() is null ? "text" : "prometheus-net")}.", text, StringComparison.Ordinal);
        foreach (var secret in new[] { Canary, key, Cli.Password }) Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
    }

    /// <summary>Keeps every record as text, exceptions with their stacks.</summary>
    private sealed class TextLog : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;
        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose() { }
    }
}
