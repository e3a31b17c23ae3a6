using Keeper.Chain.Native;
using Keeper.Chain.Native.Rpc;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Primitives;
using Keeper.Host.Cli;
using Keeper.Host.Running;

namespace Keeper.Host.Demo;

/// <summary>
/// 1. The node. 2. Feeds, executor, protocol. 3. Accounts. 4. The keeper, as <c>run</c> starts it. 5. Prices. 6. The judge.
/// </summary>
internal sealed class DemoRun(DemoOptions options, CliContext context)
{
    /// <summary>Blocks after the last price, so that what it made unhealthy can be liquidated or called missed.</summary>
    private const int BlocksToSettle = 4;

    /// <summary>Gas of a block, as Ethereum has it since 2025.</summary>
    private const string BlockGas = "60000000";

    private readonly TimeProvider _time = context.Time;

    public async Task<ExitCode> RunAsync(CancellationToken cancellation)
    {
        var began = _time.GetTimestamp();
        var library = ChainLibraries.Find(options.Client)!;
        using var view = new DemoView(context, options);

        // 1. The node.
        using var workspace = DemoWorkspace.Create();
        view.Step("starting Anvil");
        var anvilPath = await NodeTools.FindAsync("anvil", cancellation);
        await using var anvil = await AnvilProcess.StartAsync(new() { BinaryPath = anvilPath, ExtraArgs = ["--gas-limit", BlockGas, "--auto-impersonate"] }, cancellation);
        var endpoint = new RpcEndpoint { Name = "demo", HttpUrl = anvil.HttpUrl, RequestTimeout = TimeSpan.FromSeconds(60) };
        await using var chain = library.OpenDevNode(endpoint, _time);
        await using var witness = new NativeDevNode(new JsonRpcClient(endpoint, _time), _time);

        // 2. Feeds, executor, protocol.
        view.Step($"deploying feeds, executor and {options.Protocol}");
        var ground = await DemoGround.CreateAsync(chain, library.Executor, workspace.Operator, cancellation);
        var protocol = (await DemoProtocols.DeployAsync([options.Protocol], ground, cancellation))[0];
        // A bid rises with what it earns, and a transaction counts with its bound until it is mined: enough for two of the dearest at once.
        await chain.SetBalanceAsync(workspace.Operator, Wei.FromGwei(100_000_000_000), cancellation);

        // 3. Accounts.
        view.Step($"opening {options.Accounts} accounts");
        await protocol.SeedAsync(options.Accounts, options.Seed, cancellation);
        await chain.MineEveryAsync(1, cancellation);

        // 4. The keeper.
        view.Step("starting the keeper");
        var listen = $"127.0.0.1:{DemoWorkspace.FreePort()}";
        workspace.WriteConfig(ground, [protocol], anvil.HttpUrl, anvil.WsUrl, listen, library.Name);
        using var probe = new MetricsProbe();
        await using var keeper = await DemoKeeper.StartAsync(workspace.ConfigPath, listen, _time, cancellation);

        // 5. Prices.
        var judge = new Judge(witness, ground, protocol);
        var first = await chain.BlockNumberAsync(cancellation);
        var requestsBefore = probe.Requests;
        var last = await MovePricesAsync(chain, ground, judge, view, probe, keeper, first, cancellation);
        var requests = probe.Requests - requestsBefore;

        // 6. The judge.
        view.Step("asking the contract what was missed");
        var report = await judge.ReportAsync(first, last, cancellation);
        var summary = new DemoSummary(
            protocol.Type, library.Name, options.Seed, options.Accounts, report.Unhealthy, report.Liquidated, report.Recovered, report.Missed.Count, report.Duplicates,
            report.MaxBlocksLate, report.Transactions, probe.RefusedSends, report.GasUsed, Math.Round((double)report.Reward / 1e18, 2),
            new(Rounded(probe.LatencyMs(0.5)), Rounded(probe.LatencyMs(0.99))), Math.Round(requests / (double)(last - first), 2),
            Math.Round(_time.GetElapsedTime(began).TotalSeconds, 1));
        view.Finish(summary, report);
        if (options.Keep)
        {
            view.Kept(anvil.HttpUrl, listen, workspace.ConfigPath);
            await Task.WhenAny(keeper.Ended, Task.Delay(Timeout.InfiniteTimeSpan, _time, cancellation));
        }
        return summary.IsClean ? ExitCode.Ok : ExitCode.Failed;
    }

    /// <summary>One round a block, then blocks without one.</summary>
    /// <returns>The last block that is to be judged.</returns>
    private async Task<ulong> MovePricesAsync(IDevNode chain, DemoGround ground, Judge judge, DemoView view, MetricsProbe probe, DemoKeeper keeper, ulong first, CancellationToken cancellation)
    {
        var (block, shown, round) = (first, first, 0);
        foreach (var (phase, prices) in PricePath.Rounds(options.Seed).Take(options.Rounds))
        {
            block = await keeper.NextBlockAsync(chain, block, cancellation);
            await ground.TransmitAsync(prices, cancellation);
            view.Round(++round, options.Rounds, phase, prices, await judge.LiquidatedAsync(shown + 1, block, cancellation), probe.LatencyMs(0.5));
            shown = block;
        }
        for (var i = 0; i < BlocksToSettle + 1; i++) block = await keeper.NextBlockAsync(chain, block, cancellation);
        return block;
    }

    private static double? Rounded(double? value) => value is { } number ? Math.Round(number, 2) : null;
}
