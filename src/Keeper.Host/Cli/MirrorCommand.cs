using System.CommandLine;
using System.Globalization;
using Keeper.Core.Chain;
using Keeper.Core.Mirror;
using Keeper.Core.Mirror.Snapshots;
using Keeper.Core.Protocol;
using Keeper.Host.Checks;
using Keeper.Host.Configuration;
using Keeper.Host.Running;
using Microsoft.Extensions.Logging.Abstractions;

namespace Keeper.Host.Cli;

/// <summary><c>keeper mirror show</c>, <c>verify</c>, <c>export</c> and <c>import</c>: the snapshot that a start begins with.</summary>
internal static class MirrorCommand
{
    private const string Field = "checkpoint.path";

    public static Command Create(CliContext context) => new("mirror", "Shows, proves and moves the snapshot of the mirror that a start begins with.")
    {
        Show(context), Verify(context), Export(context), Import(context),
    };

    private static Command Show(CliContext context)
    {
        var (config, path) = (CommonOptions.Config(), Path());
        var command = new Command("show", "Tells what the snapshot says of itself.") { config, path };
        command.SetAction(parsed =>
        {
            Write(context.Out, parsed.GetValue(path) is { Length: > 0 } given ? Read(path.Name, given) : Read(Field, Load(context, parsed, config).Checkpoint.Path));
            return (int)ExitCode.Ok;
        });
        return command;
    }

    private static Command Verify(CliContext context)
    {
        var (config, path) = (CommonOptions.Config(), Path());
        var command = new Command("verify", "Reads all of the snapshot, and holds its block and its sums against the chain.") { config, path };
        command.SetAction(async (parsed, cancellation) =>
        {
            var options = Load(context, parsed, config);
            var (field, file) = parsed.GetValue(path) is { Length: > 0 } given ? (path.Name, given) : (Field, options.Checkpoint.Path);
            var (header, protocols) = Decode(field, file, options, context.Time);
            Write(context.Out, header);
            await using var client = ChainClients.Create(options.Chain, options.Chain.Endpoints, context.Time, NullLoggerFactory.Instance);
            await RequireBlockAsync(field, header, client, cancellation);
            context.Out.WriteLine("its block is in the chain");
            var sums = await SumsAsync(header, protocols, client, cancellation);
            context.Out.WriteLine(sums.Text);
            return (int)(sums.AreRight ? ExitCode.Ok : ExitCode.Environment);
        });
        return command;
    }

    private static Command Export(CliContext context)
    {
        var (config, path) = (CommonOptions.Config(), Path());
        var outFile = new Option<string>("--out") { Description = "The file to write, never overwritten.", HelpName = "FILE", Required = true };
        var command = new Command("export", "Writes a copy of the snapshot, once all of it was read.") { config, path, outFile };
        command.SetAction(parsed =>
        {
            var (field, file) = parsed.GetValue(path) is { Length: > 0 } given ? (path.Name, given) : (Field, Load(context, parsed, config).Checkpoint.Path);
            var target = parsed.GetValue(outFile)!;
            if (System.IO.Path.Exists(target)) throw new StartupException(ExitCode.Config, outFile.Name, $"names {target}, which exists and is not overwritten", "a path where no file is");
            Copy(field, file, outFile.Name, target);
            Write(context.Out, Guard(outFile.Name, () => SnapshotStore.Verify(target)));
            return (int)ExitCode.Ok;
        });
        return command;
    }

    private static Command Import(CliContext context)
    {
        var config = CommonOptions.Config();
        var from = new Option<string>("--from") { Description = "A snapshot that `keeper mirror export` wrote.", HelpName = "FILE", Required = true };
        var command = new Command("import", "Puts a snapshot where a start looks for it, once it was held against the chain. Not while a keeper runs.") { config, from };
        command.SetAction(async (parsed, cancellation) =>
        {
            var options = Load(context, parsed, config);
            var source = parsed.GetValue(from)!;
            var (header, protocols) = Decode(from.Name, source, options, context.Time);
            await using var client = ChainClients.Create(options.Chain, options.Chain.Endpoints, context.Time, NullLoggerFactory.Instance);
            await RequireBlockAsync(from.Name, header, client, cancellation);
            var sums = await SumsAsync(header, protocols, client, cancellation);
            if (!sums.AreRight) throw new StartupException(ExitCode.Environment, from.Name, sums.Text, "a snapshot from which nothing is missing");
            var next = options.Checkpoint.Path + ".import";
            Guard(Field, () => { File.Delete(next); return 0; });
            Copy(from.Name, source, Field, next);
            Guard(Field, () =>
            {
                SnapshotStore.Verify(next);
                File.Move(next, options.Checkpoint.Path, overwrite: true);
                return 0;
            });
            Write(context.Out, header);
            context.Out.WriteLine($"its block is in the chain; {sums.Text}");
            return (int)ExitCode.Ok;
        });
        return command;
    }

