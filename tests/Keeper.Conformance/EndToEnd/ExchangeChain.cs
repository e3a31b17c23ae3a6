using System.Text.Json;
using Keeper.Chain.Native;
using Keeper.Chain.Native.Rpc;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Primitives;
using Keeper.Host.Demo;
using Keeper.Host.Running;

namespace Keeper.Conformance.EndToEnd;

/// <summary>A chain of one-second blocks with the exchange, its accounts and the executor on it, and a keeper's folder beside it.</summary>
internal sealed class ExchangeChain : IAsyncDisposable
{
    private static readonly TimeSpan BlockWithin = TimeSpan.FromSeconds(90);
    private readonly AnvilProcess _anvil;

    private ExchangeChain(AnvilProcess anvil, int accounts)
    {
        (_anvil, Accounts) = (anvil, (ulong)accounts);
        Rpc = new JsonRpcClient(new() { Name = "test", HttpUrl = anvil.HttpUrl, RequestTimeout = TimeSpan.FromSeconds(60) }, TimeProvider.System);
        Chain = new NativeDevNode(Rpc, TimeProvider.System);
    }

    public ulong Accounts { get; }
    public JsonRpcClient Rpc { get; }
    public NativeDevNode Chain { get; }
    public DemoWorkspace Workspace { get; } = DemoWorkspace.Create();
    public Deployment Deployment { get; private set; } = null!;
    public Judge Judge => new(Chain, Deployment.Ground, new RefPerpsDemo(Deployment, Accounts));
    public Uri HttpUrl => _anvil.HttpUrl;
    public Uri WsUrl => _anvil.WsUrl;
    public string Listen { get; } = $"127.0.0.1:{DemoWorkspace.FreePort()}";
    public InProcessKeeper.Place Place => new(Workspace.Folder, Deployment.Perps, Deployment.Executor, Deployment.NativeFeed);
    /// <summary>A keeper at the node itself.</summary>
    public KeeperSetup Setup => new([new RpcEndpoint { Name = "anvil", HttpUrl = HttpUrl, WsUrl = WsUrl }], JournalPath);

    public string JournalPath => Path.Combine(Workspace.Folder, "journal.db");

