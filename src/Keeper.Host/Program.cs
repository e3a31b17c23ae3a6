using Keeper.Host.Cli;

using var signals = new Signals();
return (int)await KeeperCli.InvokeAsync(args, CliContext.OfProcess(), signals.Token);
