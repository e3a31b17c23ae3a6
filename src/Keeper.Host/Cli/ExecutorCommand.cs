using System.CommandLine;
using Keeper.Core.Chain.Contracts;
using Keeper.Core.Primitives;
using Keeper.Core.Telemetry;
using Keeper.Host.Checks;
using Keeper.Host.Configuration;
using Keeper.Host.Contracts;
using Keeper.Host.Keys;
using Keeper.Host.Running;
using Microsoft.Extensions.Logging.Abstractions;

namespace Keeper.Host.Cli;

/// <summary><c>keeper executor deploy</c> and <c>keeper executor verify</c>.</summary>
internal static class ExecutorCommand
{
    public static Command Create(CliContext context) => new("executor", "Deploys or verifies the contract that liquidates.") { Deploy(context), Verify(context) };

    private static Command Deploy(CliContext context)
    {
        var config = CommonOptions.Config();
        var owner = Role("--owner", "Who decides what may be called: a cold key.", isRequired: true);
        var operatorAddress = Role("--operator", "Who decides when: the keeper's key.", isRequired: true);
        var treasury = Role("--treasury", "Where profit goes, for ever.", isRequired: true);
        var keystore = new Option<string>("--keystore") { Description = "The keystore of the key that pays for the deployment.", HelpName = "FILE", Required = true };
        var (passwordFile, passwordVariable) = (CommonOptions.PasswordFile(), CommonOptions.PasswordVariable());
        var command = new Command("deploy", "Deploys the executor and tells what its owner must do next.") { config, owner, operatorAddress, treasury, keystore, passwordFile, passwordVariable };
        command.SetAction(async (parsed, cancellation) =>
        {
            var roles = new ExecutorRoles(RequireRole(parsed, owner), RequireRole(parsed, operatorAddress), RequireRole(parsed, treasury));
            var options = KeeperConfig.Load(parsed.GetValue(config)!, Needs.None, context.Environment).Require();
            KeystorePassword.Choose(context, parsed.GetValue(passwordFile), parsed.GetValue(passwordVariable), isNew: false, out var password);
            var contract = ChainLibraries.Of(options.Chain).Executor;
            using var signer = KeyFile.Open(Path.GetFullPath(parsed.GetValue(keystore)!), password, options.Chain, "--keystore", "--password-file");
            await using var client = ChainClients.Create(options.Chain, options.Chain.Endpoints, context.Time, NullLoggerFactory.Instance);
            Proofs.Require(await new EndpointProofs(options.Chain, Connect(context, options)).RunAsync(cancellation));
            var address = await new ExecutorDeployment(options, client, contract, signer, context.Time, context.Error).RunAsync(roles, cancellation);
            await FollowUp.WriteAsync(context.Out, options, client, contract, address, cancellation);
            return (int)ExitCode.Ok;
        });
        return command;
    }

    private static Command Verify(CliContext context)
    {
        var config = CommonOptions.Config();
        var owner = Role("--owner", "Who must be the owner.", isRequired: false);
        var operatorAddress = Role("--operator", "Who must be the operator.", isRequired: false);
        var command = new Command("verify", "Proves the executor's code, roles and allow-list.") { config, owner, operatorAddress };
        command.SetAction(async (parsed, cancellation) =>
        {
            var options = KeeperConfig.Load(parsed.GetValue(config)!, Needs.Executor, context.Environment).Require();
            var (ownerWanted, operatorWanted) = (OptionalRole(parsed, owner), OptionalRole(parsed, operatorAddress));
            Proofs.Require(await new EndpointProofs(options.Chain, Connect(context, options)).RunAsync(cancellation));
            await using var client = ChainClients.Create(options.Chain, options.Chain.Endpoints, context.Time, NullLoggerFactory.Instance);
            var header = await client.GetHeaderAsync(Core.Chain.BlockId.Latest, cancellation);
            var proofs = await new ExecutorProofs(options, options.Executor!, client, Core.Chain.BlockId.At(header.Ref)).RunAsync(operatorWanted, ownerWanted, cancellation);
            Tables.Write(context.Out, proofs);
            return (int)Proofs.CodeOf(proofs);
        });
        return command;
    }

    private static Func<IReadOnlyList<EndpointOptions>, Core.Chain.IChainClient> Connect(CliContext context, KeeperOptions options) =>
        endpoints => ChainClients.Create(options.Chain, endpoints, context.Time, NullLoggerFactory.Instance);

    private static Option<string?> Role(string name, string description, bool isRequired) => new(name) { Description = description, HelpName = "ADDRESS", Required = isRequired };

    private static Address RequireRole(ParseResult parsed, Option<string?> option) => OptionalRole(parsed, option)!.Value;

    private static Address? OptionalRole(ParseResult parsed, Option<string?> option)
    {
        if (parsed.GetValue(option) is not { } text) return null;
        return Address.TryParse(text, out var address) && !address.IsZero && Keeper.Chain.Native.Crypto.AddressChecksum.IsAcceptable(text) ? address
            : throw new StartupException(ExitCode.Config, option.Name, "is not an address", "0x and 40 hex digits, not all zero, with a right checksum or in one letter case");
    }
}
