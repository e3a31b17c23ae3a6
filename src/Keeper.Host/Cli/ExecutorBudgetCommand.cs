using System.CommandLine;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Host.Configuration;
using Keeper.Host.Contracts;
using Keeper.Host.Running;

namespace Keeper.Host.Cli;

/// <summary><c>keeper executor set-budget</c>: how much of its own funds a liquidator may use in one market.</summary>
internal static class ExecutorBudgetCommand
{
    private const int MostDecimals = 36;

    public static Command Create(CliContext context)
    {
        var token = ExecutorCommand.Role("--token", "What debts are paid in.", isRequired: true);
        var amount = new Option<string>("--amount") { Description = "The most of it that may be in use, in whole tokens; 0 takes the budget away.", HelpName = "TOKENS", Required = true };
        var market = new Option<string?>("--market") { Description = "The market's id, where the protocol has several.", HelpName = "ID" };
        var protocol = new Option<string?>("--protocol") { Description = "The protocol's name in the configuration, where several lend the token.", HelpName = "NAME" };
        return ExecutorOwnerCommands.Create(
            context, "set-budget", "Prints the transaction that says how much of its own funds a liquidator may use in a market.", [token, amount, market, protocol], async (parsed, options, _, actions, client, cancellation) =>
            {
                var (liquidator, budget) = Choose(options, ExecutorCommand.RequireRole(parsed, token), parsed.GetValue(market), parsed.GetValue(protocol));
                var cap = await ReadAmountAsync(client, budget.Token, parsed.GetValue(amount)!, cancellation);
                LiquidatorContract.Given now;
                try
                {
                    now = (await LiquidatorContract.ReadBudgetsAsync(client, liquidator, [budget], BlockId.Latest, cancellation))[0];
                }
                catch (AbiException error)
                {
                    throw new StartupException(ExitCode.Config, "capital.liquidator", $"is {liquidator}, which does not answer as a liquidator: {error.Message}", "the address of a CollateralLiquidator");
                }
                if (now == new LiquidatorContract.Given(cap, UInt256.Zero, budget.MayHold)) return new([], [], []);
                string[] notes = now.Held.IsZero ? [] : [$"{now.Held} of the token's smallest unit are held in collateral: with a new budget they count no more"];
                return new([], [actions.SetBudget(liquidator, budget, cap)], notes);
            });
    }

    private static (Address Liquidator, LiquidatorBudget Budget) Choose(KeeperOptions options, Address token, string? market, string? protocol)
    {
        var found = (from wants in LiquidatorWants.Of(options.Protocols.Where(settings => protocol is null || settings.Name == protocol))
                     from budget in wants.Budgets
                     where budget.Token == token && (market is null || budget.Market.ToString() == market.ToLowerInvariant())
                     select (wants.Liquidator, budget)).ToArray();
        return found switch
        {
            [var one] => one,
            [] => throw new StartupException(ExitCode.Config, "--token", $"is {token}, for which no budget is wanted", "a token that a protocol with capital.funding own or own-or-hold pays debts in"),
            _ => throw new StartupException(
                ExitCode.Config, market is null && found.DistinctBy(one => one.budget.Venue).Count() == 1 ? "--market" : "--protocol",
                "is missing", $"one of {string.Join(", ", found.Select(one => $"{one.budget.Venue}{(one.budget.Market.IsZero ? "" : $" market {one.budget.Market}")}"))}"),
        };
    }

    /// <summary>In the token's smallest unit, as its own decimals say.</summary>
    private static async Task<UInt256> ReadAmountAsync(IChainClient client, Address token, string text, CancellationToken cancellation)
    {
        if ((await client.CallAsync([new(token, LiquidatorContract.AskDecimals())], BlockId.Latest, cancellation))[0] is not CallResult.Returned { Data: { Length: 32 } data }
            || new AbiReader(data.Span).ReadUInt256() is var decimals && decimals > MostDecimals)
            throw new StartupException(ExitCode.Config, "--token", $"is {token}, which does not tell its decimals", "a token");
        return ExactDecimal.TryParse(text, (int)(ulong)decimals, out var amount) && amount.BitLength <= 120 ? amount
            : throw new StartupException(ExitCode.Config, "--amount", $"is {ForeignText.Clean(text, 60)}", $"a decimal number of whole tokens with at most {decimals} places, below 2^120 of the smallest unit");
    }
}
