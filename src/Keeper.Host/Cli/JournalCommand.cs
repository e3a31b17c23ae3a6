using System.CommandLine;
using Keeper.Host.Configuration;

namespace Keeper.Host.Cli;

/// <summary><c>keeper journal verify</c>, <c>show</c> and <c>export</c>: what the journal says, to its operator. Nothing is written to it, and a keeper may be at work.</summary>
internal static class JournalCommand
{
    public static Command Create(CliContext context) => new("journal", "Proves and shows what the journal holds; changes nothing in it.")
    {
        JournalVerifyCommand.Create(context), JournalShowCommand.Create(context), JournalExportCommand.Create(context),
    };

    public static Option<string?> Path() => new("--path") { Description = "The journal, instead of the configuration's journal.path.", HelpName = "FILE" };

    /// <summary>Who names the journal, and where it is. With <c>--path</c> no configuration is read: a copy can be looked at anywhere.</summary>
    public static (string Field, string Path) Locate(CliContext context, ParseResult parsed, Option<string> config, Option<string?> path) =>
        parsed.GetValue(path) is { Length: > 0 } given ? (path.Name, System.IO.Path.GetFullPath(given))
        : ("journal.path", KeeperConfig.Load(parsed.GetValue(config)!, Needs.None, context.Environment).Require().Journal.Path);
}
