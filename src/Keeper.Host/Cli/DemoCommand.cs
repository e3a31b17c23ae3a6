using System.CommandLine;
using Keeper.Host.Demo;
using Keeper.Host.Running;

namespace Keeper.Host.Cli;

/// <summary><c>keeper demo</c>: everything on a chain of its own, judged by the contract.</summary>
internal static class DemoCommand
{
    public static Command Create(CliContext context)
    {
        var protocol = new Option<string>("--protocol")
        {
            Description = $"{string.Join(", ", DemoProtocols.Types.SkipLast(1))} or {DemoProtocols.Types[^1]}.",
            HelpName = "TYPE",
            DefaultValueFactory = _ => DemoProtocols.Default,
        };
        protocol.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !DemoProtocols.Types.Contains(token.Value)) result.AddError($"--protocol takes {string.Join(", ", DemoProtocols.Types.SkipLast(1))} or {DemoProtocols.Types[^1]}.");
        });
        var accounts = new Option<int>("--accounts") { Description = "Accounts to open, 1 to 5,000.", DefaultValueFactory = _ => 300 };
        var seed = new Option<int>("--seed") { Description = "Of accounts and price path.", DefaultValueFactory = _ => 1 };
        var rounds = new Option<int>("--rounds") { Description = $"How far along the price path, 1 to {PricePath.RoundCount}.", DefaultValueFactory = _ => PricePath.RoundCount };
        var keep = new Option<bool>("--keep") { Description = "Leave node and keeper running at the end, and print their addresses." };
        var json = new Option<bool>("--json") { Description = "End with one JSON object on the last line of standard output." };
        var client = new Option<string>("--client")
        {
            Description = $"The library that talks to the chain: {string.Join(" or ", ChainLibraries.BuiltIn.Select(library => library.Name))}.",
            HelpName = "NAME",
            DefaultValueFactory = _ => ChainLibraries.Preferred.Name,
        };
        client.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && ChainLibraries.Find(token.Value) is null)
                result.AddError(token.Value == ChainLibraries.OptionalName ? "--client nethereum is not in this build." : $"--client takes {string.Join(" or ", ChainLibraries.BuiltIn.Select(library => library.Name))}.");
        });
        accounts.Validators.Add(result =>
        {
            // What is no number at all is the parser's to refuse.
            if (result.Tokens is [var token] && int.TryParse(token.Value, System.Globalization.CultureInfo.InvariantCulture, out var number) && number is < 1 or > 5_000) result.AddError("--accounts takes 1 to 5,000.");
        });
        rounds.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, System.Globalization.CultureInfo.InvariantCulture, out var number) && (number < 1 || number > PricePath.RoundCount)) result.AddError($"--rounds takes 1 to {PricePath.RoundCount}.");
        });
        var command = new Command("demo", "Starts a local node, a protocol with accounts and a keeper, moves prices, and counts what was missed.") { protocol, accounts, seed, rounds, client, keep, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var options = new DemoOptions(parsed.GetValue(protocol)!, parsed.GetValue(accounts), parsed.GetValue(seed), parsed.GetValue(rounds), parsed.GetValue(keep), parsed.GetValue(json), parsed.GetValue(client)!);
            return (int)await new DemoRun(options, context).RunAsync(cancellation);
        });
        return command;
    }
}