    private static Option<string?> Path() => new("--path") { Description = "The snapshot, instead of the configuration's checkpoint.path.", HelpName = "FILE" };

    private static KeeperOptions Load(CliContext context, ParseResult parsed, Option<string> config) =>
        KeeperConfig.Load(parsed.GetValue(config)!, Needs.None, context.Environment).Require();

    private static SnapshotHeader Read(string field, string file) => Guard(field, () =>
    {
        using var handle = File.OpenHandle(file);
        return SnapshotFile.ReadHeader(handle);
    });

    /// <summary>All of it, given to the adapters that the configuration names.</summary>
    private static (SnapshotHeader Header, IReadOnlyList<IProtocol> Protocols) Decode(string field, string file, KeeperOptions options, TimeProvider time) => Guard(field, () =>
    {
        var store = new SnapshotStore(file, options.Chain.Id, time);
        var header = store.Find() ?? throw new SnapshotException(SnapshotFault.Unreadable, "there is no file");
        SnapshotStore.Verify(file);
        var undo = new UndoLog();
        IProtocol[] protocols = [.. options.Protocols.Select(protocol => ProtocolCatalog.Create(protocol, undo))];
        if (store.Load(header, protocols) is [var (lacking, reason), ..])
            throw new StartupException(ExitCode.Config, field, $"is no snapshot for this configuration: the state of {lacking.Settings.Name} {reason}", "one of a keeper with the same protocols");
        return (header, (IReadOnlyList<IProtocol>)protocols);
    });

    private static async Task RequireBlockAsync(string field, SnapshotHeader header, IChainClient client, CancellationToken cancellation)
    {
        var there = await client.GetHeaderAsync(BlockId.At(header.Block.Number), cancellation);
        if (there.Ref.Hash != header.Block.Hash)
            throw new StartupException(ExitCode.Environment, field, $"is of block {header.Block}, which is not in the chain: it has {there.Ref} there", "a snapshot of this chain");
    }

    private static async Task<(bool AreRight, string Text)> SumsAsync(SnapshotHeader header, IReadOnlyList<IProtocol> protocols, IChainClient client, CancellationToken cancellation)
    {
        try
        {
            var differences = await new TotalsAudit(client, NullLogger.Instance).CompareAsync([.. protocols.Select(protocol => (protocol.Settings.Name, protocol.Capture()))], header.Block, cancellation);
            return differences.Count == 0 ? (true, "its sums are the contracts' at that block") : (false, $"{differences.First().Key}, {differences.First().Value}");
        }
        catch (ChainException error)
        {
            return (true, $"its sums cannot be asked for at that block, as the node does not answer there any more: {error.Message}; a start compares them at the newest block");
        }
    }

    private static void Copy(string field, string file, string targetField, string target)
    {
        Guard(field, () => SnapshotStore.Verify(file));
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using var from = File.OpenRead(file);
            using var to = new FileStream(target, options);
            from.CopyTo(to);
            to.Flush(flushToDisk: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StartupException(ExitCode.Environment, targetField, $"is {target}, which cannot be written: {error.Message}", "a path in a folder that this user may write, on a disk with room");
        }
    }

    private static void Write(TextWriter writer, SnapshotHeader header)
    {
        Row("block", header.Block.ToString());
        Row("block time", Utc(DateTimeOffset.UnixEpoch.AddSeconds(Math.Min(header.Block.Timestamp, 253_402_300_799))));
        Row("chain", header.ChainId.ToString(CultureInfo.InvariantCulture));
        Row("written", Utc(header.WrittenAt));
        Row("bytes", header.FileBytes.ToString("N0", CultureInfo.InvariantCulture));
        foreach (var section in header.Sections)
            Row(ForeignText.Clean(section.Name), $"{ForeignText.Clean(section.Type)} at {section.Address} since block {section.DeployBlock}, {section.Accounts.ToString("N0", CultureInfo.InvariantCulture)} accounts");

        void Row(string name, string value) => writer.WriteLine($"{name,-18}{value}");

        static string Utc(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
    }

    /// <exception cref="StartupException">The file is not used.</exception>
    private static T Guard<T>(string field, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new StartupException(ExitCode.Environment, field, $"names no file yet: {error.Message}", "the snapshot that a keeper at work writes (checkpoint.everySeconds)");
        }
        catch (Exception error) when (error is SnapshotException or IOException or UnauthorizedAccessException)
        {
            throw new StartupException(ExitCode.Environment, field, $"cannot be used: {error.Message}", "a snapshot of this chain, whole and unaltered");
        }
    }
}
