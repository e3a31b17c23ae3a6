using System.Diagnostics;
using System.Text.Json;
using Keeper.Benchmarks.Harness;
using Keeper.Chain.Native;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Mirror;
using Keeper.Core.Primitives;

namespace Keeper.Benchmarks.Ingest;

/// <summary>
/// <c>ingest</c>: from the bytes of <c>eth_getLogs</c> in memory to the mirror's state, JSON and all checks included, block by block with undo records. Beside it the same bytes
/// read into a document, their fields converted and nothing applied; and what the undo records of a full window take.
/// </summary>
internal static class IngestBenchmark
{
    private const int TradesPerBlock = 250;

    public static Benchmark Definition { get; } = new("ingest", "logs decoded and applied per second, from the bytes of eth_getLogs; memory of the undo window", RunAsync);

    private static async Task RunAsync(RunOptions run, Figures figures, CancellationToken cancellation)
    {
        var (accounts, blocks) = (run.Scale(100_000, 2_000), run.Scale(200, 10));
        run.Progress.WriteLine($"{blocks} blocks of {TradesPerBlock * Trades.LogsPerTrade} logs");
        var trades = new Trades(accounts, seed: 3);
        var opening = trades.Opening().ToArray();
        var content = Enumerable.Range(1, blocks).Select(number => trades.Block((ulong)number, TradesPerBlock)).ToArray();
        var answers = content.Select((logs, i) => Trades.Answer(i + 1, logs)).ToArray();
        var count = content.Sum(logs => logs.Count);
        figures.Set("ingest.megabytes", answers.Sum(answer => (double)answer.Length) / 1e6);

        var (applied, document) = (new List<double>(), new List<double>());
        for (var round = 0; round < run.Scale(7, 2); round++)
        {
            var mirror = Open(opening);
            applied.Add(count / await IngestAsync(mirror, answers, cancellation));
            document.Add(count / ReadDocuments(answers));
        }
        figures.Set("ingest.logs_per_second", Timing.Percentile(applied, 0.5));
        figures.Set("ingest.document_logs_per_second", Timing.Percentile(document, 0.5));
        figures.SetRatio("ingest.ratio_to_document", "ingest.logs_per_second", "ingest.document_logs_per_second");

        // The same state with and without undo records.
        var window = Math.Min(blocks, Mirror.RetainedBlocks);
        var plain = Bytes(() =>
        {
            var mirror = Open(opening);
            foreach (var log in content.Take(window).SelectMany(logs => logs)) mirror.ApplyHistory(log);
            return mirror;
        });
        var undoable = Bytes(() =>
        {
            var mirror = Open(opening);
            for (var i = 0; i < window; i++) mirror.Apply(new ChainEvent.Block(Trades.BlockAt((ulong)i + 1), Wei.Zero, new Gas(30_000_000), content[i]));
            return mirror;
        });
        figures.Set("ingest.undo_window_megabytes", (undoable - plain) / 1e6);
        figures.Set("ingest.undo_bytes_per_log", (undoable - plain) / (double)(window * TradesPerBlock * Trades.LogsPerTrade));
        if (run.IsQuick) figures.Note($"{accounts} accounts, {blocks} blocks: too few to be quoted");
    }

    private static Mirror Open(IEnumerable<Log> opening)
    {
        var undo = new UndoLog();
        var mirror = new Mirror([Trades.Empty(undo)], undo, Trades.BlockAt(0));
        foreach (var log in opening) mirror.ApplyHistory(log);
        return mirror;
    }

    /// <returns>Seconds.</returns>
    private static async Task<double> IngestAsync(Mirror mirror, byte[][] answers, CancellationToken cancellation)
    {
        await using var node = new NativeDriver().Open(new RpcEndpoint { Name = "memory", HttpUrl = new Uri("http://127.0.0.1:1") }, new PreparedAnswers(answers), TimeProvider.System);
        var wanted = new LogCheck(mirror.Filter.Widest);
        var began = Stopwatch.GetTimestamp();
        for (var i = 0; i < answers.Length; i++)
        {
            var block = Trades.BlockAt((ulong)i + 1);
            var logs = await node.GetLogsAsync(wanted, [block], cancellation);
            mirror.Apply(new ChainEvent.Block(block, Wei.Zero, new Gas(30_000_000), logs[0]));
        }
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        return mirror.FaultOf(mirror.Protocols[0]) is { } fault ? throw new InvalidOperationException(fault) : seconds;
    }

    /// <returns>Seconds.</returns>
    private static double ReadDocuments(byte[][] answers)
    {
        var began = Stopwatch.GetTimestamp();
        long sum = 0;
        foreach (var answer in answers)
        {
            using var document = JsonDocument.Parse(answer);
            foreach (var log in document.RootElement.GetProperty("result").EnumerateArray())
            {
                sum += Address.Parse(log.GetProperty("address").GetString()!).GetHashCode();
                foreach (var topic in log.GetProperty("topics").EnumerateArray()) sum += Hash32.Parse(topic.GetString()!).GetHashCode();
                sum += Hex.Decode(log.GetProperty("data").GetString()!).Length;
                sum += Hash32.Parse(log.GetProperty("blockHash").GetString()!).GetHashCode();
                sum += Convert.ToInt64(log.GetProperty("logIndex").GetString(), 16);
            }
        }
        return sum == 0 ? 0 : Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    /// <summary>What is held of it, after a collection.</summary>
    private static long Bytes(Func<object> make)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var made = make();
        var bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(made);
        return bytes;
    }
}
