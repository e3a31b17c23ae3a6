using System.CommandLine;
using Keeper.Core.Chain;
using Keeper.Host.Ledger;

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
            var version = await LedgerReader.ReadAsync(field, file, context.Time, record => { counts.Add(record); plans.Add(record); }, cancellation);
            Write(context.Out, file, version, counts, plans);
            return (int)ExitCode.Ok;
        });
        return command;
    }

    private static void Write(TextWriter writer, string file, long version, JournalCounts counts, PlanFold plans)
    {
        Row("journal", $"{ForeignText.Clean(file, 1_000)}, schema version {version}");
        Row("records", $"{counts.Total}, each as it was written; recovery finds no contradiction in them");
        Row("first", counts.First is { } first ? LedgerText.Utc(first) : "none");
        Row("last", counts.Last is { } last ? LedgerText.Utc(last) : "none");
        foreach (var (kind, count) in counts.ByKind) Row($"  {kind}", LedgerText.Number(count));
        var open = plans.Plans.Where(plan => plan.End is null).ToArray();
        Row("open plans", LedgerText.Number((long)open.Length));
        foreach (var plan in open) writer.WriteLine($"  plan {plan.Plan}: nonce {plan.Intent.Nonce} of {plan.Intent.Key}, {PlanText.State(plan)}");

        void Row(string name, string value) => writer.WriteLine($"{name,-14}{value}");
    }
}
