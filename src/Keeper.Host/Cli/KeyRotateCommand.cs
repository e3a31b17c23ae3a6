using System.CommandLine;
using Keeper.Chain.Native.Crypto;
using Keeper.Core.Primitives;
using Keeper.Host.Checks;
using Keeper.Host.Configuration;
using Keeper.Host.Keys;
using Keeper.Host.Running;
using Microsoft.Extensions.Logging.Abstractions;

namespace Keeper.Host.Cli;

/// <summary><c>keeper key rotate</c>: from one operator key to the next, in steps that may be repeated. It signs and sends nothing: the executor's owner is cold.</summary>
internal static class KeyRotateCommand
{
    public static Command Create(CliContext context)
    {
        var config = CommonOptions.Config();
        var outFile = new Option<string?>("--out") { Description = "The new keystore: made where there is none, taken where it is.", HelpName = "FILE" };
        var remote = new Option<string?>("--address") { Description = "The new key's address, where another process holds it.", HelpName = "ADDRESS" };
        var sweep = new Option<string?>("--sweep") { Description = "Also tell the transfer of what is left on the old key, to this account.", HelpName = "ADDRESS" };
        var wait = new Option<int>("--wait") { Description = "Wait this long until a keeper at work has nothing in flight.", HelpName = "SECONDS", DefaultValueFactory = _ => 120 };
        wait.Validators.Add(result => { if (result.GetValue(wait) is < 0 or > 86_400) result.AddError("--wait is from 0 to 86400."); });
        var json = new Option<bool>("--json") { Description = "One line of JSON." };
        var (passwordFile, passwordVariable) = (CommonOptions.PasswordFile(), CommonOptions.PasswordVariable());
        var command = new Command("rotate", "Moves the executor to a new operator key: proves that the old one is drained, makes the new one, and tells what its owner must sign.")
        {
            config, outFile, remote, sweep, passwordFile, passwordVariable, wait, json,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var (path, address, sweepTo) = (parsed.GetValue(outFile), Parse(parsed, remote), Parse(parsed, sweep));
            if (path is null == address is null) throw new StartupException(ExitCode.Config, "--out", path is null ? "is missing" : "stands beside --address", "one of the two");
            var options = KeeperConfig.Load(parsed.GetValue(config)!, Needs.Key | Needs.Executor, context.Environment).Require();
            var next = new NewKey(
                path is null ? remote.Name : outFile.Name, path is null ? null : Path.GetFullPath(path),
                Once(() => Password(context, parsed.GetValue(passwordFile), parsed.GetValue(passwordVariable), isNew: !File.Exists(path))), address, context.ScryptN);
            Proofs.Require(await new EndpointProofs(options.Chain, endpoints => ChainClients.Create(options.Chain, endpoints, context.Time, NullLoggerFactory.Instance)).RunAsync(cancellation));
            await using var client = ChainClients.Create(options.Chain, options.Chain.Endpoints, context.Time, NullLoggerFactory.Instance);
            var report = await new KeyRotation(options, client, new Drain(options, TimeSpan.FromSeconds(parsed.GetValue(wait)), context.Time).RunAsync, context.Time).RunAsync(next, sweepTo, cancellation);
            if (parsed.GetValue(json)) context.Out.WriteLine(RotationText.Json(report));
            else RotationText.Write(context.Out, report);
            return (int)(report.State == RotationState.Drain ? ExitCode.Environment : ExitCode.Ok);
        });
        return command;
    }

    /// <summary>Asked for once, since somebody may be typing it.</summary>
    private static Func<string> Once(Func<string> ask)
    {
        string? answer = null;
        return () => answer ??= ask();
    }

    private static string Password(CliContext context, string? file, string? variable, bool isNew)
    {
        KeystorePassword.Choose(context, file, variable, isNew, out var password);
        return password;
    }

    private static Address? Parse(ParseResult parsed, Option<string?> option)
    {
        if (parsed.GetValue(option) is not { } text) return null;
        return Address.TryParse(text, out var address) && !address.IsZero && AddressChecksum.IsAcceptable(text) ? address
            : throw new StartupException(ExitCode.Config, option.Name, "is not an address", "0x and 40 hex digits, not all zero, with a right checksum or in one letter case");
    }
}
