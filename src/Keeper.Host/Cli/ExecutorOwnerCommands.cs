using System.CommandLine;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Chain.Contracts;
using Keeper.Core.Primitives;
using Keeper.Host.Checks;
using Keeper.Host.Configuration;
using Keeper.Host.Contracts;
using Keeper.Host.Keys;
using Keeper.Host.Running;
using Microsoft.Extensions.Logging.Abstractions;

namespace Keeper.Host.Cli;

/// <summary><c>keeper executor set-operator</c>, <c>sweep</c> and <c>pause</c>: transactions for the owner's key, which is elsewhere.</summary>
internal static class ExecutorOwnerCommands
{
    public static Command SetOperator(CliContext context)
    {
        var next = ExecutorCommand.Role("--operator", "The key that is to decide when.", isRequired: true);
        return Create(context, "set-operator", "Prints the transaction that changes the operator.", [next], (parsed, _, state, actions) =>
            ExecutorCommand.RequireRole(parsed, next) is var wanted && wanted == state.Operator ? [] : [actions.SetOperator(wanted)]);
    }

    public static Command Sweep(CliContext context)
    {
        var token = ExecutorCommand.Role("--token", "What is sent to the treasury.", isRequired: true);
        return Create(context, "sweep", "Prints the transactions that send a token from the executor and its liquidators to the treasury.", [token], (parsed, options, _, actions) =>
            [.. LiquidatorWants.Of(options.Protocols).Select(wants => wants.Liquidator).Prepend(options.Executor!.Address).Select(holder => actions.Sweep(holder, ExecutorCommand.RequireRole(parsed, token)))]);
    }

    public static Command Pause(CliContext context)
    {
        var off = new Option<bool>("--off") { Description = "Let it run again." };
        return Create(context, "pause", "Prints the transaction that stops the executor, or lets it run again.", [off], (parsed, _, state, actions) =>
            parsed.GetValue(off) != state.IsPaused ? [] : [actions.SetPaused(!parsed.GetValue(off))]);
    }

    private static Command Create(
        CliContext context, string name, string description, IReadOnlyList<Option> own, Func<ParseResult, KeeperOptions, ExecutorState, OwnerActions, IReadOnlyList<UnsignedTransaction>> act) =>
        Create(context, name, description, own, (parsed, options, state, actions, _, _) => Task.FromResult(new OwnerReport([], act(parsed, options, state, actions), [])));

    /// <param name="act">What is to be signed, by what was parsed, the configuration, the executor's state, and what the chain tells beside it.</param>
    public static Command Create(
        CliContext context, string name, string description, IReadOnlyList<Option> own, Func<ParseResult, KeeperOptions, ExecutorState, OwnerActions, IChainClient, CancellationToken, Task<OwnerReport>> act)
    {
        var (config, json) = (CommonOptions.Config(), ExecutorCommand.Json());
        var command = new Command(name, description) { config, json };
        foreach (var option in own) command.Options.Add(option);
        command.SetAction(async (parsed, cancellation) =>
        {
            var options = KeeperConfig.Load(parsed.GetValue(config)!, Needs.Executor, context.Environment).Require();
            Proofs.Require(await new EndpointProofs(options.Chain, ExecutorCommand.Connect(context, options)).RunAsync(cancellation));
            await using var client = ChainClients.Create(options.Chain, options.Chain.Endpoints, context.Time, NullLoggerFactory.Instance);
            var contract = ChainLibraries.Of(options.Chain).Executor;
            var state = await ReadAsync(contract, client, options.Executor!.Address, cancellation);
            var actions = new OwnerActions(options.Chain.Id, state.Owner, options.Executor.Address, contract);
            (await act(parsed, options, state, actions, client, cancellation)).Write(context.Out, parsed.GetValue(json));
            return (int)ExitCode.Ok;
        });
        return command;
    }

    private static async Task<ExecutorState> ReadAsync(IExecutorContract contract, IChainClient client, Address executor, CancellationToken cancellation)
    {
        try
        {
            return await contract.ReadAsync(client, executor, BlockId.Latest, cancellation);
        }
        catch (AbiException error)
        {
            throw new StartupException(ExitCode.Config, "executor.address", $"is {executor}, which does not answer as an executor: {error.Message}", "the address of a LiquidationExecutor");
        }
    }
}
