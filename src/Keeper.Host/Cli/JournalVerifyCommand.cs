using System.CommandLine;
using Keeper.Core.Chain;
using Keeper.Core.Journal;
using Keeper.Host.Ledger;
using Keeper.Journal.Sqlite;

namespace Keeper.Host.Cli;

/// <summary><c>keeper journal verify</c>: that every record is as it was written and that recovery believes them all.</summary>
internal static class JournalVerifyCommand
{
    public static Command Create(CliContext context)
    {
        var (config, path) = (CommonOptions.Config(), JournalCommand.Path());
        var command = new Command("verify", "Proves that every record is as it was written, and counts them.") { config, path };
        command.SetAction(async (parsed, cancellation) =>
        {
            var (field, file) = JournalCommand.Locate(context, parsed, config, path);
            var (counts, plans) = (new JournalCounts(), new PlanFold());
            var format = await LedgerReader.ReadAsync(field, file, context.Time, record => { counts.Add(record); plans.Add(record); }, cancellation);
            Write(context.Out, file, format, counts, plans);
            return (int)ExitCode.Ok;
        });
        return command;
    }

    private static void Write(TextWriter writer, string file, FileFormat format, JournalCounts counts, PlanFold plans)
    {
        Row("journal", $"{ForeignText.Clean(file, 1_000)}, schema version {format.Version}{Reader(format)}");
        Row("records", $"{counts.Total}, each as it was written; recovery finds no contradiction in them");
        if (counts.ByKind[nameof(JournalEntry.Unknown)] + counts.WithMore is > 0 and var passed)
            Row("passed over", $"{passed}, {counts.ByKind[nameof(JournalEntry.Unknown)]} of them of kinds that only a newer keeper knows, the rest with more in them than this one knows");
        Row("first", counts.First is { } first ? LedgerText.Utc(first) : "none");
        Row("last", counts.Last is { } last ? LedgerText.Utc(last) : "none");
        foreach (var (kind, count) in counts.ByKind) Row($"  {kind}", LedgerText.Number(count));
        var open = plans.Plans.Where(plan => plan.End is null).ToArray();
        Row("open plans", LedgerText.Number((long)open.Length));
        foreach (var plan in open) writer.WriteLine($"  plan {plan.Plan}: nonce {plan.Intent.Nonce} of {plan.Intent.Key}, {PlanText.State(plan)}");

        static string Reader(FileFormat format) =>
            (format.After > 0 ? $" since record {format.After}" : "") + (format.IsNewer ? $", of a newer keeper; readable from version {format.LowestReader} on" : "");

        void Row(string name, string value) => writer.WriteLine($"{name,-18}{value}");
    }
}
