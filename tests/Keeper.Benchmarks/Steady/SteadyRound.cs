using Keeper.Chain.Native;
using Keeper.Chain.Native.Rpc;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Primitives;
using Keeper.Host.Demo;
using Keeper.Host.Demo.RefPerps;

namespace Keeper.Benchmarks.Steady;

/// <summary>One keeper at one endpoint over some blocks.</summary>
/// <param name="RoundTrips">HTTP requests; one may hold several calls.</param>
/// <param name="ByMethod">Calls of JSON-RPC, which is what nodes count and charge for.</param>
internal sealed record SteadyRound(int Blocks, int RoundTrips, IReadOnlyDictionary<string, int> ByMethod)
{
    private const int Seed = 3;

    /// <summary>Blocks after which whatever is done once at a start is over.</summary>
    private const ulong WarmUp = 6;

    public int Requests => ByMethod.Values.Sum();

    public double PerBlock(int count) => count / (double)Blocks;

    public static async Task<SteadyRound> RunAsync(int accounts, int blocks, TextWriter progress, CancellationToken cancellation)
    {
        var time = TimeProvider.System;
        using var workspace = DemoWorkspace.Create();
        var binary = await NodeTools.FindAsync("anvil", cancellation);
        await using var anvil = await AnvilProcess.StartAsync(new() { BinaryPath = binary, ExtraArgs = ["--gas-limit", "60000000"] }, cancellation);
        await using var chain = new NativeDevNode(
            new JsonRpcClient(new RpcEndpoint { Name = "bench", HttpUrl = anvil.HttpUrl, RequestTimeout = TimeSpan.FromMinutes(1) }, time), time);
        var deployment = await Deployment.CreateAsync(chain, NativeChainLibrary.Instance.Executor, workspace.Operator, cancellation);
        await chain.SetBalanceAsync(workspace.Operator, Wei.FromGwei(1_000_000_000_000), cancellation);
        progress.WriteLine($"{accounts} accounts: opening them");
        await deployment.SeedAsync(chain, Population.Generate(accounts, Seed), cancellation);
        await chain.MineEveryAsync(1, cancellation);

        using var proxy = new CountingProxy(anvil.HttpUrl);
        var listen = $"127.0.0.1:{DemoWorkspace.FreePort()}";
        workspace.WriteConfig(deployment, proxy.Url, anvil.WsUrl, listen, NativeChainLibrary.Instance.Name);
        await using var keeper = await DemoKeeper.StartAsync(workspace.ConfigPath, listen, time, cancellation);
        var block = await chain.BlockNumberAsync(cancellation);
        for (var ready = block; block < ready + WarmUp;) block = await keeper.NextBlockAsync(chain, block, cancellation);

        progress.WriteLine($"{accounts} accounts: counting from block {block}");
        proxy.Reset();
        var first = block;
        while (block < first + (ulong)blocks)
        {
            // So little that nobody falls below.
            if (block % 4 == 0) await deployment.TransmitAsync(chain, [.. DemoMarket.All.Select(market => market.StartPrice + (long)(block % 8))], cancellation);
            block = await keeper.NextBlockAsync(chain, block, cancellation);
        }
        var (roundTrips, byMethod) = proxy.Counts();
        return new((int)(block - first), roundTrips, byMethod);
    }
}
