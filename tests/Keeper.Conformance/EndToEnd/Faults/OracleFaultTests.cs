using Keeper.Chain.Native.Crypto;
using Keeper.Conformance.Support.Faults;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Journal;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Host.Contracts;
using Keeper.Host.Demo;
using Keeper.Protocols.RefPerps;

namespace Keeper.Conformance.EndToEnd.Faults;

/// <summary>Prices that are old, absurd, far from the last, many, or not to be believed because the sequencer was away.</summary>
[Collection(EndToEndCollection.Name)]
public sealed class OracleFaultTests(FaultChain chain) : IClassFixture<FaultChain>
{
    private const int Eth = 0, Btc = 1, Sol = 2;
    private const ulong MaxStaleness = 86_400; // DemoMarket.ListCall

    [Fact]
    public async Task A_stale_price_leaves_its_holders_alone_until_it_is_fresh_and_nobody_else()
    {
        await using var scene = await chain.SceneAsync();
        await scene.StartAsync();
        await scene.PassTimeAsync(MaxStaleness + 100);
        await SayAsync(scene, Eth, Percent(Eth, 97));
        await SayAsync(scene, Sol, Percent(Sol, 97));
        await scene.MineAsync();
        await UntilToldAsync(scene, "market_2 is refused as stale");
        await ContractRefusesAsync(scene);
        await scene.HandledAsync();
        await scene.UntilAsync("nothing is open", () => scene.Keeper.IsSettledAsync());
        var before = (await scene.Keeper.EntriesAsync<JournalEntry.Intended>()).SelectMany(plan => plan.Items).Select(item => item.Account).ToHashSet();

        await SayAsync(scene, Btc, Percent(Btc, 97));
        await scene.MineAsync();
        // Its holders could not be judged: now they are, and some of them are below.
        var below = await scene.Exchange.LiquidatableAsync(await scene.Exchange.BlockNumberAsync());
        Assert.NotEmpty(below);
        await scene.UntilCalmAsync();
        var after = (await scene.Keeper.EntriesAsync<JournalEntry.Intended>()).SelectMany(plan => plan.Items).Select(item => item.Account).ToHashSet();
        Assert.ProperSuperset(before, after);
        await scene.JudgeAsync(isAlone: false);
    }

    [Fact]
    public async Task A_price_of_zero_or_below_is_refused_as_the_contract_refuses_and_told()
    {
        await using var scene = await chain.SceneAsync();
        await scene.StartAsync();
        await SayAsync(scene, Eth, 0);
        await SayAsync(scene, Btc, 0);
        await SayAsync(scene, Sol, -5);
        await scene.MineAsync();
        await UntilToldAsync(scene, "market_1 is refused as zero");
        await UntilToldAsync(scene, "market_3 is refused as negative");
        await scene.HandledAsync();
        await ContractRefusesAsync(scene);
        Assert.Empty(scene.Proxy.Sends);

        // The feeds recover, lower than they were.
        await scene.PriceAsync();
        await scene.UntilCalmAsync();
        await UntilToldAsync(scene, "market_1 is taken again");
        Assert.NotEmpty(await scene.JudgeAsync(isAlone: false));
    }

    [Fact]
    public async Task A_jump_that_the_contract_takes_is_told_simulated_and_acted_on()
    {
        await using var scene = await chain.SceneAsync();
        await scene.StartAsync();
        // The keeper must have seen a price before it can see a jump.
        await scene.MineAsync();
        await scene.HandledAsync();
        await scene.PriceAsync(percent: 85);
        await scene.UntilSentAsync();
        Assert.NotEmpty(Simulations(scene));
        await scene.UntilCalmAsync();
        await UntilToldAsync(scene, "market_1 jumped from");
        await scene.JudgeAsync();
    }

    /// <summary>The control: it is the simulation, and not the size of the step, that stands before a signature.</summary>
    [Fact]
    public async Task A_jump_that_no_simulation_confirms_is_never_signed_for()
    {
        await using var scene = await chain.SceneAsync();
        await scene.StartAsync();
        var executor = scene.Exchange.Deployment.Executor;
        scene.Proxy.On("eth_call", call => IsTo(call, executor) ? Task.FromResult(call.Refuse(3, "execution reverted", "0x")) : call.ForwardAsync());
        await scene.PriceAsync(percent: 85);
        await scene.UntilAsync("it was simulated", () => Simulations(scene).Any());
        await scene.MineAsync(3);
        await scene.HandledAsync();
        Assert.NotEmpty(await scene.Exchange.LiquidatableAsync(await scene.Exchange.BlockNumberAsync()));
        Assert.Empty(scene.Proxy.Sends);
        Assert.Empty(await scene.Keeper.EntriesAsync<JournalEntry.Signed>());
    }

