using System.Text.Json;
using System.Text.Json.Nodes;
using Keeper.Chain.Native;
using Keeper.Chain.Native.Crypto;
using Keeper.Chain.Native.Rpc;
using Keeper.Conformance.EndToEnd;
using Keeper.Conformance.Support;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Mirror;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Host.Demo;
using Keeper.Protocols.Declared;

namespace Keeper.Conformance.Declared;

/// <summary>A pool that says only true or false of an account, on a chain of one-second blocks, with an executor that may absorb.</summary>
internal sealed class AbsorbPoolChain : IAsyncDisposable
{
    private static readonly uint BorrowFor = Keccak.Selector("borrowFor(uint160,uint256[])"), IsLiquidatable = Keccak.Selector("isLiquidatable(address)");
    private static readonly Hash32 Absorbed = Keccak.Topic("Absorbed(address,address,uint256,uint256)");

    private readonly AnvilProcess _anvil;
    private readonly DemoWorkspace _workspace = DemoWorkspace.Create();

    private AbsorbPoolChain(AnvilProcess anvil)
    {
        _anvil = anvil;
        Rpc = new(new() { Name = "test", HttpUrl = anvil.HttpUrl, RequestTimeout = TimeSpan.FromSeconds(60) }, TimeProvider.System);
        Chain = new(Rpc, TimeProvider.System);
    }

    public JsonRpcClient Rpc { get; }
    public NativeDevNode Chain { get; }
    public DemoGround Ground { get; private set; } = null!;
    public Address Token { get; private set; }
    public Address Pool { get; private set; }
    public InProcessKeeper.Place Place => new(_workspace.Folder, Pool, Ground.Executor, Ground.NativeFeed);

    /// <param name="debts">Of accounts 1 to their number, as parts of a thousand of the most that may be owed at the first price.</param>
    public static async Task<AbsorbPoolChain> StartAsync(IReadOnlyList<int> debts)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        var scene = new AbsorbPoolChain(await AnvilProcess.StartAsync(new() { BinaryPath = await NodeTools.FindAsync("anvil", timeout.Token), ExtraArgs = ["--gas-limit", "60000000"] }, timeout.Token));
        try
        {
            var ground = scene.Ground = await DemoGround.CreateAsync(scene.Chain, NativeChainLibrary.Instance.Executor, scene._workspace.Operator, timeout.Token);
            await scene.Rpc.RequestAsync("anvil_setBalance", scene._workspace.Operator.ToString(), "0x8ac7230489e80000");
            scene.Token = await ground.DeployAsync("TestToken", new AbiWriter().Bytes("Test dollar"u8).Bytes("tUSD"u8), timeout.Token);
            scene.Pool = await ground.DeployAsync("AbsorbPool", new AbiWriter().Word(scene.Token).Word(ground.Feeds[0]), timeout.Token);
            await ground.CallAsync(scene.Token, new AbiWriter().Word(scene.Pool).Word(Wads(10_000_000)).ToCall(Signatures.Mint), timeout.Token);
            for (var i = 0; i < debts.Count; i += 100) await scene.BorrowAsync((ulong)i, [.. debts.Skip(i).Take(100)]);
            await ground.AllowAsync(new DeclaredProtocol(scene.Settings(), new UndoLog()).Functions, scene.Token, timeout.Token);
            await scene.Chain.MineEveryAsync(1, timeout.Token);
            return scene;
        }
        catch
        {
            await scene.DisposeAsync();
            throw;
        }
    }

    public static Address AccountOf(int number) => AbiReader.ToAddress((UInt256)(ulong)number);

    /// <summary>Accounts after this one, one for each debt.</summary>
    public Task BorrowAsync(ulong after, IReadOnlyList<int> debts) =>
        Ground.CallAsync(Pool, new AbiWriter().Word(after).StaticArray(debts, (writer, part) => writer.Word(Most() * (UInt256)(ulong)part / (UInt256)1_000UL)).ToCall(BorrowFor), default);

    /// <summary>The shipped example with the addresses of this chain.</summary>
    public ProtocolSettings Settings(KnownStart? start = null)
    {
        var file = (JsonObject)JsonNode.Parse(File.ReadAllText(DeclaredExchange.Shipped("absorb-pool-declared.json")))!;
        file["declared"]!["reward"]!["token"] = Token.ToString();
        file["declared"]!["feeds"]![0]!["proxy"] = Ground.Feeds[0].ToString();
        return new("pool", "declared", Pool, 0, null) { Options = DeclaredExchange.Read(file, Pool, Ground.Executor), Start = start };
    }

    public KeeperSetup Setup(KnownStart? start = null) => new([new RpcEndpoint { Name = "anvil", HttpUrl = _anvil.HttpUrl, WsUrl = _anvil.WsUrl }], Path.Combine(_workspace.Folder, "journal.db"))
    {
        Protocol = undo => new DeclaredProtocol(Settings(start), undo),
        Profile = AnvilNode.Profile with { Multicall = Ground.Multicall },
    };

    public Task TransmitAsync(int percent) => Ground.TransmitAsync([.. DemoAsset.All.Select(asset => asset.StartPrice / 100 * percent)], default);

    public async Task<bool> IsLiquidatableAsync(int account) =>
        new AbiReader((await Ground.ViewAsync(Pool, new AbiWriter().Word(AccountOf(account)).ToCall(IsLiquidatable), default)).Span).ReadBool();

    /// <summary>Who was absorbed, by whom, in which block.</summary>
    public async Task<IReadOnlyList<(Address Account, Address By, ulong Block)>> AbsorbedAsync()
    {
        var logs = await Rpc.RequestAsync("eth_getLogs", new Dictionary<string, object> { ["address"] = Pool.ToString(), ["fromBlock"] = "0x0", ["topics"] = new[] { Absorbed.ToString() } });
        return [.. logs.EnumerateArray().Select(log => (Topic(log, 2), Topic(log, 1), (ulong)UInt256.Parse(log.GetProperty("blockNumber").GetString()!)))];

        static Address Topic(JsonElement log, int index) => AbiReader.ToAddress(Hash32.Parse(log.GetProperty("topics")[index].GetString()!).Word);
    }

    public async ValueTask DisposeAsync()
    {
        await Rpc.DisposeAsync();
        await _anvil.DisposeAsync();
        _workspace.Dispose();
    }

    private static UInt256 Wads(ulong whole) => (UInt256)whole * (UInt256)1_000_000_000_000_000_000UL;

    private static UInt256 Most() => Wads((ulong)DemoAsset.All[0].StartPrice) / (UInt256)100_000_000UL * (UInt256)8UL / (UInt256)10UL;
}
