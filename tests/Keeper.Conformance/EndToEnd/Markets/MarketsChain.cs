using System.Text.Json;
using Keeper.Chain.Native;
using Keeper.Chain.Native.Rpc;
using Keeper.Core.Chain;
using Keeper.Core.Primitives;
using Keeper.Host.Cli;
using Keeper.Host.Demo;
using Keeper.Host.Running;

namespace Keeper.Conformance.EndToEnd.Markets;

/// <summary>A chain with some of the demo's protocols on it, one executor for all of them, and a keeper's folder.</summary>
internal sealed class MarketsChain : IAsyncDisposable
{
    public const ulong BlockGas = 60_000_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private readonly AnvilProcess _anvil;

    private MarketsChain(AnvilProcess anvil)
    {
        _anvil = anvil;
        Chain = new(new JsonRpcClient(new() { Name = "test", HttpUrl = anvil.HttpUrl, RequestTimeout = TimeSpan.FromSeconds(60) }, TimeProvider.System), TimeProvider.System);
    }

    public NativeDevNode Chain { get; }
    public DemoWorkspace Workspace { get; } = DemoWorkspace.Create();
    public DemoGround Ground { get; private set; } = null!;
    public IReadOnlyList<IDemoProtocol> Protocols { get; private set; } = [];

    /// <summary>Of the types, with nobody in them; a block comes for each transaction.</summary>
    public static async Task<MarketsChain> StartAsync(params string[] types)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(4));
        var binary = await NodeTools.FindAsync("anvil", timeout.Token);
        var chain = new MarketsChain(await AnvilProcess.StartAsync(new() { BinaryPath = binary, ExtraArgs = ["--gas-limit", $"{BlockGas}", "--auto-impersonate"] }, timeout.Token));
        try
        {
            chain.Ground = await DemoGround.CreateAsync(chain.Chain, NativeChainLibrary.Instance.Executor, chain.Workspace.Operator, timeout.Token);
            chain.Protocols = await DemoProtocols.DeployAsync(types, chain.Ground, timeout.Token);
            await chain.Chain.SetBalanceAsync(chain.Workspace.Operator, Wei.FromGwei(1_000_000_000_000), timeout.Token);
            return chain;
        }
        catch
        {
            await chain.DisposeAsync();
            throw;
        }
    }

    public Judge Judge(IDemoProtocol protocol) => new(Chain, Ground, protocol);

    /// <summary>The program's own loop in this process, once it says that it is ready.</summary>
    public async Task<DemoKeeper> RunKeeperAsync()
    {
        // Opening accounts has filled blocks: the base fee is to begin where a quiet chain has it.
        await Chain.Rpc.RequestAsync("anvil_setNextBlockBaseFeePerGas", "0x3b9aca00");
        await Chain.MineEveryAsync(1, default);
        var listen = $"127.0.0.1:{DemoWorkspace.FreePort()}";
        Workspace.WriteConfig(Ground, Protocols, _anvil.HttpUrl, _anvil.WsUrl, listen, ChainLibraries.Preferred.Name);
        return await DemoKeeper.StartAsync(Workspace.ConfigPath, listen, TimeProvider.System, default);
    }

    /// <summary>A round of every feed, all assets at this many percent of their first price.</summary>
    public Task TransmitAsync(int percent) => Ground.TransmitAsync([.. DemoAsset.All.Select(asset => asset.StartPrice / 100 * percent)], default);

    public Task<ulong> BlockNumberAsync() => Chain.BlockNumberAsync(default);

    public async Task<IReadOnlySet<ulong>> LiquidatableAsync(IDemoProtocol protocol) => await Judge(protocol).LiquidatableAsync(await BlockNumberAsync(), default);

    /// <summary>Nobody can be liquidated at the end of the newest block, in any of these.</summary>
    public Task CalmAsync(params IEnumerable<IDemoProtocol> protocols) => UntilAsync(async () =>
    {
        try
        {
            foreach (var protocol in protocols) if ((await LiquidatableAsync(protocol)).Count > 0) return false;
            return true;
        }
        catch (Exception error) when (error is InvalidOperationException or ChainException)
        {
            // The newest block was asked about while the node mined the next: it answered with a price, or an index of Aave's, from after the block's own time.
            return false;
        }
    });

    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(began) > Patience) Assert.Fail("It did not happen in time.");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
    }

    /// <summary>What <c>keeper ctl</c> says.</summary>
    public async Task<JsonElement> CtlAsync(params string[] args)
    {
        using var output = new StringWriter();
        var code = await KeeperCli.InvokeAsync(["ctl", .. args, "--config", Workspace.ConfigPath], TextReader.Null, output, TextWriter.Null, new Dictionary<string, string>());
        return code == Host.ExitCode.Ok && output.ToString().StartsWith('{') ? JsonDocument.Parse(output.ToString()).RootElement : default;
    }

    public async ValueTask DisposeAsync()
    {
        await Chain.DisposeAsync();
        await _anvil.DisposeAsync();
        Workspace.Dispose();
    }
}
