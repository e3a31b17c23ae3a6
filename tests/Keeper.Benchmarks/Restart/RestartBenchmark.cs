using System.Diagnostics;
using System.Text.Json;
using Keeper.Benchmarks.Harness;
using Keeper.Core.Chain;
using Keeper.Core.Margin;
using Keeper.Core.Mirror;
using Keeper.Core.Mirror.Snapshots;
using Keeper.Core.Primitives;
using Microsoft.Extensions.Logging.Abstractions;

namespace Keeper.Benchmarks.Restart;

/// <summary>
/// <c>restart</c>: what a snapshot of a million accounts costs the loop and the disk, and how long a new process takes from it to a mirror at the newest block.
/// The chain stands still and answers at once.
/// </summary>
internal static class RestartBenchmark
{
    /// <summary>Set for the process that is started anew: the folder of snapshot and answers.</summary>
    private const string ChildVariable = "KEEPER_BENCH_RESTART";

    public static Benchmark Definition { get; } = new("restart", "a snapshot of 1,000,000 accounts: writing it beside the loop, and starting from it", RunAsync);

    private static Task RunAsync(RunOptions run, Figures figures, CancellationToken cancellation) =>
        Environment.GetEnvironmentVariable(ChildVariable) is { Length: > 0 } folder ? StartAsync(folder, figures, cancellation) : MeasureAsync(run, figures, cancellation);

    private static async Task MeasureAsync(RunOptions run, Figures figures, CancellationToken cancellation)
    {
        var accounts = run.Scale(1_000_000, 10_000);
        var folder = Directory.CreateTempSubdirectory("keeper-bench-").FullName;
        try
        {
            run.Progress.WriteLine($"{accounts} accounts: opening them");
            var undo = new UndoLog();
            var protocol = Population.Of(accounts, undo);
            var answers = Population.Answers(protocol).ToDictionary(pair => StillChain.KeyOf(pair.Key), pair => pair.Value);
            await File.WriteAllTextAsync(Path.Combine(folder, "answers.json"), JsonSerializer.Serialize(answers), cancellation);

            run.Progress.WriteLine($"{accounts} accounts: writing a snapshot while they change");
            undo.Push();
            var store = new SnapshotStore(Path.Combine(folder, "mirror"), 1, TimeProvider.System);
            var began = Stopwatch.GetTimestamp();
            SnapshotPart[] parts = [SnapshotPart.Of(protocol)];
            figures.Set("restart.capture_us_1m", Stopwatch.GetElapsedTime(began).TotalMicroseconds);
            began = Stopwatch.GetTimestamp();
            var writing = Task.Run(() => store.Write(StillChain.Newest, parts), cancellation);
            var longest = await ChangeAsync(protocol, accounts, () => writing.IsCompleted);
            var (bytes, _) = await writing;
            figures.Set("restart.write_seconds_1m", Stopwatch.GetElapsedTime(began).TotalSeconds);
            figures.Set("restart.longest_change_us_1m", longest);
            figures.Set("restart.file_megabytes_1m", bytes / 1e6);
            store.Promote();

            run.Progress.WriteLine($"{accounts} accounts: starting from it");
            var starts = new List<Dictionary<string, double>>();
            for (var i = 0; i < run.Scale(5, 1); i++) starts.Add(await ChildAsync(folder, cancellation));
            foreach (var id in starts[0].Keys) figures.Set(id, Timing.Percentile(starts.Select(start => start[id]), 0.5));
            if (run.IsQuick) figures.Note($"{accounts} accounts instead of 1,000,000");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Balances change, a hundred at a time as in a busy block, for as long as the snapshot is written.</summary>
    /// <returns>The longest that a hundred took, in microseconds.</returns>
    private static async Task<double> ChangeAsync(Keeper.Protocols.RefPerps.RefPerpsProtocol protocol, int accounts, Func<bool> isDone)
    {
        var (random, longest) = (new Random(3), 0.0);
        while (!isDone())
        {
            var began = Stopwatch.GetTimestamp();
            for (var i = 0; i < 100; i++) protocol.State.SetQuote(random.Next(accounts), Int256.One);
            longest = Math.Max(longest, Stopwatch.GetElapsedTime(began).TotalMicroseconds);
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        }
        return longest;
    }

    private static async Task<Dictionary<string, double>> ChildAsync(string folder, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(RestartBenchmark).Assembly.Location, "restart", "--json"]) { RedirectStandardOutput = true };
        start.Environment[ChildVariable] = folder;
        using var child = Process.Start(start)!;
        var output = await child.StandardOutput.ReadToEndAsync(cancellation);
        await child.WaitForExitAsync(cancellation);
        using var report = JsonDocument.Parse(output.TrimEnd().Split('\n')[^1]);
        return report.RootElement.GetProperty("figures").EnumerateObject().ToDictionary(figure => figure.Name, figure => figure.Value.GetDouble());
    }

    /// <summary>In a process of its own: nothing is compiled, cached or allocated yet but the file in the system's cache.</summary>
    private static async Task StartAsync(string folder, Figures figures, CancellationToken cancellation)
    {
        var answers = JsonSerializer.Deserialize<Dictionary<string, byte[]>>(await File.ReadAllTextAsync(Path.Combine(folder, "answers.json"), cancellation))!;
        var store = new SnapshotStore(Path.Combine(folder, "mirror"), 1, TimeProvider.System);
        var profile = new ChainProfile { ChainId = 1, Name = "still", BlockTime = TimeSpan.FromSeconds(12), NativePriceWorstCase = Usd.Whole(1) };
        var builder = new MirrorBuilder(new StillChain(answers), profile, undo => [Population.Empty(undo)], TimeProvider.System, NullLogger<MirrorBuilder>.Instance, store);
        var (began, before) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        var (mirror, _) = await builder.BuildAsync(cancellation);
        figures.Set("restart.seconds_1m", Stopwatch.GetElapsedTime(began).TotalSeconds);
        figures.Set("restart.cpu_seconds_1m", (Environment.CpuUsage.TotalTime - before).TotalSeconds);
        if (mirror.Trusted.Count() != 1) throw new InvalidOperationException(mirror.Doubted);
        began = Stopwatch.GetTimestamp();
        new MarginCycle(TimeProvider.System).Evaluate(mirror);
        figures.Set("restart.first_scan_seconds_1m", Stopwatch.GetElapsedTime(began).TotalSeconds);
        figures.Set("restart.process_seconds_1m", (TimeProvider.System.GetLocalNow().DateTime - Process.GetCurrentProcess().StartTime).TotalSeconds);
        figures.Set("restart.working_set_megabytes_1m", Environment.WorkingSet / 1e6);
    }
}
