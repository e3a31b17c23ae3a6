using Keeper.Host.Cli;

return (int)await KeeperCli.InvokeAsync(args, CliContext.OfProcess());
