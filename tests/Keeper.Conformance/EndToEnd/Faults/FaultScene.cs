using Keeper.Conformance.Support.Faults;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Journal;
using Keeper.Core.Primitives;

namespace Keeper.Conformance.EndToEnd.Faults;

/// <summary>
/// A keeper in this process, its endpoints, and the chain behind them. Time is the test's: a block is mined when it says so, so that nothing
/// depends on how fast the machine is.
/// </summary>
internal sealed class FaultScene : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>What a keeper is given to handle a block before the next is mined. Too short, and it handles two as one.</summary>
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(150);

    private readonly ExchangeChain _exchange;
    private readonly string _journal;
    private InProcessKeeper? _keeper;

    private FaultScene(ExchangeChain exchange, IReadOnlyList<FaultProxy> proxies, string journal) => (_exchange, Proxies, _journal) = (exchange, proxies, journal);

    public IReadOnlyList<FaultProxy> Proxies { get; }
    public FaultProxy Proxy => Proxies[0];
    public ExchangeChain Exchange => _exchange;
    public InProcessKeeper Keeper => _keeper!;
    public Address Operator => _exchange.Workspace.Operator;
    public string JournalPath => _journal;

    /// <summary>The newest block when the keeper was first ready.</summary>
    public ulong First { get; private set; }

    /// <summary>A minute of a chain without deadlines in its way.</summary>
    public KeeperSetup Setup => new([.. Proxies.Select((proxy, i) => EndpointOf(proxy, $"node{i}"))], _journal) { Submission = new() { DeadlineBlocks = 500 } };

    public static async Task<FaultScene> SetAsync(ExchangeChain exchange, int endpoints, string journal)
    {
        var proxies = new List<FaultProxy>();
        for (var i = 0; i < endpoints; i++) proxies.Add(await FaultProxy.StartAsync(exchange.HttpUrl, exchange.WsUrl));
        return new(exchange, proxies, journal);
    }

    /// <summary>Answers are waited for five seconds and read up to a megabyte, so that tests of neither take long.</summary>
    public static RpcEndpoint EndpointOf(FaultProxy proxy, string name) =>
        new() { Name = name, HttpUrl = proxy.HttpUrl, WsUrl = proxy.WsUrl, RequestTimeout = TimeSpan.FromSeconds(5), MaxResponseBytes = 1 << 20 };

    /// <summary>Starts a keeper, or another one after <see cref="StopAsync"/>, and waits until it works.</summary>
    public async Task StartAsync(Func<KeeperSetup, KeeperSetup>? alter = null)
    {
        _keeper = await InProcessKeeper.StartAsync((alter ?? (setup => setup))(Setup), _exchange.Place);
        await UntilAsync("the keeper is ready", () => Task.FromResult(Keeper.Readiness.IsReady), mines: false);
        if (First == 0) First = await _exchange.BlockNumberAsync();
    }

    public async Task StopAsync()
    {
        await _keeper!.DisposeAsync();
        _keeper = null;
    }

    public async Task MineAsync(int blocks = 1)
    {
        for (var i = 0; i < blocks; i++)
        {
            await _exchange.Rpc.RequestAsync("evm_mine");
            await Task.Delay(Beat, TimeProvider.System);
        }
    }

    /// <summary>A block whose base fee is this.</summary>
    public async Task MineAsync(Wei baseFee)
    {
        await _exchange.Rpc.RequestAsync("anvil_setNextBlockBaseFeePerGas", baseFee);
        await MineAsync();
    }

    /// <summary>A block with a price at which accounts can be liquidated; the keeper's transactions are in a later one, at the earliest.</summary>
    public async Task PriceAsync(int percent = 97)
    {
        await _exchange.TransmitAsync(percent);
        await MineAsync();
        Assert.NotEmpty(await _exchange.LiquidatableAsync(await _exchange.BlockNumberAsync()));
    }

    /// <param name="mines">Blocks go on meanwhile.</param>
    public async Task UntilAsync(string what, Func<Task<bool>> condition, bool mines = true)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (Keeper.Running.IsCompleted) await Keeper.Running;
            if (TimeProvider.System.GetElapsedTime(began) > Patience) Assert.Fail($"Not within {Patience.TotalSeconds} s: {what}.\n{string.Join('\n', Keeper.Lines.TakeLast(60))}");
            if (mines) await MineAsync();
            else await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    public Task UntilAsync(string what, Func<bool> condition, bool mines = true) => UntilAsync(what, () => Task.FromResult(condition()), mines);

    /// <summary>So many transactions of the key are in the chain.</summary>
    public Task UntilMinedAsync(int transactions) =>
        UntilAsync($"{transactions} transactions are mined", async () => await _exchange.NonceAsync(Operator) >= (ulong)transactions);

    /// <summary>Nobody can be liquidated, and nothing is open.</summary>
    public Task UntilCalmAsync() => UntilAsync(
        "nobody can be liquidated and nothing is open",
        async () => await Keeper.IsSettledAsync() && (await _exchange.LiquidatableAsync(await _exchange.BlockNumberAsync())).Count == 0);

    /// <summary>Chain against journal. Nothing is lost, doubled, or dearer than was allowed.</summary>
    /// <returns>The transactions of the key, in order.</returns>
    public async Task<IReadOnlyList<(ulong Nonce, Hash32 Hash)>> JudgeAsync()
    {
        var last = await _exchange.BlockNumberAsync();
        var onChain = await _exchange.OperatorTransactionsAsync(last);
        var entries = await Keeper.EntriesAsync();
        Assert.Equal(Enumerable.Range(0, onChain.Count).Select(nonce => (ulong)nonce), onChain.Select(transaction => transaction.Nonce));

        // Every transaction of the chain was journalled before it left, under its nonce, and the last word of the journal about that nonce is this one.
        var signed = entries.OfType<JournalEntry.Signed>().ToLookup(entry => entry.Hash);
        var intended = entries.OfType<JournalEntry.Intended>().ToLookup(entry => entry.Nonce);
        var settled = entries.OfType<JournalEntry.Settled>().GroupBy(entry => signed[entry.Hash].First().Nonce).ToDictionary(group => group.Key, group => group.Last().Hash);
        foreach (var (nonce, hash) in onChain)
        {
            Assert.Contains(signed[hash], entry => entry.Nonce == nonce);
            Assert.Equal(hash, settled[nonce]);
            var (cost, attempt) = (await CostAsync(hash), signed[hash].First());
            var limit = attempt.IsCancel ? 21_000UL : intended[nonce].First().GasLimit.Value;
            Assert.True(cost <= attempt.Fees.MaxFeePerGas * new Gas(limit), $"{hash} cost {cost}.");
            if (!attempt.IsCancel) Assert.True(attempt.Fees.MaxFeePerGas <= intended[nonce].First().MaxPricePerGas, $"{hash} offers more than its profit allows.");
        }
        Assert.Equal(onChain.Count, settled.Count);

        var report = await _exchange.Judge.ReportAsync(First, last, _exchange.Accounts, default);
        Assert.Equal(0, report.Duplicates);
        return onChain;
    }

    public async ValueTask DisposeAsync()
    {
        if (_keeper is not null) await StopAsync();
        foreach (var proxy in Proxies) await proxy.DisposeAsync();
    }

    private async Task<Wei> CostAsync(Hash32 hash)
    {
        var receipt = await _exchange.Rpc.RequestAsync("eth_getTransactionReceipt", hash);
        return new Wei(UInt256.Parse(receipt.GetProperty("effectiveGasPrice").GetString()!)) * new Gas((ulong)UInt256.Parse(receipt.GetProperty("gasUsed").GetString()!));
    }
}
