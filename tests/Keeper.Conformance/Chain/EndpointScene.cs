using System.Diagnostics;
using System.Globalization;
using Keeper.Conformance.Chain.Faults;
using Keeper.Conformance.Support;
using Keeper.Core.Chain;
using Keeper.Core.Primitives;

namespace Keeper.Conformance.Chain;

/// <summary>Several real nodes, some of which share their first blocks, and one client of all of them.</summary>
internal sealed class EndpointScene : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _held = [];
    private readonly LogLines _log = new();

    /// <summary>Ends a test that hangs.</summary>
    public CancellationToken Patience { get; } = new CancellationTokenSource(TimeSpan.FromMinutes(2)).Token;

    public IChainClient Client { get; private set; } = null!;

    public string Told => string.Join(" | ", _log.Lines);

    public async Task<AnvilNode> StartAsync(params string[] arguments) => Hold(await AnvilNode.StartAsync(arguments));

    /// <summary>A node with the blocks that another has by now; what follows is its own.</summary>
    public async Task<AnvilNode> StartAsAsync(AnvilNode other)
    {
        var node = await StartAsync();
        await CopyAsync(other, node);
        return node;
    }

    /// <summary>As <see cref="StartAsAsync"/>, and its blocks are others from now on: those of the same second would else be the same.</summary>
    public async Task<AnvilNode> ForkAsync(AnvilNode other)
    {
        var node = await StartAsAsync(other);
        await node.Rpc.RequestAsync("anvil_setCoinbase", "0x00000000000000000000000000000000000000fc");
        return node;
    }

    public static async Task CopyAsync(AnvilNode from, AnvilNode to)
    {
        var state = (await from.Rpc.RequestAsync("anvil_dumpState")).GetString();
        await to.Rpc.RequestAsync("anvil_loadState", state);
        Assert.Equal(await HeadAsync(from), await HeadAsync(to));
    }

    public T Hold<T>(T held) where T : IAsyncDisposable
    {
        _held.Add(held);
        return held;
    }

    /// <summary>A client of these, in this order.</summary>
    public IChainClient Connect(params IReadOnlyList<(string Name, Uri Http, Uri Ws)> endpoints)
    {
        var setup = new ClientSetup([.. endpoints.Select(endpoint => new ClientSetup.Endpoint(endpoint.Name, endpoint.Http, endpoint.Ws))]) { Retries = 3, Loggers = _log };
        return Client = Hold(BuiltInClients.Native(setup));
    }

    public async Task<EventRecorder> FollowAsync(AnvilNode from) => Hold(new EventRecorder(Client, new FollowRequest((await HeadAsync(from)), [], LogFilter.None, LogFilter.None)));

    public static async Task<BlockRef> HeadAsync(AnvilNode node)
    {
        var block = await node.Rpc.RequestAsync("eth_getBlockByNumber", "latest", false);
        return new BlockRef(
            Number("number"), Hash32.Parse(block.GetProperty("hash").GetString()!), Hash32.Parse(block.GetProperty("parentHash").GetString()!), Number("timestamp"));

        ulong Number(string name) => Convert.ToUInt64(block.GetProperty(name).GetString(), 16);
    }

    /// <summary>Until something is so; meanwhile each of these nodes mines a block every quarter of a second.</summary>
    public async Task MineUntilAsync(Func<bool> condition, params AnvilNode[] nodes)
    {
        while (!condition())
        {
            Assert.False(Patience.IsCancellationRequested, Told);
            foreach (var node in nodes) await node.MineAsync();
            await Task.Delay(TimeSpan.FromMilliseconds(250), TimeProvider.System);
        }
    }

    public static void Signal(AnvilNode node, string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", node.ProcessId.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }

    public async ValueTask DisposeAsync()
    {
        for (var i = _held.Count - 1; i >= 0; i--) await _held[i].DisposeAsync();
    }
}
