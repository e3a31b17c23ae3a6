using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Keeper.Chain.Native;
using Keeper.Chain.Native.Crypto;
using Keeper.Chain.Native.Keystore;
using Keeper.Core.Journal;
using Keeper.Core.Primitives;
using Keeper.Host;
using Keeper.Host.Cli;
using Keeper.Journal.Sqlite;

namespace Keeper.Conformance.EndToEnd;

/// <summary>From one operator key to the next with a keeper at work, on a real chain, by the program's own words alone.</summary>
public sealed class KeyRotationTests
{
    private const string Password = "battery staple";

    [Fact]
    public async Task A_keeper_with_transactions_in_flight_is_drained_and_goes_on_with_the_new_key_that_the_owner_has_named()
    {
        await using var exchange = await ExchangeChain.StartAsync(accounts: 120, seed: 5);
        var old = exchange.Workspace.Operator;
        var folder = exchange.Workspace.Folder;
        ulong left;
        await using (var keeper = KeeperProcess.Start(exchange))
        {
            await keeper.ReadyAsync(exchange);
            await exchange.CalmAsync(await exchange.BlockNumberAsync());
            await exchange.Rpc.RequestAsync("evm_setIntervalMining", 0);
            await exchange.TransmitAsync(87);
            await exchange.Rpc.RequestAsync("anvil_mine", "0x1");
            await keeper.SaysAsync(line => line.Contains("Sent ", StringComparison.Ordinal), TimeSpan.FromSeconds(90));

            // No block comes: what is in flight stays so, and nothing is made.
            var early = await RotateAsync(exchange, wait: 2);
            Assert.Equal((ExitCode.Environment, "drain"), (early.Code, early.Text("state")));
            Assert.False(File.Exists(Path.Combine(folder, "new.json")));
            Assert.NotEmpty(early.Said.GetProperty("open").EnumerateArray());

            // One that was made before is taken as it is: opening one of full cost takes many seconds each time in a build that is not optimised.
            using (var made = PrivateKey.Generate()) KeystoreFile.Write(Path.Combine(folder, "new.json"), made, Password, scryptN: 4_096);
            await exchange.Chain.MineEveryAsync(1, default);
            var drained = await RotateAsync(exchange, wait: 90);
            Assert.Equal((ExitCode.Ok, "owner"), (drained.Code, drained.Text("state")));
            left = await exchange.NonceAsync(old);
            Assert.NotEqual(0UL, left);

            // The owner, whose key the node holds, signs and sends what was printed.
            var transaction = Assert.Single(drained.Said.GetProperty("transactions").EnumerateArray());
            await exchange.TransmitAsync(80);
            await exchange.Rpc.RequestAsync("eth_sendTransaction", new
            {
                from = transaction.GetProperty("from").GetString(), to = transaction.GetProperty("to").GetString(), data = transaction.GetProperty("data").GetString(),
                value = "0x" + UInt256.Parse(transaction.GetProperty("value").GetString()!).ToString("x", CultureInfo.InvariantCulture).Replace("0x", "", StringComparison.Ordinal),
            });
            var block = await exchange.BlockNumberAsync();
            for (var i = 0; i < 4; i++) block = await exchange.NextBlockAsync(block);

            // Drained, the old key sends nothing, though there is something to do.
            Assert.NotEmpty(await exchange.LiquidatableAsync(block));
            Assert.Equal(left, await exchange.NonceAsync(old));
            Assert.Equal("configuration", (await RotateAsync(exchange, wait: 30)).Text("state"));
            await keeper.KillAsync();
        }

        using var key = LocalSigner.FromKeystore(Path.Combine(folder, "new.json"), Password);
        await exchange.Rpc.RequestAsync("anvil_setBalance", key.Address.ToString(), "0x8ac7230489e80000");
        var config = (JsonObject)JsonNode.Parse(await File.ReadAllTextAsync(exchange.Workspace.ConfigPath))!;
        config["key"] = new JsonObject { ["keystore"] = "new.json", ["password"] = "file:new.password" };
        await File.WriteAllTextAsync(exchange.Workspace.ConfigPath, config.ToJsonString());
        var check = await CliAsync("check", "--config", exchange.Workspace.ConfigPath);
        Assert.True(check.Code == ExitCode.Ok, check.Out + check.Error);

        await using (var keeper = KeeperProcess.Start(exchange))
        {
            await keeper.ReadyAsync(exchange);
            await exchange.CalmAsync(await exchange.BlockNumberAsync());
            Assert.True(await exchange.NonceAsync(key.Address) > 0, keeper.Tail());
        }
        Assert.Equal(left, await exchange.NonceAsync(old));
        Assert.Equal("done", (await RotateAsync(exchange, wait: 30)).Text("state"));

        // One journal holds the plans of both keys, each with what the chain counts.
        await using var journal = await SqliteJournal.OpenAsync(new() { Path = exchange.JournalPath, ReadOnly = true }, TimeProvider.System);
        var nonces = new Dictionary<Address, HashSet<ulong>> { [old] = [], [key.Address] = [] };
        await foreach (var record in journal.ReadAsync(0, default))
        {
            if (record.Entry is JournalEntry.Intended intended) nonces[intended.Key].Add(intended.Nonce);
        }
        foreach (var (signer, used) in nonces) Assert.Equal(await exchange.NonceAsync(signer), (ulong)used.Count);
    }

    private static async Task<Answer> RotateAsync(ExchangeChain exchange, int wait)
    {
        var (folder, password) = (exchange.Workspace.Folder, Path.Combine(exchange.Workspace.Folder, "new.password"));
        if (!File.Exists(password))
        {
            await File.WriteAllTextAsync(password, Password);
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(password, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
        var (code, said, error) = await CliAsync(
            "key", "rotate", "--out", Path.Combine(folder, "new.json"), "--password-file", password, "--wait", $"{wait}", "--json", "--config", exchange.Workspace.ConfigPath);
        Assert.True(said.Length > 0, error);
        return new(code, JsonDocument.Parse(said).RootElement);
    }

    private static async Task<(ExitCode Code, string Out, string Error)> CliAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        return (await KeeperCli.InvokeAsync(args, TextReader.Null, output, error, new Dictionary<string, string>()), output.ToString(), error.ToString());
    }

    private sealed record Answer(ExitCode Code, JsonElement Said)
    {
        public string? Text(string member) => Said.GetProperty(member).GetString();
    }
}
