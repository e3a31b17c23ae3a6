using System.Text.Json;
using System.Text.Json.Nodes;
using Keeper.Chain.Native.Crypto;
using Keeper.Chain.Native.Keystore;
using Keeper.Chain.Native.Rpc;
using Keeper.Conformance.AaveV3;
using Keeper.Conformance.RefPerps;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Primitives;
using Keeper.Host;
using Keeper.Host.Cli;

namespace Keeper.Conformance.Capital;

/// <summary>From nothing to an executor and a liquidator that may do all that a configured pool needs, by the program's own words: it prints, the owner signs.</summary>
public sealed class OwnerCommandsTests : IDisposable
{
    private const string Password = "battery staple";

    private readonly string _folder = Directory.CreateTempSubdirectory("keeper-owner-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Executor_and_liquidator_are_deployed_verified_and_handed_to_their_owner()
    {
        await using var chain = await TestChain.StartAsync();
        await using var client = AaveScene.Client(chain);
        var pool = await AavePool.DeployAsync(chain, client, isFirst: true, [.. AaveAsset.Four().Take(2)]);
        await using var rpc = new JsonRpcClient(new RpcEndpoint { Name = "anvil", HttpUrl = chain.Url }, TimeProvider.System);
        await rpc.RequestAsync("evm_setAutomine", true);
        var (owner, hot, treasury) = (chain.Accounts[0], chain.Accounts[1], chain.Accounts[2]);
        var (collateral, debt) = (pool.Assets[0].Token, pool.Assets[1].Token);
        await WriteAsync(chain, pool, collateral, debt, executor: null, liquidator: pool.Pool, swapper: owner);

        // 1. Deployed. The pool's provider stands for a router: nothing is sold here.
        var deployed = await SaysAsync(
            "executor", "deploy", "--owner", $"{owner}", "--operator", $"{hot}", "--treasury", $"{treasury}", "--keystore", Path.Combine(_folder, "deployer.json"),
            "--password-file", Path.Combine(_folder, "password"), "--swap-router", $"{pool.Provider}", "--max-slippage-ppm", "20000", "--json");
        var (executor, liquidator, swapper) = (At("executor.address"), At("capital.liquidator"), At("capital.routes[].swapper"));
        await WriteAsync(chain, pool, collateral, debt, executor, liquidator, swapper);

        // 2. It may do nothing before the owner has signed, and all that is wanted afterwards.
        var early = await RunAsync("executor", "verify");
        Assert.Equal(ExitCode.Environment, early.Code);
        Assert.Contains("may not liquidate on pool", early.Out);
        Assert.Contains("may not sell by", early.Out);
        Assert.Contains("may not call liquidateAave", early.Out);
        await SignAsync(rpc, owner, deployed);
        var late = await RunAsync("executor", "verify", "--owner", $"{owner}", "--operator", $"{hot}");
        Assert.True(late.Code == ExitCode.Ok, late.Out + late.Error);
        Assert.Contains("at 20000 millionths below the protocol's price at worst", late.Out);

        // 3. What else the owner may want: each is printed, and nothing where nothing is to be done.
        Assert.Empty(Transactions(await SaysAsync("executor", "set-operator", "--operator", $"{hot}", "--json")));
        Assert.Empty(Transactions(await SaysAsync("executor", "pause", "--off", "--json")));
        await SignAsync(rpc, owner, await SaysAsync("executor", "pause", "--json"));
        Assert.Contains("is paused", (await RunAsync("executor", "verify")).Out);
        await SignAsync(rpc, owner, await SaysAsync("executor", "pause", "--off", "--json"));
        await SignAsync(rpc, owner, await SaysAsync("executor", "set-operator", "--operator", $"{owner}", "--json"));
        Assert.Contains($"has the operator {owner}", (await RunAsync("executor", "verify")).Out);

        foreach (var holder in new[] { executor, liquidator })
            await SendAsync(rpc, owner, debt, new AbiWriter().Word(holder).Word(70).ToCall(Keccak.Selector("mint(address,uint256)")));
        var sweep = await RunAsync("executor", "sweep", "--token", $"{debt}");
        Assert.Contains("chain  31337", sweep.Out);
        await SignAsync(rpc, owner, await SaysAsync("executor", "sweep", "--token", $"{debt}", "--json"));
        var balance = await rpc.RequestAsync("eth_call", new { to = $"{debt}", data = Hex.Encode(new AbiWriter().Word(treasury).ToCall(Keccak.Selector("balanceOf(address)"))) }, "latest");
        Assert.Equal((UInt256)140UL, new AbiReader(Hex.Decode(balance.GetString()!)).ReadUInt256());

        // 4. Own funds: nothing of them may be used before the owner says how much.
        await RefusedAsync("for which no budget is wanted", "--amount", "1");
        await WriteAsync(chain, pool, collateral, debt, executor, liquidator, swapper, funding: "own");
        Assert.Contains("may not spend own funds", (await RunAsync("executor", "verify")).Out);
        await RefusedAsync("--amount", "--amount", "1.0000000000000000001");
        await RefusedAsync("--amount", "--amount", "1329227995784915873");
        await RefusedAsync("for which no budget is wanted", "--amount", "1", "--market", $"{new Hash32(UInt256.One)}");
        await RefusedAsync("for which no budget is wanted", "--amount", "1", "--protocol", "other");
        var budget = await SaysAsync("executor", "set-budget", "--token", $"{debt}", "--amount", "1000.5", "--protocol", "pool", "--json");
        Assert.StartsWith("setBudget(", Assert.Single(Transactions(budget)).GetProperty("purpose").GetString());
        await SignAsync(rpc, owner, budget);
        Assert.Contains("may spend own funds", (await RunAsync("executor", "verify")).Out);
        Assert.Empty(Transactions(await SaysAsync("executor", "set-budget", "--token", $"{debt}", "--amount", "1000.5", "--json")));
        var told = await rpc.RequestAsync("eth_call", new { to = $"{liquidator}", data = Hex.Encode(new AbiWriter().Word(pool.Pool).Word(UInt256.Zero).Word(debt).ToCall(Keccak.Selector("budgetOf(address,bytes32,address)"))) }, "latest");
        Assert.Equal(UInt256.Parse("1000500000000000000000"), new AbiReader(Hex.Decode(told.GetString()!)).ReadUInt256());

        async Task RefusedAsync(string words, params string[] args)
        {
            var (code, said, error) = await RunAsync(["executor", "set-budget", "--token", $"{debt}", .. args]);
            Assert.Equal(ExitCode.Config, code);
            Assert.Contains(words, said + error);
        }

        Address At(string fact) => Address.Parse(deployed.GetProperty(fact).GetString()!);
    }

    private async Task WriteAsync(TestChain chain, AavePool pool, Address collateral, Address debt, Address? executor, Address liquidator, Address swapper, string funding = "flash")
    {
        foreach (var name in new[] { "chains", "protocols" }) Directory.CreateDirectory(Path.Combine(_folder, name));
        var config = new JsonObject
        {
            ["chain"] = new JsonObject { ["id"] = 31337, ["client"] = "native", ["endpoints"] = new JsonArray(new JsonObject { ["name"] = "local", ["http"] = chain.Url.ToString() }) },
            ["protocols"] = new JsonArray("pool"),
            ["journal"] = new JsonObject { ["path"] = "journal.db" },
            ["submission"] = new JsonObject { ["hardFeeCapGwei"] = "500" },
        };
        if (executor is { } stands) config["executor"] = new JsonObject { ["address"] = $"{stands}" };
        await WriteAsync("keeper.json", config);
        await WriteAsync("chains/31337.json", new JsonObject { ["chainId"] = 31337, ["name"] = "anvil", ["blockTimeMs"] = 1000, ["nativePriceWorstCaseUsd"] = "10000" });
        var route = new JsonObject { ["from"] = $"{collateral}", ["to"] = $"{debt}", ["swapper"] = $"{swapper}", ["path"] = "0x01", ["costPpm"] = 3_000 };
        await WriteAsync("protocols/pool.json", new JsonObject
        {
            ["type"] = "aave-v3", ["address"] = $"{pool.Pool}", ["deployBlock"] = pool.DeployBlock,
            ["capital"] = new JsonObject { ["liquidator"] = $"{liquidator}", ["funding"] = funding, ["flashPremiumPpm"] = 900, ["routes"] = new JsonArray(route) },
        });
        if (File.Exists(Path.Combine(_folder, "password"))) return;
        await File.WriteAllTextAsync(Path.Combine(_folder, "password"), Password);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(Path.Combine(_folder, "password"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        // The first key of the well-known mnemonic, which the node has made rich.
        using var key = PrivateKey.Parse("0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80");
        KeystoreFile.Write(Path.Combine(_folder, "deployer.json"), key, Password, scryptN: 2);
    }

    private Task WriteAsync(string name, JsonNode content) => File.WriteAllTextAsync(Path.Combine(_folder, name), content.ToJsonString());

    private static IEnumerable<JsonElement> Transactions(JsonElement said) => said.GetProperty("transactions").EnumerateArray();

    /// <summary>The owner, whose key the node holds, signs and sends what was printed.</summary>
    private static async Task SignAsync(JsonRpcClient rpc, Address owner, JsonElement said)
    {
        Assert.NotEmpty(Transactions(said));
        foreach (var transaction in Transactions(said))
        {
            Assert.Equal(("0", 31337), (transaction.GetProperty("value").GetString(), transaction.GetProperty("chainId").GetInt32()));
            Assert.Equal(owner, Address.Parse(transaction.GetProperty("from").GetString()!));
            await SendAsync(rpc, owner, Address.Parse(transaction.GetProperty("to").GetString()!), Hex.Decode(transaction.GetProperty("data").GetString()!));
        }
    }

    private static async Task SendAsync(JsonRpcClient rpc, Address from, Address to, byte[] data)
    {
        var hash = await rpc.RequestAsync("eth_sendTransaction", new { from = $"{from}", to = $"{to}", data = Hex.Encode(data), gas = "0x100000" });
        for (var i = 0; i < 400; i++)
        {
            var receipt = await rpc.RequestAsync("eth_getTransactionReceipt", hash.GetString()!);
            if (receipt.ValueKind == JsonValueKind.Object)
            {
                Assert.Equal("0x1", receipt.GetProperty("status").GetString());
                return;
            }
            await Task.Delay(TimeSpan.FromMilliseconds(25), TimeProvider.System);
        }
        Assert.Fail("The transaction was not mined.");
    }

    private async Task<JsonElement> SaysAsync(params string[] args)
    {
        var (code, said, error) = await RunAsync(args);
        Assert.True(code == ExitCode.Ok, said + error);
        return JsonDocument.Parse(said).RootElement;
    }

    private async Task<(ExitCode Code, string Out, string Error)> RunAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await KeeperCli.InvokeAsync([.. args, "--config", Path.Combine(_folder, "keeper.json")], TextReader.Null, output, error, new Dictionary<string, string>());
        return (code, output.ToString(), error.ToString());
    }
}
