using System.CommandLine;
using Keeper.Host.Configuration;
using Keeper.Host.Running;

namespace Keeper.Host.Cli;

/// <summary><c>keeper run</c>: works until it is stopped.</summary>
internal static class RunCommand
{
    public static Command Create(CliContext context)
    {
        var config = CommonOptions.Config();
        var dryRun = new Option<bool>("--dry-run") { Description = "Decide, simulate and tell what would be signed and why; needs no key and sends nothing." };
        var command = new Command("run", "Follows the chain and liquidates.") { config, dryRun };
        command.SetAction(async (parsed, cancellation) =>
        {
            var isDry = parsed.GetValue(dryRun);
            var options = KeeperConfig.Load(parsed.GetValue(config)!, Needs.Executor | (isDry ? Needs.None : Needs.Key), context.Environment).Require();
            return (int)await RunHost.RunAsync(options, isDry, cancellation);
        });
        return command;
    }
}
