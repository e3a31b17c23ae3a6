using Keeper.Chain.Native.Crypto;
using Keeper.Conformance.Support.Faults;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Journal;
using Keeper.Core.Primitives;
using Keeper.Core.Submission.Control;
using Keeper.Protocols.RefPerps;

namespace Keeper.Conformance.EndToEnd.Faults;

/// <summary>
/// A keeper in this process, its endpoints, and the chain behind them. Time is the test's: a block is mined when it says so, so that nothing
/// depends on how fast the machine is.
/// </summary>
internal sealed class FaultScene : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <summary>What a keeper is given to handle a block before the next is mined. Too short, and it handles two as one.</summary>
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(150);

    private readonly ExchangeChain _exchange;
    private readonly string _journal;
    private InProcessKeeper? _keeper;

    private readonly Action _spoil;

    private FaultScene(ExchangeChain exchange, IReadOnlyList<FaultProxy> proxies, string journal, Action spoil) =>
        (_exchange, Proxies, _journal, _spoil) = (exchange, proxies, journal, spoil);

    public IReadOnlyList<FaultProxy> Proxies { get; }
    public FaultProxy Proxy => Proxies[0];
    public ExchangeChain Exchange => _exchange;
    public InProcessKeeper Keeper => _keeper!;
    /// <summary>The keeper's newest mirror.</summary>
    public RefPerpsProtocol Mirror => (RefPerpsProtocol)(Keeper.Mirrored[^1] is DeafProtocol deaf ? deaf.Inner : Keeper.Mirrored[^1]);

    public Address Operator => _exchange.Workspace.Operator;
    public string JournalPath => _journal;

    /// <summary>The newest block when the keeper was first ready.</summary>
    public ulong First { get; private set; }

    /// <summary>Neither deadlines nor higher bids in the way of a slow machine.</summary>
    public KeeperSetup Setup => new([.. Proxies.Select((proxy, i) => EndpointOf(proxy, $"node{i}"))], _journal) { Submission = new() { DeadlineBlocks = 500, BumpAfter = TimeSpan.FromHours(1) } };

    /// <param name="spoil">Called where the chain can't be taken back to how it was.</param>
    public static async Task<FaultScene> SetAsync(ExchangeChain exchange, int endpoints, string journal, Action spoil)
    {
        var proxies = new List<FaultProxy>();
        for (var i = 0; i < endpoints; i++) proxies.Add(await FaultProxy.StartAsync(exchange.HttpUrl, exchange.WsUrl));
        return new(exchange, proxies, journal, spoil);
    }

    /// <summary>Answers are waited for five seconds and read up to a megabyte, so that tests of neither take long.</summary>
    public static RpcEndpoint EndpointOf(FaultProxy proxy, string name) =>
        new() { Name = name, HttpUrl = proxy.HttpUrl, WsUrl = proxy.WsUrl, RequestTimeout = TimeSpan.FromSeconds(5), MaxResponseBytes = 1 << 20 };

    /// <summary>Starts a keeper, or another one after <see cref="StopAsync"/>, and waits until it works.</summary>
    public async Task StartAsync(Func<KeeperSetup, KeeperSetup>? alter = null)
    {
        await BeginAsync(alter);
        await UntilAsync("the keeper is ready", () => Keeper.IsReady);
        if (First == 0) First = await _exchange.BlockNumberAsync();
    }

    /// <summary>Starts a keeper that may have reasons not to be ready.</summary>
    public async Task BeginAsync(Func<KeeperSetup, KeeperSetup>? alter = null) =>
        _keeper = await InProcessKeeper.StartAsync((alter ?? (setup => setup))(Setup), _exchange.Place);

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

    /// <summary>A block with deposits of three accounts, the last of which a lie alters.</summary>
    public async Task DepositAsync()
    {
        var (owner, perps) = (_exchange.Deployment.Owner, _exchange.Deployment.Perps);
        for (var account = 1ul; account <= 3; account++)
            await _exchange.Chain.SendAsync(owner, perps, new AbiWriter().Word(account).Word(1_000_000_000_000_000_000ul * account).ToCall(Keccak.Selector("deposit(uint256,uint256)")), default);
        await MineAsync();
    }

    /// <summary>To go back to with <see cref="GoBackAsync"/>, once.</summary>
    public async Task<string> MarkAsync() => (await _exchange.Rpc.RequestAsync("evm_snapshot")).GetString()!;

    /// <summary>The node forgets every block since, and tells nobody.</summary>
    public async Task GoBackAsync(string mark)
    {
        await _exchange.Rpc.RequestAsync("evm_revert", mark);
        await _exchange.Rpc.RequestAsync("anvil_dropAllTransactions");
    }

    /// <summary>The node begins another chain of the same id.</summary>
    public async Task ResetAsync()
    {
        _spoil();
        await _exchange.Rpc.RequestAsync("anvil_reset");
        await _exchange.Rpc.RequestAsync("evm_setAutomine", false);
    }

    /// <param name="mines">Blocks go on meanwhile.</param>
    public async Task UntilAsync(string what, Func<Task<bool>> condition, bool mines = true)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (Keeper.Running.IsCompleted) await Keeper.Running; // what ended it is what ends the test
            if (TimeProvider.System.GetElapsedTime(began) > Patience) Assert.Fail($"Not within {Patience.TotalSeconds} s: {what}.\n{await TellAsync()}");
            if (mines) await MineAsync();
            else await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    /// <summary>What a keeper that does not get on is doing.</summary>
    private async Task<string> TellAsync()
    {
        var asked = Keeper.Sender?.AskAsync(new ControlRequest.Status(), default);
        var status = asked is null ? null : (await asked.WaitAsync(Patience, TimeProvider.System)).Status;
        var lines = Keeper.Lines.Where(line => !line.StartsWith("Skipped", StringComparison.Ordinal)).TakeLast(60);
        return string.Join('\n', [$"nonce {status?.NextNonce}, on chain {status?.ChainNonce}, halted: {status?.Halted}, head {status?.Head}", .. status?.Slots.Select(slot => $"{slot}") ?? [], .. lines]);
    }

    public Task UntilAsync(string what, Func<bool> condition, bool mines = true) => UntilAsync(what, () => Task.FromResult(condition()), mines);

    /// <summary>
    /// Everything in the chain until now has been decided on and watched. What a keeper did not do is asserted after this: before, it
    /// may only not have looked yet. A head is decided on before the next one is handled, so one more is mined.
    /// </summary>
    public async Task HandledAsync()
    {
        await UntilHeadAsync();
        await MineAsync();
        await UntilHeadAsync();
    }

    /// <summary>The newest block is in the mirror, and the sender knows of it.</summary>
    public async Task UntilHeadAsync()
    {
        var newest = Hash32.Parse((await _exchange.Rpc.RequestAsync("eth_getBlockByNumber", "latest", false)).GetProperty("hash").GetString()!);
        await UntilAsync(
            "the newest head is handled",
            async () => Keeper.Sender is { } sender && (await sender.AskAsync(new ControlRequest.Status(), default).WaitAsync(Patience, TimeProvider.System)).Status.Head?.Hash == newest,
            mines: false);
    }

    /// <summary>The first endpoint has been handed a transaction.</summary>
    public Task UntilSentAsync() => UntilAsync("it is sent", () => Proxy.Sends.Count > 0, mines: false);

    /// <summary>So many transactions of the key are in the chain.</summary>
    public Task UntilMinedAsync(int transactions) =>
        UntilAsync($"{transactions} transactions are mined", async () => await _exchange.NonceAsync(Operator) >= (ulong)transactions);

    /// <summary>Nobody can be liquidated, and nothing is open.</summary>
    public Task UntilCalmAsync() => UntilAsync(
        "nobody can be liquidated and nothing is open",
        async () => await Keeper.IsSettledAsync() && await _exchange.IsCalmAsync(await _exchange.BlockNumberAsync()));

    /// <summary>The chain against the journal, and the mirror against that of a fresh start, field by field.</summary>
    /// <returns>The transactions of the key, in order.</returns>
    public async Task<IReadOnlyList<(ulong Nonce, Hash32 Hash)>> JudgeAsync(bool isAlone = true)
    {
        var mined = await ChainAgainstJournal.CompareAsync(_exchange, await Keeper.EntriesAsync(), First, isAlone);
        await MirrorIsFreshAsync();
        return mined;
    }

    /// <summary>What the keeper has mirrored is what one that starts now would mirror.</summary>
    public async Task MirrorIsFreshAsync()
    {
        // What is polled comes a little after its block.
        IReadOnlyList<string> differences = [];
        for (var looks = 0; looks < 40; looks++)
        {
            if ((differences = await DifferencesAsync()).Count == 0) return;
            await Task.Delay(TimeSpan.FromMilliseconds(250), TimeProvider.System);
        }
        Assert.Fail($"{string.Join('\n', differences)}\n{await TellAsync()}");
    }

    /// <summary>Fields that the keeper has mirrored otherwise than one that starts now, at the newest block.</summary>
    public async Task<IReadOnlyList<string>> DifferencesAsync()
    {
        await UntilHeadAsync();
        return MirrorFields.Differences(await FreshMirror.BuildAsync(_exchange), Mirror);
    }

    /// <summary>As <see cref="JudgeAsync"/>; and the first nonce was signed once, and those bytes are in the chain.</summary>
    public async Task<JournalEntry.Signed> JudgeFirstAsync()
    {
        var mined = await JudgeAsync();
        var attempt = Assert.Single(await AttemptsAsync(0));
        Assert.Equal(mined[0].Hash, attempt.Hash);
        return attempt;
    }

    /// <summary>Everything that was signed for a nonce, in order; what a reorg brought back once.</summary>
    public async Task<IReadOnlyList<JournalEntry.Signed>> AttemptsAsync(ulong nonce) =>
        [.. (await Keeper.EntriesAsync<JournalEntry.Signed>()).Where(attempt => attempt.Nonce == nonce).DistinctBy(attempt => attempt.Hash)];

    /// <summary>Sends of one nonce that reached the endpoint.</summary>
    public static IEnumerable<FaultCall> SendsOf(FaultProxy proxy, ulong nonce) => proxy.Sends.Where(send => send.Transaction.Fields.Nonce == nonce);

    /// <summary>Replaces the newest blocks.</summary>
    /// <param name="kept">Transactions, each with the number of its block counted from the first that is replaced.</param>
    public async Task ReorgAsync(int depth, params object[][] kept)
    {
        _spoil();
        await _exchange.Rpc.RequestAsync("anvil_reorg", depth, kept);
    }

    /// <summary>The next block is so much later: prices age.</summary>
    public async Task PassTimeAsync(ulong seconds)
    {
        _spoil();
        await _exchange.Rpc.RequestAsync("evm_increaseTime", seconds);
        await MineAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_keeper is not null) await StopAsync();
        foreach (var proxy in Proxies) await proxy.DisposeAsync();
    }
}
