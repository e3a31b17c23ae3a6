using System.Globalization;
using Keeper.Host.Cli;
using Spectre.Console;

namespace Keeper.Host.Demo;

/// <summary>What somebody who watches sees: a live table on a terminal, lines elsewhere.</summary>
internal sealed class DemoView : IDisposable
{
    private const int LatestShown = 6;

    private readonly CliContext _context;
    private readonly DemoOptions _options;
    private readonly IAnsiConsole _console;
    private readonly bool _isLive;
    private readonly Queue<(ulong Block, ulong Account)> _latest = new();
    private int _liquidated;

    public DemoView(CliContext context, DemoOptions options)
    {
        (_context, _options) = (context, options);
        _console = Tables.On(options.Json ? context.Error : context.Out);
        _isLive = context.IsInteractive && !options.Json && _console.Profile.Capabilities.Ansi && _console.Profile.Capabilities.Interactive;
    }

    public void Step(string what) => _console.MarkupLineInterpolated($"[grey]{what} ...[/]");

    /// <param name="liquidated">Since the last call, by the protocol's events.</param>
    /// <param name="latencyMs">The median from the arrival of a price to the acceptance of the transaction; null before the first.</param>
    public void Round(int round, int rounds, string phase, IReadOnlyList<long> prices, IReadOnlyList<(ulong Block, ulong Account)> liquidated, double? latencyMs)
    {
        _liquidated += liquidated.Count;
        foreach (var entry in liquidated)
        {
            _latest.Enqueue(entry);
            if (_latest.Count > LatestShown) _latest.Dequeue();
        }
        var priceText = string.Join("  ", DemoAsset.All.Select((asset, i) => $"{asset.Symbol} {prices[i] / 1e8:0.00}"));
        if (!_isLive)
        {
            _console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"round {round,2}/{rounds}  {phase,-8}  {priceText}  liquidations {_liquidated} (+{liquidated.Count})  {(latencyMs is { } p50 ? string.Create(CultureInfo.InvariantCulture, $"p50 {p50:0.0} ms") : "")}").TrimEnd());
            return;
        }
        if (round > 1) _console.Write(new ControlCode($"\e[{LatestShown + 7}A\e[J"));
        _console.Write(LiveTable(round, rounds, phase, priceText, liquidated.Count, latencyMs));
    }

    public void Finish(DemoSummary summary, JudgeReport report)
    {
        var table = new Table().Title("What the contract says").HideHeaders().AddColumns("", "");
        foreach (var (name, value) in Rows(summary)) table.AddRow(name, value);
        _console.Write(table);
        foreach (var (account, block) in report.Missed.Take(20)) _console.MarkupLineInterpolated($"[red]missed: account {account}, liquidatable since block {block}[/]");
        foreach (var (account, block, at) in report.Late.Take(20)) _console.MarkupLineInterpolated($"[yellow]late: account {account}, liquidatable since block {block}, liquidated in {at}[/]");
        if (_options.Json) _context.Out.WriteLine(summary.ToJson());
    }

    public void Kept(Uri node, string listen, string config)
    {
        _console.MarkupLineInterpolated($"node      {node}");
        _console.MarkupLineInterpolated($"metrics   http://{listen}/metrics");
        _console.MarkupLineInterpolated($"ready     http://{listen}/readyz");
        _console.MarkupLineInterpolated($"config    {config}");
        _console.MarkupLine("press Ctrl-C to stop");
    }

    public void Dispose() => _context.Out.Flush();

    private Table LiveTable(int round, int rounds, string phase, string prices, int fresh, double? latencyMs)
    {
        var table = new Table().Border(TableBorder.Rounded).Width(96).HideHeaders().AddColumns("", "");
        var filled = 40 * round / rounds;
        table.AddRow("progress", $"{new string('#', filled)}{new string('.', 40 - filled)} {round}/{rounds} {phase}");
        table.AddRow("prices", prices);
        table.AddRow("liquidations", $"{_liquidated} (+{fresh})");
        table.AddRow("latency", latencyMs is { } median ? Text($"p50 {median:0.0} ms from oracle to broadcast") : "nothing sent yet");
        table.AddEmptyRow();
        var latest = _latest.Reverse().ToArray();
        for (var i = 0; i < LatestShown; i++) table.AddRow(i == 0 ? "latest" : "", i < latest.Length ? $"block {latest[i].Block}: account {latest[i].Account}" : "");
        return table;
    }

    private static IEnumerable<(string, string)> Rows(DemoSummary summary)
    {
        yield return ("protocol", summary.Protocol);
        yield return ("accounts, seed", Text($"{summary.Accounts}, {summary.Seed}"));
        yield return ("became liquidatable", Text($"{summary.Unhealthy} times"));
        yield return ("liquidated", Text($"{summary.Liquidated} ({summary.Recovered} recovered by themselves)"));
        yield return ("missed, doubled", Text($"{summary.Missed}, {summary.Duplicates}"));
        yield return ("blocks late at most", Text($"{summary.MaxBlocksLate}"));
        yield return ("transactions, gas", Text($"{summary.Transactions}, {summary.GasUsed:N0}"));
        yield return ("rejected sends", Text($"{summary.RejectedSends}"));
        yield return ("reward", Text($"{summary.RewardUsd:N2} USD"));
        yield return ("oracle to broadcast", summary.OracleToBroadcastMs is { P50: { } p50, P99: { } p99 } ? Text($"p50 {p50} ms, p99 {p99} ms") : "nothing was sent");
        yield return ("requests per block", Text($"{summary.RpcRequestsPerBlock}"));
        yield return ("duration", Text($"{summary.DurationSeconds} s, client {summary.Client}"));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