    [Fact]
    public async Task Two_prices_in_different_blocks_are_never_mixed()
    {
        await using var scene = await chain.SceneAsync();
        await scene.StartAsync();
        // Each market falls in a block of its own while another recovers: a mixture of two blocks would find others below than either block has.
        foreach (var (eth, btc, sol) in ((int, int, int)[])[(97, 100, 100), (100, 97, 100), (99, 98, 97), (97, 97, 100)])
        {
            await SayAsync(scene, Eth, Percent(Eth, eth));
            await scene.MineAsync();
            await SayAsync(scene, Btc, Percent(Btc, btc));
            await scene.MineAsync();
            await SayAsync(scene, Sol, Percent(Sol, sol));
            await scene.MineAsync();
        }
        await scene.UntilCalmAsync();
        Assert.NotEmpty(await scene.Keeper.EntriesAsync<JournalEntry.Intended>());
        await PlansAreOfOneBlockAsync(scene);
        await scene.HandledAsync();
        await MirrorIsThatOfTheContractAsync(scene);
        await scene.JudgeAsync();
    }

    [Fact]
    public async Task A_thousand_updates_are_a_few_decisions_on_the_last_of_them()
    {
        const int Updates = 1_000;
        using var decisions = new DecisionCounter();
        await using var scene = await chain.SceneAsync();
        // The receipts of such a block are long.
        await scene.StartAsync(setup => setup with { Endpoints = [.. setup.Endpoints.Select(endpoint => endpoint with { MaxResponseBytes = 32 << 20, RequestTimeout = TimeSpan.FromSeconds(60) })] });
        // Blocks are found by asking: what is counted is decisions about blocks, and not how fast this machine reads a socket.
        scene.Proxy.IsMute = true;
        await scene.HandledAsync();
        var before = decisions.Count;
        for (var i = 0; i < Updates - 1; i++) await SayAsync(scene, Eth, Percent(Eth, 100) - i);
        await SayAsync(scene, Eth, Percent(Eth, 97));
        var first = await scene.Exchange.BlockNumberAsync();
        while ((await scene.Exchange.Rpc.RequestAsync("txpool_status")).GetProperty("pending").GetString() != "0x0") await scene.Exchange.Rpc.RequestAsync("evm_mine");
        var last = await scene.Exchange.BlockNumberAsync();
        await scene.UntilAsync("the last price is acted on", () => scene.Proxy.Sends.Count > 0, mines: false);
        // One for each block at most, and what receipts and later heads ask for.
        Assert.InRange(decisions.Count - before, 1, (int)(last - first) + 10);
        await scene.UntilCalmAsync();
        await PlansAreOfOneBlockAsync(scene);
        await scene.HandledAsync();
        await MirrorIsThatOfTheContractAsync(scene);
        await scene.JudgeAsync();
    }

    [Fact]
    public async Task While_the_sequencer_is_down_and_in_its_grace_nothing_is_sent()
    {
        const ulong Grace = 3_600;
        await using var scene = await chain.SceneAsync();
        var deployment = scene.Exchange.Deployment;
        var uptime = await CreateAsync(scene, "UptimeFeed", new());
        var proxy = await CreateAsync(scene, "AggregatorProxy", new AbiWriter().Word(uptime));
        await SendAsync(scene, deployment.Perps, "setGlobalParams((uint128,uint128,uint32,uint32,address))",
            new AbiWriter().Word(Wads(3)).Word(Wads(10_000)).Word(10_000UL).Word(Grace).Word(proxy));
        await scene.MineAsync();
        await scene.PassTimeAsync(Grace + 100);
        await scene.StartAsync();

        await StatusAsync(scene, uptime, isDown: true);
        await scene.Exchange.TransmitAsync(97);
        await scene.MineAsync(3);
        await UntilToldAsync(scene, "sequencer is refused as sequencer_down");
        await scene.HandledAsync();
        await ContractRefusesAsync(scene);
        Assert.Empty(scene.Proxy.Sends);

        await StatusAsync(scene, uptime, isDown: false);
        await scene.MineAsync(2);
        await StatusAsync(scene, uptime, isDown: false); // a refresh, which begins no new grace
        await scene.PassTimeAsync(Grace - 1_000);
        await UntilToldAsync(scene, "sequencer is refused as sequencer_grace");
        await scene.HandledAsync();
        Assert.Empty(scene.Proxy.Sends);

        await scene.PassTimeAsync(1_100);
        Assert.NotEmpty(await scene.Exchange.LiquidatableAsync(await scene.Exchange.BlockNumberAsync()));
        await scene.UntilCalmAsync();
        Assert.NotEmpty(await scene.JudgeAsync(isAlone: false));
    }

