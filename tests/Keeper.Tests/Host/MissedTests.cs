using System.Text.Json.Nodes;
using Keeper.Core.Journal;
using Keeper.Core.Submission;
using Keeper.Host;
using Keeper.Tests.Host.Ledger;
using Keeper.Tests.Journal;

namespace Keeper.Tests.Host;

public sealed class MissedTests : IDisposable
{
    private const string Names = "time_utc,account,block,rival,transaction,price_per_gas_wei,doing,plan";

    private readonly WrittenJournal _journal = new();

    public void Dispose() => _journal.Dispose();

    [Fact]
    public async Task What_others_liquidated_and_races_that_were_lost_are_listed_in_the_order_of_time()
    {
        await WriteAsync();
        var told = await RunAsync("--csv");
        Assert.Equal((ExitCode.Ok, ""), (told.Code, told.Error));
        Assert.Equal(
            [
                Names,
                $"2026-01-02T03:04:05.678Z,refperps:5,101,{Samples.Foreign},{Samples.Hash(90)},31000000000,backing_off,",
                $"2026-01-02T03:07:05.678Z,refperps:17,101,{Samples.Foreign},{Samples.Hash(91)},,\"raced: ours was in block 102 at 25000000000 wei for a unit of gas\",2",
                "2026-01-02T03:07:05.678Z,refperps:18,,,,,\"raced: ours was in block 102 at 25000000000 wei for a unit of gas\",2",
                "",
            ],
            told.Out.Split("\r\n"));
    }

    [Fact]
    public async Task The_table_and_the_lines_of_json_have_the_same()
    {
        await WriteAsync();
        var table = (await RunAsync()).Out;
        foreach (var text in Names.Split(',').Concat(["refperps:5", "backing_off", Samples.Foreign.ToString(), Samples.Hash(91).ToString()])) Assert.Contains(text, table, StringComparison.Ordinal);
        var rows = (await RunAsync("--json")).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject()).ToArray();
        Assert.All(rows, row => Assert.Equal(Names, string.Join(',', row.Select(field => field.Key))));
        Assert.Equal([101, 101, null], rows.Select(row => (int?)row["block"]));
        Assert.Equal([null, 2, 2], rows.Select(row => (int?)row["plan"]));
    }

    [Fact]
    public async Task One_liquidation_is_told_once_though_the_log_and_the_race_both_tell_of_it()
    {
        await _journal.WriteAsync(
            Samples.Opening(7), [Samples.Missed() with { By = Samples.Rival(91) }], [Samples.Mined(1)], [new JournalEntry.Settled(1, Samples.Hash(1), [new("refperps:17", Outcome.Raced, null, Samples.Rival(91))])]);
        Assert.Equal(2, (await RunAsync("--csv")).Out.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task Account_and_time_choose_and_text_of_others_cannot_drive_the_terminal()
    {
        await WriteAsync();
        await _journal.WriteAsync([new JournalEntry.Missed("=a\u001b[2J", Samples.Rival(92), "in\nflight")]);
        Assert.Contains("refperps:5", (await RunAsync("--account", "refperps:5")).Out, StringComparison.Ordinal);
        Assert.DoesNotContain("refperps:17", (await RunAsync("--account", "refperps:5")).Out, StringComparison.Ordinal);
        Assert.DoesNotContain("refperps:5,", (await RunAsync("--since", "2026-01-02T03:05Z", "--csv")).Out, StringComparison.Ordinal);
        Assert.Contains("the journal knows of none that fits", (await RunAsync("--account", "nobody")).Out, StringComparison.Ordinal);
        Assert.Contains(@",'=a\u001b[2J,101,", (await RunAsync("--csv")).Out, StringComparison.Ordinal);
        Assert.DoesNotContain((await RunAsync()).Out, character => character == '\u001b');
    }

    [Fact]
    public async Task A_wrong_command_line_and_a_damaged_journal_are_refused()
    {
        await WriteAsync();
        Assert.Equal((ExitCode.Config, ""), ((await RunAsync("--csv", "--json")).Code, (await RunAsync("--csv", "--json")).Out));
        Assert.Equal(ExitCode.Config, (await RunAsync("--since", "yesterday")).Code);
        _journal.Damage("UPDATE record SET body = replace(body, 'backing', 'slacking') WHERE sequence = 1");
        var told = await RunAsync();
        Assert.Equal((ExitCode.Environment, ""), (told.Code, told.Out));
        Assert.Contains("Record 1 ", Assert.Single(told.Problems), StringComparison.Ordinal);
    }

    /// <summary>Seen in a log; raced with and without a known rival; one that a reorg took out again, and one that was won.</summary>
    private Task WriteAsync() => _journal.WriteAsync(
        [Samples.Missed("refperps:5") with { By = Samples.Rival(90) }],
        Samples.Opening(7), [Samples.Mined(2, block: 102)],
        [new JournalEntry.Settled(2, Samples.Hash(1), [new("refperps:17", Outcome.Raced, null, Samples.Rival(91) with { PricePerGas = null }), new("refperps:18", Outcome.Raced, null), new("refperps:19", Outcome.Won, null)])],
        Samples.Opening(8, hash: 2), [Samples.Mined(6, 2, 103)], [new JournalEntry.Settled(6, Samples.Hash(2), [new("refperps:30", Outcome.Raced, null, Samples.Rival(93))])], Samples.Opening(8, hash: 2));

    private Task<Cli> RunAsync(params string[] args) => Cli.RunAsync(new Dictionary<string, string>(), "", ["missed", "--path", _journal.Path, .. args]);
}
