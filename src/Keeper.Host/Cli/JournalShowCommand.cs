using System.CommandLine;
using Keeper.Core.Primitives;
using Keeper.Host.Ledger;

namespace Keeper.Host.Cli;

/// <summary><c>keeper journal show</c>: plan by plan what was meant, signed, sent and seen, and what breakers and operators did between, the newest first.</summary>
internal static class JournalShowCommand
{
    private const int DefaultLimit = 20;

    public static Command Create(CliContext context)
    {
        var (config, path) = (CommonOptions.Config(), JournalCommand.Path());
        var account = new Option<string?>("--account") { Description = "Plans for this account, as the journal names it.", HelpName = "PROTOCOL:ID" };
        var transaction = new Option<string?>("--transaction") { Description = "The plan that signed this transaction, mined or not.", HelpName = "HASH" };
        var plan = new Option<long?>("--plan") { Description = "The plan of this number.", HelpName = "N" };
        var since = JournalCommand.Since("Plans of which something was written");
        var limit = new Option<int>("--limit") { Description = "So many plans and events at most.", HelpName = "N", DefaultValueFactory = _ => DefaultLimit };
        var command = new Command("show", "Shows transactions, the newest first.") { config, path, account, transaction, plan, since, limit };
        command.SetAction(async (parsed, cancellation) =>
        {
            var filter = new PlanFilter(parsed.GetValue(account), HashOf(parsed, transaction), parsed.GetValue(plan), JournalCommand.TimeOf(parsed, since));
            var most = parsed.GetValue(limit) is > 0 and var given ? given : throw new StartupException(ExitCode.Config, limit.Name, "is below 1", "how many to show");
            var (field, file) = JournalCommand.Locate(context, parsed, config, path);
            var fold = await LedgerReader.PlansAsync(field, file, context.Time, cancellation);
            Write(context.Out, Entries(fold, filter), most);
            return (int)ExitCode.Ok;
        });
        return command;
    }

    /// <summary>Plans where they were opened, and between them what belongs to none: breakers and adopted nonces.</summary>
    private static Action<TextWriter>[] Entries(PlanFold fold, PlanFilter filter)
    {
        var plans = fold.Plans.Where(filter.Fits).Select(plan => (At: plan.Plan, Write: (Action<TextWriter>)(writer => PlanText.Write(writer, plan))));
        var events = fold.WithoutPlan.Where(filter.Fits).Select(record => (record.Sequence, Text: EventText.Of(record))).Where(line => line.Text is not null)
            .Select(line => (At: line.Sequence, Write: (Action<TextWriter>)(writer => writer.WriteLine(line.Text + Environment.NewLine))));
        return plans.Concat(events).OrderByDescending(entry => entry.At).Select(entry => entry.Write).ToArray();
    }

    private static void Write(TextWriter writer, Action<TextWriter>[] entries, int most)
    {
        foreach (var write in entries.Take(most)) write(writer);
        if (entries.Length == 0) writer.WriteLine("no plan of the journal fits");
        else if (entries.Length > most) writer.WriteLine($"{entries.Length - most} older not shown: --limit {entries.Length} shows all that fit");
    }

    private static Hash32? HashOf(ParseResult parsed, Option<string?> option) =>
        parsed.GetValue(option) is not { } text ? null
        : Hash32.TryParse(text, out var hash) ? hash : throw new StartupException(ExitCode.Config, option.Name, "is not a transaction hash", "0x and 64 hex digits");
}
