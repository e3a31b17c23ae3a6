using System.CommandLine;
using System.Globalization;
using Keeper.Host.Configuration;

namespace Keeper.Host.Cli;

/// <summary><c>keeper journal verify</c>, <c>show</c> and <c>export</c>: what the journal says, to its operator. Nothing is written to it, and a keeper may be at work.</summary>
internal static class JournalCommand
{
    public static Command Create(CliContext context) => new("journal", "Proves and shows what the journal holds; changes nothing in it.")
    {
        JournalVerifyCommand.Create(context), JournalShowCommand.Create(context), JournalExportCommand.Create(context),
    };

    private static readonly string[] Times = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    public static Option<string?> Path() => new("--path") { Description = "The journal, instead of the configuration's journal.path.", HelpName = "FILE" };

    public static Option<string?> Since(string what) =>
        new("--since") { Description = $"{what} at this time or later: 2026-03-01, 2026-03-01T12:00Z. Without a zone it is UTC.", HelpName = "TIME" };

    public static DateTimeOffset? TimeOf(ParseResult parsed, Option<string?> option) =>
        parsed.GetValue(option) is not { } text ? null
        : DateTimeOffset.TryParseExact(text, Times, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time
        : throw new StartupException(ExitCode.Config, option.Name, "is not a time", "a day or a time by ISO 8601, as 2026-03-01 or 2026-03-01T12:00:00Z");

    /// <summary>Who names the journal, and where it is. With <c>--path</c> no configuration is read: a copy can be looked at anywhere.</summary>
    public static (string Field, string Path) Locate(CliContext context, ParseResult parsed, Option<string> config, Option<string?> path) =>
        parsed.GetValue(path) is { Length: > 0 } given ? (path.Name, System.IO.Path.GetFullPath(given))
        : ("journal.path", KeeperConfig.Load(parsed.GetValue(config)!, Needs.None, context.Environment).Require().Journal.Path);
}
