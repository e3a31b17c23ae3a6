using System.Text.Json;
using System.Text.Json.Nodes;
using Keeper.Chain.Native;
using Keeper.Core.Primitives;
using Keeper.Host;
using Keeper.Host.Cli;
using Keeper.Host.Demo;

namespace Keeper.Conformance.EndToEnd;

/// <summary>What halts a keeper in a process of its own, and what gets it going again; judged by the chain and by its own answers.</summary>
public sealed class ControlTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Halted_it_brings_the_old_to_its_end_and_sends_nothing_new_until_it_is_resumed()
    {
        await using var exchange = await ExchangeChain.StartAsync(accounts: 120, seed: 5);
        await using var keeper = KeeperProcess.Start(exchange);
        await keeper.ReadyAsync(exchange);
        await exchange.CalmAsync(await exchange.BlockNumberAsync());

        await InFlightAsync(exchange, keeper);
        Assert.Equal(ExitCode.Ok, (await CtlAsync(exchange, "halt", "--reason", "a test")).Code);
        var inFlight = Slots(await StatusAsync(exchange));
        Assert.NotEmpty(inFlight);
        await exchange.Chain.MineEveryAsync(1, default);
        await UntilAsync(exchange, keeper, status => Slots(status).Length == 0);
        var sent = await exchange.NonceAsync(exchange.Workspace.Operator);
        Assert.Equal(inFlight.Max() + 1, sent);

        await exchange.TransmitAsync(80);
        var block = await exchange.BlockNumberAsync();
        for (var i = 0; i < 4; i++) block = await exchange.NextBlockAsync(block);
        Assert.NotEmpty(await exchange.LiquidatableAsync(block));
        Assert.Equal(sent, await exchange.NonceAsync(exchange.Workspace.Operator));

        // The control: it was the switch, and nothing else, that held them back.
        Assert.Equal(ExitCode.Ok, (await CtlAsync(exchange, "resume")).Code);
        await exchange.CalmAsync(await exchange.BlockNumberAsync());
        Assert.True(await exchange.NonceAsync(exchange.Workspace.Operator) > sent);
    }

    [Fact]
    public async Task A_foreign_transaction_of_the_key_halts_also_after_a_restart_until_its_nonce_is_adopted()
    {
        await using var exchange = await ExchangeChain.StartAsync(accounts: 60, seed: 6);
        var keeper = KeeperProcess.Start(exchange);
        try
        {
            await keeper.ReadyAsync(exchange);
            var before = await exchange.BlockNumberAsync();
            await exchange.TransmitAsync(85);
            await exchange.CalmAsync(await exchange.NextBlockAsync(before));
            await UntilAsync(exchange, keeper, status => Slots(status).Length == 0);
            var next = await exchange.NonceAsync(exchange.Workspace.Operator);
            Assert.NotEqual(0UL, next);

            var key = exchange.Workspace.Operator.ToString();
            await exchange.Rpc.RequestAsync("anvil_impersonateAccount", key);
            await exchange.Rpc.RequestAsync("eth_sendTransaction", new { from = key, to = key, value = "0x1" });
            await UntilAsync(exchange, keeper, status => IsOpen(status, "foreign_nonce"));
            await keeper.KillAsync();
            await keeper.DisposeAsync();

            keeper = KeeperProcess.Start(exchange);
            await UntilAsync(exchange, keeper, status => IsOpen(status, "foreign_nonce"));
            await exchange.TransmitAsync(70);
            var block = await exchange.BlockNumberAsync();
            for (var i = 0; i < 4; i++) block = await exchange.NextBlockAsync(block);
            Assert.NotEmpty(await exchange.LiquidatableAsync(block));
            Assert.Equal(next + 1, await exchange.NonceAsync(exchange.Workspace.Operator));

            var wrong = await CtlAsync(exchange, "adopt-nonce", "--nonce", $"{next}");
            Assert.Equal(ExitCode.Failed, wrong.Code);
            Assert.Contains("is used", wrong.Error, StringComparison.Ordinal);
            Assert.Equal(ExitCode.Ok, (await CtlAsync(exchange, "adopt-nonce", "--nonce", $"{next + 1}")).Code);
            await exchange.CalmAsync(await exchange.BlockNumberAsync());
            Assert.True(await exchange.NonceAsync(exchange.Workspace.Operator) > next + 1);
        }
        finally
        {
            await keeper.DisposeAsync();
        }
    }

    [Fact]
    public async Task Without_funds_it_halts_and_goes_on_by_itself_when_it_is_funded()
    {
        await using var exchange = await ExchangeChain.StartAsync(accounts: 60, seed: 7);
        await using var keeper = KeeperProcess.Start(exchange);
        await keeper.ReadyAsync(exchange);
        await exchange.CalmAsync(await exchange.BlockNumberAsync());
        await UntilAsync(exchange, keeper, status => Slots(status).Length == 0);
        await exchange.Rpc.RequestAsync("anvil_setBalance", exchange.Workspace.Operator.ToString(), "0x0");
        await UntilAsync(exchange, keeper, status => IsOpen(status, "balance"));
        var sent = await exchange.NonceAsync(exchange.Workspace.Operator);
        await exchange.TransmitAsync(85);
        var block = await exchange.BlockNumberAsync();
        for (var i = 0; i < 3; i++) block = await exchange.NextBlockAsync(block);
        Assert.NotEmpty(await exchange.LiquidatableAsync(block));
        Assert.Equal(sent, await exchange.NonceAsync(exchange.Workspace.Operator));

        await exchange.Rpc.RequestAsync("anvil_setBalance", exchange.Workspace.Operator.ToString(), "0x8ac7230489e80000");
        await exchange.CalmAsync(await exchange.BlockNumberAsync());
        Assert.False(IsOpen(await StatusAsync(exchange), "balance"));
    }

    [Fact]
    public async Task Code_that_changes_under_a_running_keeper_halts_it_until_an_operator_trusts_it()
    {
        await using var exchange = await ExchangeChain.StartAsync(accounts: 60, seed: 8);
        await using var keeper = KeeperProcess.Start(exchange);
        await keeper.ReadyAsync(exchange);
        await exchange.CalmAsync(await exchange.BlockNumberAsync());
        var perps = exchange.Deployment.Perps.ToString();
        var code = (await exchange.Rpc.RequestAsync("eth_getCode", perps, "latest")).GetString()!;
        // A byte behind the end changes the hash and nothing that it does.
        await exchange.Rpc.RequestAsync("anvil_setCode", perps, code + "00");
        await UntilAsync(exchange, keeper, status => IsOpen(status, "code_changed"));
        Assert.Null((await StatusAsync(exchange)).GetProperty("halted").GetString());
        var sent = await exchange.NonceAsync(exchange.Workspace.Operator);
        await exchange.TransmitAsync(85);
        var block = await exchange.BlockNumberAsync();
        for (var i = 0; i < 3; i++) block = await exchange.NextBlockAsync(block);
        Assert.NotEmpty(await exchange.LiquidatableAsync(block));
        Assert.Equal(sent, await exchange.NonceAsync(exchange.Workspace.Operator));

        // The control: the breaker alone held it back.
        Assert.Equal(ExitCode.Ok, (await CtlAsync(exchange, "resume", "code_changed")).Code);
        await exchange.CalmAsync(await exchange.BlockNumberAsync());
        Assert.True(await exchange.NonceAsync(exchange.Workspace.Operator) > sent);
    }

    /// <summary>Two protocols on one key: the exchange, and a proxy (EIP-1967) before the same code, which is then upgraded.</summary>
    [Fact]
    public async Task A_protocol_whose_proxy_is_upgraded_is_halted_alone_and_the_other_is_liquidated()
    {
        await using var exchange = await ExchangeChain.StartAsync(accounts: 60, seed: 8);
        var proxy = Address.Parse("0x00000000000000000000000000000000000f0f0f");
        await exchange.Rpc.RequestAsync("anvil_setCode", proxy.ToString(), ForwardingToSlot);
        await LeadAsync(exchange, proxy, exchange.Deployment.Perps);
        foreach (var (_, selector, _) in Deployment.RefPerpsFunctions(proxy))
            await exchange.Chain.TransactAsync(exchange.Deployment.Owner, exchange.Deployment.Executor, NativeChainLibrary.Instance.Executor.AllowTarget(proxy, selector, allowed: true), default);
        var config = (JsonObject)JsonNode.Parse(await File.ReadAllTextAsync(exchange.Workspace.ConfigPath))!;
        config["protocols"] = new JsonArray("refperps", "proxied");
        await File.WriteAllTextAsync(exchange.Workspace.ConfigPath, config.ToJsonString());
        var protocols = Path.Combine(exchange.Workspace.Folder, "protocols");
        var proxied = (JsonObject)JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(protocols, "refperps.json")))!;
        proxied["address"] = proxy.ToString();
        await File.WriteAllTextAsync(Path.Combine(protocols, "proxied.json"), proxied.ToJsonString());

        await using var keeper = KeeperProcess.Start(exchange);
        await keeper.ReadyAsync(exchange);
        await exchange.CalmAsync(await exchange.BlockNumberAsync());
        await LeadAsync(exchange, proxy, exchange.Deployment.Multicall);
        await UntilAsync(exchange, keeper, status => IsOpen(status, "code_changed"));
        var status = await StatusAsync(exchange);
        Assert.Equal((null, "proxied"), (status.GetProperty("halted").GetString(), status.GetProperty("breakers").EnumerateArray().Single(breaker => breaker.GetProperty("open").GetBoolean()).GetProperty("protocol").GetString()));

        var sent = await exchange.NonceAsync(exchange.Workspace.Operator);
        await exchange.TransmitAsync(85);
        await exchange.CalmAsync(await exchange.NextBlockAsync(await exchange.BlockNumberAsync()));
        Assert.True(await exchange.NonceAsync(exchange.Workspace.Operator) > sent, keeper.Tail());
        Assert.Equal(ExitCode.Ok, (await CtlAsync(exchange, "resume", "code_changed")).Code);
        Assert.False(IsOpen(await StatusAsync(exchange), "code_changed"));
    }

    /// <summary>Hands its calldata to the contract in the slot of EIP-1967, in its own place, and answers or reverts with what that says.</summary>
    private const string ForwardingToSlot = "0x363d3d373d3d363d7f360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc545af43d6000803e6038573d6000fd5b3d6000f3";

    private static Task LeadAsync(ExchangeChain exchange, Address proxy, Address implementation) => exchange.Rpc.RequestAsync(
        "anvil_setStorageAt", proxy.ToString(), "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc", $"0x{new string('0', 24)}{implementation.ToString()[2..]}");

    /// <summary>A price that puts accounts under water, and no block after it: what the keeper sends stays in the pool.</summary>
    private static async Task InFlightAsync(ExchangeChain exchange, KeeperProcess keeper)
    {
        await exchange.Rpc.RequestAsync("evm_setIntervalMining", 0);
        await exchange.TransmitAsync(87);
        await exchange.Rpc.RequestAsync("anvil_mine", "0x1");
        await UntilAsync(exchange, keeper, status => Slots(status).Length > 0);
    }

    private static async Task UntilAsync(ExchangeChain exchange, KeeperProcess keeper, Func<JsonElement, bool> isSo)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var (code, said, _) = await CtlAsync(exchange, "status", "--json");
            if (code == ExitCode.Ok && isSo(JsonDocument.Parse(said).RootElement.GetProperty("status"))) return;
            if (TimeProvider.System.GetElapsedTime(began) > Patience) Assert.Fail($"It never came to this: {said}\n{keeper.Tail()}");
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        }
    }

    private static async Task<JsonElement> StatusAsync(ExchangeChain exchange) =>
        JsonDocument.Parse((await CtlAsync(exchange, "status", "--json")).Out).RootElement.GetProperty("status");

    private static ulong[] Slots(JsonElement status) => [.. status.GetProperty("slots").EnumerateArray().Select(slot => slot.GetProperty("nonce").GetUInt64())];

    private static bool IsOpen(JsonElement status, string breaker) =>
        status.GetProperty("breakers").EnumerateArray().Single(entry => entry.GetProperty("breaker").GetString() == breaker).GetProperty("open").GetBoolean();

    private static async Task<(ExitCode Code, string Out, string Error)> CtlAsync(ExchangeChain exchange, params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await KeeperCli.InvokeAsync(
            ["ctl", .. args, "--config", exchange.Workspace.ConfigPath], TextReader.Null, output, error, new Dictionary<string, string>());
        return (code, output.ToString(), error.ToString());
    }
}
