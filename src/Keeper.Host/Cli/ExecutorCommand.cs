using System.CommandLine;
using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Contracts;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Core.Telemetry;
using Keeper.Host.Checks;
using Keeper.Host.Configuration;
using Keeper.Host.Contracts;
using Keeper.Host.Keys;
using Keeper.Host.Running;
using Keeper.Protocols.Capital;
using Microsoft.Extensions.Logging.Abstractions;

namespace Keeper.Host.Cli;

/// <summary><c>keeper executor</c>: deploys and verifies; what its owner must sign is printed.</summary>
internal static class ExecutorCommand
{
    public static Command Create(CliContext context) => new("executor", "Deploys or verifies the contracts that liquidate, and prints what their owner must sign.")
    {
        Deploy(context), Verify(context), ExecutorOwnerCommands.SetOperator(context), ExecutorOwnerCommands.Sweep(context), ExecutorOwnerCommands.Pause(context), ExecutorBudgetCommand.Create(context),
    };

    private static Command Deploy(CliContext context)
    {
        var config = CommonOptions.Config();
        var owner = Role("--owner", "Who decides what may be called: a cold key.", isRequired: true);
        var operatorAddress = Role("--operator", "Who decides when: the keeper's key.", isRequired: true);
        var treasury = Role("--treasury", "Where profit goes, for ever.", isRequired: true);
        var keystore = new Option<string>("--keystore") { Description = "The keystore of the key that pays for the deployment.", HelpName = "FILE", Required = true };
        var (passwordFile, passwordVariable) = (CommonOptions.PasswordFile(), CommonOptions.PasswordVariable());
        var slippage = new Option<uint>("--max-slippage-ppm") { Description = "How far below a protocol's own price the liquidator may sell, in millionths.", HelpName = "PPM", DefaultValueFactory = _ => 10_000 };
        var router = Role("--swap-router", "A router of Uniswap v3 to deploy a swapper for.", isRequired: false);
        var router02 = new Option<bool>("--swap-router-02") { Description = "That router is a SwapRouter02." };
        var json = Json();
        var command = new Command("deploy", "Deploys the executor, and a liquidator where a protocol's section capital wants one, and prints what their owner must sign.")
        {
            config, owner, operatorAddress, treasury, keystore, passwordFile, passwordVariable, slippage, router, router02, json,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var roles = new ExecutorRoles(RequireRole(parsed, owner), RequireRole(parsed, operatorAddress), RequireRole(parsed, treasury));
            var options = KeeperConfig.Load(parsed.GetValue(config)!, Needs.None, context.Environment).Require();
            KeystorePassword.Choose(context, parsed.GetValue(passwordFile), parsed.GetValue(passwordVariable), isNew: false, out var password);
            var contract = ChainLibraries.Of(options.Chain).Executor;
            using var signer = KeyFile.Open(Path.GetFullPath(parsed.GetValue(keystore)!), password, options.Chain, "--keystore", "--password-file");
            await using var client = ChainClients.Create(options.Chain, options.Chain.Endpoints, context.Time, NullLoggerFactory.Instance);
            Proofs.Require(await new EndpointProofs(options.Chain, Connect(context, options)).RunAsync(cancellation));
            var deployment = new ContractDeployment(options, client, signer, context.Time, context.Error);
            var executor = await new ExecutorDeployment(deployment, client, contract).RunAsync(roles, cancellation);
            var facts = new List<(string, string)> { ("executor.address", AddressChecksum.Format(executor)), ("executor.codeHash", $"{Keccak.Hash((await client.GetCodeAsync(executor, BlockId.Latest, cancellation)).Span)}") };
            var protocols = options.Protocols;
            if (protocols.Any(settings => settings.Options is ICapitalUser))
            {
                var capital = new CapitalDeployment(deployment, client);
                var liquidator = await capital.LiquidatorAsync(roles.Owner, executor, roles.Treasury, parsed.GetValue(slippage), cancellation);
                facts.Add(("capital.liquidator", AddressChecksum.Format(liquidator)));
                Address? swapper = OptionalRole(parsed, router) is { } named ? await capital.SwapperAsync(named, hasDeadline: !parsed.GetValue(router02), cancellation) : null;
                if (swapper is { } by) facts.Add(("capital.routes[].swapper", AddressChecksum.Format(by)));
                var routed = protocols.Select(settings => settings.Options).OfType<ICapitalUser>().SelectMany(user => user.Capital.Routes).Select(route => route.Swapper);
                var missing = new HashSet<Address>();
                foreach (var address in routed.Distinct())
                    if ((await client.GetCodeAsync(address, BlockId.Latest, cancellation)).IsEmpty) missing.Add(address);
                protocols = [.. protocols.Select(settings => With(settings, liquidator, swapper, missing))];
            }
            var (transactions, notes) = await new OwnerActions(options.Chain.Id, roles.Owner, executor, contract).GrantAsync(protocols, parsed.GetValue(slippage), client, cancellation);
            new OwnerReport(facts, transactions, notes).Write(context.Out, parsed.GetValue(json));
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
            var header = await client.GetHeaderAsync(BlockId.Latest, cancellation);
            var proofs = await new ExecutorProofs(options, options.Executor!, client, BlockId.At(header.Ref)).RunAsync(operatorWanted, ownerWanted, cancellation);
            Tables.Write(context.Out, proofs);
            return (int)Proofs.CodeOf(proofs);
        });
        return command;
    }

    public static Option<bool> Json() => new("--json") { Description = "One JSON object instead of text." };

    /// <summary>The configuration was written before these contracts stood. A swapper that stands already stays: its route is of another market.</summary>
    /// <param name="missing">Swappers that have no code.</param>
    internal static ProtocolSettings With(ProtocolSettings settings, Address liquidator, Address? swapper, IReadOnlySet<Address> missing) => settings.Options is not ICapitalUser user ? settings : settings with
    {
        Options = user.With(user.Capital with
        {
            Liquidator = liquidator,
            Routes = [.. user.Capital.Routes.Select(route => swapper is null || route.Swapper.IsZero || !missing.Contains(route.Swapper) ? route : route with { Swapper = swapper.Value })],
        }),
    };

    public static Func<IReadOnlyList<EndpointOptions>, IChainClient> Connect(CliContext context, KeeperOptions options) =>
        endpoints => ChainClients.Create(options.Chain, endpoints, context.Time, NullLoggerFactory.Instance);

    public static Option<string?> Role(string name, string description, bool isRequired) => new(name) { Description = description, HelpName = "ADDRESS", Required = isRequired };

    public static Address RequireRole(ParseResult parsed, Option<string?> option) => OptionalRole(parsed, option)!.Value;

    private static Address? OptionalRole(ParseResult parsed, Option<string?> option)
    {
        if (parsed.GetValue(option) is not { } text) return null;
        return Address.TryParse(text, out var address) && !address.IsZero && AddressChecksum.IsAcceptable(text) ? address
            : throw new StartupException(ExitCode.Config, option.Name, "is not an address", "0x and 40 hex digits, not all zero, with a right checksum or in one letter case");
    }
}
