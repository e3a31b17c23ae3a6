using System.CommandLine;
using System.Globalization;
using Keeper.Core.Primitives;
using Keeper.Host.Ledger;

namespace Keeper.Host.Cli;

/// <summary><c>keeper journal show</c>: plan by plan what was meant, signed, sent and seen, the newest first.</summary>
internal static class JournalShowCommand
{
    private const int DefaultLimit = 20;
    private static readonly string[] Times = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    public static Command Create(CliContext context)
    {
        var (config, path) = (CommonOptions.Config(), JournalCommand.Path());
        var account = new Option<string?>("--account") { Description = "Plans for this account, as the journal names it.", HelpName = "PROTOCOL:ID" };
        var transaction = new Option<string?>("--transaction") { Description = "The plan that signed this transaction, mined or not.", HelpName = "HASH" };
        var plan = new Option<long?>("--plan") { Description = "The plan of this number.", HelpName = "N" };
        var since = new Option<string?>("--since") { Description = "Plans of which something was written at this time or later: 2026-03-01, 2026-03-01T12:00Z. Without a zone it is UTC.", HelpName = "TIME" };
        var limit = new Option<int>("--limit") { Description = "So many plans at most.", HelpName = "N", DefaultValueFactory = _ => DefaultLimit };
        var command = new Command("show", "Shows transactions, the newest first.") { config, path, account, transaction, plan, since, limit };
        command.SetAction(async (parsed, cancellation) =>
        {
            var filter = new PlanFilter(parsed.GetValue(account), HashOf(parsed, transaction), parsed.GetValue(plan), TimeOf(parsed, since));
            var most = parsed.GetValue(limit) is > 0 and var given ? given : throw new StartupException(ExitCode.Config, limit.Name, "is below 1", "how many plans to show");
            var (field, file) = JournalCommand.Locate(context, parsed, config, path);
            var fold = await LedgerReader.PlansAsync(field, file, context.Time, cancellation);
            Write(context.Out, fold.Plans.Where(filter.Fits).OrderByDescending(found => found.Plan).ToArray(), most);
            return (int)ExitCode.Ok;
        });
        return command;
    }

    private static void Write(TextWriter writer, PlanHistory[] plans, int most)
    {
        foreach (var plan in plans.Take(most)) PlanText.Write(writer, plan);
        if (plans.Length == 0) writer.WriteLine("no plan of the journal fits");
        else if (plans.Length > most) writer.WriteLine($"{plans.Length - most} older not shown: --limit {plans.Length} shows all that fit");
    }

    private static Hash32? HashOf(ParseResult parsed, Option<string?> option) =>
        parsed.GetValue(option) is not { } text ? null
        : Hash32.TryParse(text, out var hash) ? hash : throw new StartupException(ExitCode.Config, option.Name, "is not a transaction hash", "0x and 64 hex digits");

    private static DateTimeOffset? TimeOf(ParseResult parsed, Option<string?> option) =>
        parsed.GetValue(option) is not { } text ? null
        : DateTimeOffset.TryParseExact(text, Times, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time
        : throw new StartupException(ExitCode.Config, option.Name, "is not a time", "a day or a time by ISO 8601, as 2026-03-01 or 2026-03-01T12:00:00Z");
}