    private static long Percent(int market, int percent) => DemoMarket.All[market].StartPrice / 100 * percent;

    private static Task SayAsync(FaultScene scene, int market, long answer) =>
        SendAsync(scene, scene.Exchange.Deployment.Aggregators[market], "transmit(int192)", new AbiWriter().Word((Int256)answer));

    private static Task SendAsync(FaultScene scene, Address to, string signature, AbiWriter arguments) =>
        scene.Exchange.Chain.SendAsync(scene.Exchange.Deployment.Owner, to, arguments.ToCall(Keccak.Selector(signature)), default);

    private static async Task StatusAsync(FaultScene scene, Address uptime, bool isDown)
    {
        var time = UInt256.Parse((await scene.Exchange.Rpc.RequestAsync("eth_getBlockByNumber", "latest", false)).GetProperty("timestamp").GetString()!);
        await SendAsync(scene, uptime, "updateStatus(bool,uint64)", new AbiWriter().Word(isDown).Word(time));
        await scene.MineAsync();
    }

    private static async Task<Address> CreateAsync(FaultScene scene, string name, AbiWriter arguments)
    {
        var creating = scene.Exchange.Chain.DeployAsync(scene.Exchange.Deployment.Owner, Artifact.Load(name).DeployData(arguments.ToArray()), default);
        while (!creating.IsCompleted) await scene.MineAsync();
        return await creating;
    }

    private static Task UntilToldAsync(FaultScene scene, string words) =>
        scene.UntilAsync($"it is told that {words}", () => scene.Keeper.Lines.Any(line => line.Contains(words, StringComparison.Ordinal)));

    private static IEnumerable<FaultCall> Simulations(FaultScene scene) => scene.Proxy.Calls("eth_call").Where(call => IsTo(call, scene.Exchange.Deployment.Executor));

    private static bool IsTo(FaultCall call, Address contract) => call.Parameter(0).TryGetProperty("to", out var to) && Address.Parse(to.GetString()!) == contract;

    /// <summary>The contract itself says at the block of each decision that its accounts can be liquidated.</summary>
    private static async Task PlansAreOfOneBlockAsync(FaultScene scene)
    {
        foreach (var plan in await scene.Keeper.EntriesAsync<JournalEntry.Intended>())
        {
            // A hint is of the block after the mirror's.
            var below = await scene.Exchange.LiquidatableAsync(plan.Basis.Number + (plan.FromHint ? 1UL : 0UL));
            Assert.All(plan.Items, item => Assert.Contains(ulong.Parse(item.Account.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture), below));
        }
    }

    private static async Task MirrorIsThatOfTheContractAsync(FaultScene scene)
    {
        var head = await scene.Exchange.Rpc.RequestAsync("eth_getBlockByNumber", "latest", false);
        var protocol = (RefPerpsProtocol)scene.Keeper.Mirrored[^1];
        var time = (ulong)UInt256.Parse(head.GetProperty("timestamp").GetString()!);
        var mine = Enumerable.Range(0, protocol.AccountCount).Where(account => protocol.Evaluate(account, time).Kind == VerdictKind.Liquidatable)
            .Select(account => ulong.Parse(protocol.KeyOf(account), System.Globalization.CultureInfo.InvariantCulture)).ToHashSet();
        Assert.True(mine.SetEquals(await scene.Exchange.LiquidatableAsync((ulong)UInt256.Parse(head.GetProperty("number").GetString()!))));
        foreach (var feed in protocol.Feeds(time)) Assert.Equal(PriceFault.None, feed.Fault);
    }

    /// <summary>The control: at the newest block the exchange reverts where it is asked to judge somebody who depends on the price.</summary>
    private static async Task ContractRefusesAsync(FaultScene scene)
    {
        var newest = await scene.Exchange.BlockNumberAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => scene.Exchange.LiquidatableAsync(newest));
    }

    private static UInt256 Wads(ulong whole) => (UInt256)whole * 1_000_000_000_000_000_000UL;
}
