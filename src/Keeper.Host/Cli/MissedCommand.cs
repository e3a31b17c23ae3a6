using System.CommandLine;
using Keeper.Core.Chain;
using Keeper.Host.Ledger;
using Spectre.Console;

namespace Keeper.Host.Cli;

/// <summary><c>keeper missed</c>: what others liquidated, and what we were doing. From the journal, which nothing is written to.</summary>
internal static class MissedCommand
{
    public static Command Create(CliContext context)
    {
        var (config, path, since) = (CommonOptions.Config(), JournalCommand.Path(), JournalCommand.Since("Those journalled"));
        var account = new Option<string?>("--account") { Description = "Those of this account, as the journal names it.", HelpName = "PROTOCOL:ID" };
        var csv = new Option<bool>("--csv") { Description = "As CSV (RFC 4180)." };
        var json = new Option<bool>("--json") { Description = "A JSON object a line." };
        var command = new Command("missed", "Lists what others liquidated, by whom and at what price, and what the keeper was doing.") { config, path, account, since, csv, json };
        command.Validators.Add(result =>
        {
            if (result.GetValue(csv) && result.GetValue(json)) result.AddError("--csv and --json are two forms: name one.");
        });
        command.SetAction(async (parsed, cancellation) =>
        {
            var (wanted, from) = (parsed.GetValue(account), JournalCommand.TimeOf(parsed, since));
            var (field, file) = JournalCommand.Locate(context, parsed, config, path);
            var rows = MissedLiquidation.Of(await LedgerReader.PlansAsync(field, file, context.Time, cancellation))
                .Where(row => (wanted is null || row.Account == wanted) && (from is null || row.Time >= from)).ToArray();
            if (parsed.GetValue(csv)) CsvExport.Write(context.Out, MissedFields.All, rows);
            else if (parsed.GetValue(json)) JsonLinesExport.Write(context.Out, MissedFields.All, rows);
            else Write(context.Out, rows);
            return (int)ExitCode.Ok;
        });
        return command;
    }

    private static void Write(TextWriter writer, MissedLiquidation[] rows)
    {
        if (rows.Length == 0)
        {
            writer.WriteLine("the journal knows of none that fits");
            return;
        }
        var table = new Table().Border(TableBorder.Minimal).AddColumns([.. MissedFields.All.Select(field => field.Name)]);
        foreach (var row in rows) table.AddRow(MissedFields.All.Select(field => new Text(field.Value(row) ?? "")).ToArray<Spectre.Console.Rendering.IRenderable>());
        Tables.On(writer).Write(table);
    }
}