    /// <param name="options">Further ones of the node.</param>
    public static async Task<ExchangeChain> StartAsync(int accounts, int seed, params string[] options)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(6));
        var binary = await NodeTools.FindAsync("anvil", timeout.Token);
        var anvil = await AnvilProcess.StartAsync(new() { BinaryPath = binary, ExtraArgs = ["--gas-limit", "60000000", .. options] }, timeout.Token);
        var exchange = new ExchangeChain(anvil, accounts);
        try
        {
            exchange.Deployment = await Deployment.CreateAsync(exchange.Chain, NativeChainLibrary.Instance.Executor, exchange.Workspace.Operator, timeout.Token);
            await exchange.Rpc.RequestAsync("anvil_setBalance", exchange.Workspace.Operator.ToString(), "0x8ac7230489e80000");
            await exchange.Deployment.SeedAsync(exchange.Chain, Population.Generate(accounts, seed), timeout.Token);
            await exchange.Chain.MineEveryAsync(1, timeout.Token);
            exchange.Workspace.WriteConfig(exchange.Deployment, anvil.HttpUrl, anvil.WsUrl, exchange.Listen, ChainLibraries.Preferred.Name);
            return exchange;
        }
        catch
        {
            await exchange.DisposeAsync();
            throw;
        }
    }

    /// <summary>A round of every feed, all markets at this many percent of their first price.</summary>
    public Task TransmitAsync(int percent) => Deployment.TransmitAsync(Chain, [.. DemoMarket.All.Select(market => market.StartPrice / 100 * percent)], default);

    public Task<ulong> BlockNumberAsync() => Chain.BlockNumberAsync(default);

    public async Task<ulong> NextBlockAsync(ulong after)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(began) < BlockWithin)
        {
            if (await BlockNumberAsync() is var number && number > after) return number;
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
        throw new TimeoutException($"No block came after {after} within {BlockWithin.TotalSeconds} s.");
    }

    public Task<IReadOnlySet<ulong>> LiquidatableAsync(ulong block) => Judge.LiquidatableAsync(block, default);

    /// <summary>The first block from this one on at whose end nothing can be liquidated.</summary>
    /// <param name="within">Blocks: patience with a busy machine, not a promise.</param>
    public async Task<ulong> CalmAsync(ulong block, int within = 90)
    {
        for (var i = 0; i < within; i++)
        {
            if (await IsCalmAsync(block)) return block;
            block = await NextBlockAsync(block);
        }
        Assert.Fail($"After {within} blocks {(await LiquidatableAsync(block)).Count} accounts can still be liquidated.");
        return block;
    }

    /// <summary>At the end of the block nobody can be liquidated.</summary>
    public async Task<bool> IsCalmAsync(ulong block)
    {
        try
        {
            return (await LiquidatableAsync(block)).Count == 0;
        }
        catch (InvalidOperationException)
        {
            // The newest block was asked about while the node mined the next: it answered with a price from after the block's own time.
            return false;
        }
    }

    /// <summary>Every transaction of the keeper's key that the chain holds, in order.</summary>
    public async Task<IReadOnlyList<(ulong Nonce, Hash32 Hash)>> OperatorTransactionsAsync(ulong last)
    {
        var found = new List<(ulong, Hash32)>();
        for (ulong block = 0; block <= last; block++)
        {
            var body = await Rpc.RequestAsync("eth_getBlockByNumber", ((UInt256)block).ToString("x", null), true);
            found.AddRange(body.GetProperty("transactions").EnumerateArray()
                .Where(transaction => Address.Parse(transaction.GetProperty("from").GetString()!) == Workspace.Operator)
                .Select(transaction => ((ulong)UInt256.Parse(transaction.GetProperty("nonce").GetString()!), Hash32.Parse(transaction.GetProperty("hash").GetString()!))));
        }
        return found;
    }

    /// <summary>The block that holds the transaction.</summary>
    public async Task<ulong> BlockOfAsync(Address from, ulong nonce)
    {
        for (var block = await BlockNumberAsync(); block > 0; block--)
        {
            var body = await Rpc.RequestAsync("eth_getBlockByNumber", ((UInt256)block).ToString("x", null), true);
            if (body.GetProperty("transactions").EnumerateArray().Any(transaction =>
                Address.Parse(transaction.GetProperty("from").GetString()!) == from && UInt256.Parse(transaction.GetProperty("nonce").GetString()!) == nonce)) return block;
        }
        throw new InvalidOperationException($"No block holds nonce {nonce} of {from}.");
    }

    /// <summary>The keeper's own key, for what it has not done.</summary>
    public LocalSigner OperatorKey() => LocalSigner.FromKeystore(Path.Combine(Workspace.Folder, "operator.json"), File.ReadAllText(Path.Combine(Workspace.Folder, "operator.password")));

    /// <summary>The round of every feed, as the node takes transactions. After a reorg it would count pending ones that are gone.</summary>
    public IReadOnlyList<Dictionary<string, object>> Prices(int percent, ulong nonce) =>
    [
        .. Deployment.Aggregators.Select((aggregator, i) => new Dictionary<string, object>
        {
            ["from"] = Deployment.Owner.ToString(),
            ["to"] = aggregator.ToString(),
            ["data"] = Hex.Encode(new AbiWriter().Word((Int256)(DemoMarket.All[i].StartPrice / 100 * percent)).ToCall(Signatures.Transmit)),
            ["gas"] = "0x100000",
            ["nonce"] = ((UInt256)(nonce + (ulong)i)).ToString("x", null),
        }),
    ];

    public async Task<ulong> NonceAsync(Address account) =>
        (ulong)UInt256.Parse((await Rpc.RequestAsync("eth_getTransactionCount", account.ToString(), "latest")).GetString()!);

    public async ValueTask DisposeAsync()
    {
        await Rpc.DisposeAsync();
        await _anvil.DisposeAsync();
        Workspace.Dispose();
    }
}
