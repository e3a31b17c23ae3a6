using System.CommandLine;
using Keeper.Host.Ledger;

namespace Keeper.Host.Cli;

/// <summary><c>keeper journal export</c>: a row for each settled transaction, for books and spreadsheets.</summary>
internal static class JournalExportCommand
{
    private const string StandardOutput = "-";

    private static readonly Dictionary<string, Action<TextWriter, IEnumerable<SettledTransaction>>> Formats = new()
    {
        ["csv"] = (writer, rows) => CsvExport.Write(writer, SettledFields.All, rows),
        ["jsonl"] = (writer, rows) => JsonLinesExport.Write(writer, SettledFields.All, rows),
    };

    public static Command Create(CliContext context)
    {
        var (config, path) = (CommonOptions.Config(), JournalCommand.Path());
        var format = new Option<string>("--format") { Description = "csv (RFC 4180) or jsonl (a JSON object a line).", HelpName = "NAME", Required = true };
        var outFile = new Option<string>("--out") { Description = "The file to write, never overwritten; - is standard output.", HelpName = "FILE", Required = true };
        format.AcceptOnlyFromAmong([.. Formats.Keys]);
        var command = new Command("export", "Writes a row for each settled transaction.") { config, path, format, outFile };
        command.SetAction(async (parsed, cancellation) =>
        {
            var target = parsed.GetValue(outFile)!;
            if (target != StandardOutput && System.IO.Path.Exists(target)) throw new StartupException(ExitCode.Config, outFile.Name, $"names {target}, which exists and is not overwritten", "a path where no file is, or -");
            var (field, file) = JournalCommand.Locate(context, parsed, config, path);
            var rows = SettledTransaction.Of((await LedgerReader.PlansAsync(field, file, context.Time, cancellation)).Plans);
            var write = Formats[parsed.GetValue(format)!];
            if (target == StandardOutput) write(context.Out, rows);
            else ToFile(target, outFile.Name, writer => write(writer, rows));
            return (int)ExitCode.Ok;
        });
        return command;
    }

    /// <summary>Whole or not at all, and for its owner alone, as the journal is.</summary>
    private static void ToFile(string path, string option, Action<TextWriter> write)
    {
        var isMine = false;
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using var writer = new StreamWriter(path, options);
            isMine = true;
            write(writer);
        }
        catch (Exception error)
        {
            if (isMine) File.Delete(path);
            if (error is not (IOException or UnauthorizedAccessException)) throw;
            throw new StartupException(ExitCode.Environment, option, $"names {path}, which cannot be written: {error.Message}", "a path in a folder that exists and that this user may write, on a disk with room");
        }
    }
}
