using System.Net;
using System.Net.Sockets;
using System.Text;
using Keeper.Core.Primitives;
using Keeper.Host;
using Keeper.Journal.Sqlite;
using Microsoft.Data.Sqlite;

namespace Keeper.Tests.Host;

/// <summary>What stops a start, against a node that only answers: exit code, field, and that nothing was written or sent.</summary>
public sealed class StartTests : IDisposable
{
    private readonly ConfigFolder _folder = new();
    private readonly Address _key;
    private readonly FakeNode _node;

    public StartTests()
    {
        _key = Cli.GiveKey(_folder);
        _node = new(_key);
        ConfigFolder.Set(_folder.Main, "chain.endpoints.0.http", $"\"{_node.Url}\"");
        ConfigFolder.Set(_folder.Main, "chain.endpoints.0.ws", null);
    }

    public void Dispose()
    {
        _node.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Check_of_a_good_configuration_proves_everything_and_writes_nothing()
    {
        var check = await Cli.RunAsync(_folder, "check");
        Assert.Equal(ExitCode.Ok, check.Code);
        Assert.DoesNotContain("failed", check.Out, StringComparison.Ordinal);
        foreach (var proof in new[]
                 {
                     "configuration", "key.keystore opens", "journal.path", "chain.endpoints[0] (local) is on chain 31337", "protocols/refperps.json: address is 0x5fbdb2315678afecb367f032d93f642f64180aa3",
                     "holds the code of this build's LiquidationExecutor", $"has the operator {_key}, as wanted", $"has the owner {FakeNode.Owner}", $"pays profit to {FakeNode.Treasury}",
                     "may call liquidate", $"may settle in the token {FakeNode.Token}", $"key of {_key} has 1000000000000000000 wei",
                 })
            Assert.Contains(proof, check.Out, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.In("journal.db")));
        Assert.DoesNotContain("eth_sendRawTransaction", _node.Methods);
    }

    [Fact]
    public async Task A_node_that_is_not_there_is_told_by_its_name()
    {
        ConfigFolder.Set(_folder.Main, "chain.endpoints.0.http", $"\"http://127.0.0.1:{FakeNode.FreePort()}/token-canary\"");
        await AssertRefused(ExitCode.Environment, "chain.endpoints[0] (local) gave no answer");
    }

    [Fact]
    public async Task Another_chain_is_refused()
    {
        _node.ChainId = 1;
        await AssertRefused(ExitCode.Config, "chain.endpoints[0] (local) is on chain 1, chain.id is 31337");
    }

    [Fact]
    public async Task An_endpoint_that_is_silent_beside_one_that_answers_is_a_warning()
    {
        _folder.Environment["KEEPER__CHAIN__ENDPOINTS__1__NAME"] = "second";
        _folder.Environment["KEEPER__CHAIN__ENDPOINTS__1__HTTP"] = $"http://127.0.0.1:{FakeNode.FreePort()}/";
        var check = await Cli.RunAsync(_folder, "check");
        Assert.Equal(ExitCode.Ok, check.Code);
        Assert.Contains("warning", check.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_endpoint_on_another_chain_beside_a_good_one_is_refused()
    {
        using var other = new FakeNode(_key) { ChainId = 5 };
        _folder.Environment["KEEPER__CHAIN__ENDPOINTS__1__NAME"] = "second";
        _folder.Environment["KEEPER__CHAIN__ENDPOINTS__1__HTTP"] = other.Url;
        await AssertRefused(ExitCode.Config, "chain.endpoints[1] (second) is on chain 5, chain.id is 31337");
    }

    [Theory]
    [InlineData(ConfigFolder.Protocol, "protocols/refperps.json: address is 0x5fbdb2315678afecb367f032d93f642f64180aa3, where there is no contract")]
    [InlineData(ConfigFolder.Executor, "executor.address is 0x8464135c8f25da09e49bc8782676a84730c318bc, where there is no contract")]
    public async Task An_address_without_code_is_refused(string address, string problem)
    {
        _node.Code.Remove(address);
        await AssertRefused(ExitCode.Config, problem);
    }

    [Fact]
    public async Task Another_code_hash_than_the_pinned_one_is_refused()
    {
        ConfigFolder.Set(_folder.ProtocolFile, "codeHash", $"\"{FakeNode.Word("0x12")}\"");
        await AssertRefused(ExitCode.Config, "protocols/refperps.json: address is 0x5fbdb2315678afecb367f032d93f642f64180aa3, whose code hash is 0x");
    }

    [Fact]
    public async Task An_executor_with_other_code_is_refused_unless_it_is_pinned()
    {
        _node.Code[ConfigFolder.Executor] = "0x6001";
        await AssertRefused(ExitCode.Config, "executor.address has 2 bytes of code, LiquidationExecutor has");
        ConfigFolder.Set(_folder.Main, "executor.codeHash", $"\"{Keeper.Chain.Native.Crypto.Keccak.Hash([0x60, 0x01])}\"");
        Assert.Equal(ExitCode.Ok, (await Cli.RunAsync(_folder, "check")).Code);
    }

    [Fact]
    public async Task An_executor_that_answers_as_another_contract_is_refused()
    {
        _node.Answers["operator()"] = "0x";
        await AssertRefused(ExitCode.Config, "executor.address is 0x8464135c8f25da09e49bc8782676a84730c318bc, which does not answer as an executor");
    }

    [Fact]
    public async Task A_contract_of_another_kind_is_told_by_its_protocol_and_not_by_the_executor()
    {
        _node.Answers["quoteToken()"] = "0x";
        await AssertRefused(ExitCode.Config, $"protocols/refperps.json: address is {ConfigFolder.Protocol}, which does not answer as refperps");
    }

    [Fact]
    public async Task A_first_block_that_is_not_mined_yet_is_refused()
    {
        ConfigFolder.Set(_folder.ProtocolFile, "deployBlock", "17");
        await AssertRefused(ExitCode.Config, "protocols/refperps.json: deployBlock is 17, the chain is at block 16");
    }

    [Fact]
    public async Task A_key_that_is_not_the_operator_is_refused()
    {
        _node.Answers["operator()"] = FakeNode.Word(FakeNode.Owner);
        await AssertRefused(ExitCode.Config, $"key.keystore holds the key of {_key}, the executor's operator is {FakeNode.Owner}");
    }

    [Fact]
    public async Task Another_treasury_is_refused()
    {
        ConfigFolder.Set(_folder.Main, "executor.treasury", $"\"{FakeNode.Owner}\"");
        await AssertRefused(ExitCode.Config, $"executor.treasury is {FakeNode.Owner}, the executor pays profit to {FakeNode.Treasury}");
    }

    [Fact]
    public async Task What_the_owner_has_not_allowed_is_told_with_the_call_that_allows_it()
    {
        _node.Answers["isTargetAllowed(address,bytes4)"] = _node.Answers["isTokenAllowed(address)"] = FakeNode.Word("0x0");
        _node.Answers["paused()"] = FakeNode.Word("0x1");
        var run = await AssertRefused(ExitCode.Environment, "executor.address is paused");
        Assert.Contains($"allowToken({FakeNode.Token}, true) by the owner", run.Error, StringComparison.Ordinal);
        Assert.Contains($"allowTarget({ConfigFolder.Protocol}, 0x", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_password_is_refused()
    {
        File.WriteAllText(_folder.In("password"), "wrong");
        await AssertRefused(ExitCode.Config, "key.keystore cannot be opened: The password is wrong, or the keystore is damaged.");
    }

    [Fact]
    public async Task A_keystore_that_others_can_read_is_refused()
    {
        if (OperatingSystem.IsWindows()) return;
        File.SetUnixFileMode(_folder.In("operator.json"), UnixFileMode.UserRead | UnixFileMode.GroupRead);
        await AssertRefused(ExitCode.Config, $"key.keystore cannot be opened: The keystore {_folder.In("operator.json")} can be read by others");
    }

    [Fact]
    public async Task A_published_key_works_on_this_machine_only()
    {
        // Anvil's account 0, as it prints it at every start.
        File.Delete(_folder.In("operator.json"));
        var published = Cli.GiveKey(_folder, "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80");
        _node.Answers["operator()"] = FakeNode.Word(published.ToString());
        Assert.Equal(ExitCode.Ok, (await Cli.RunAsync(_folder, "check")).Code);
        _folder.Environment["KEEPER__CHAIN__ENDPOINTS__1__NAME"] = "far";
        _folder.Environment["KEEPER__CHAIN__ENDPOINTS__1__HTTP"] = "http://192.0.2.1/";
        var run = await Cli.RunAsync(_folder, "run");
        Assert.Equal(ExitCode.Config, run.Code);
        Assert.Equal($"key.keystore holds the key of {published}, which Anvil publishes: whatever it is sent is taken at once", Assert.Single(run.Problems));
    }

    [Fact]
    public async Task A_journal_in_use_is_refused()
    {
        await using var other = await SqliteJournal.OpenAsync(new() { Path = _folder.In("journal.db") }, TimeProvider.System);
        var run = await Cli.RunAsync(_folder, "run");
        Assert.Equal(ExitCode.Environment, run.Code);
        Assert.StartsWith($"journal.path cannot be used: The journal {_folder.In("journal.db")} is in use by another keeper", Assert.Single(run.Problems), StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, (await Cli.RunAsync(_folder, "check")).Code);
    }

    [Fact]
    public async Task A_journal_of_a_newer_schema_is_refused_and_left_as_it_is()
    {
        await using (await SqliteJournal.OpenAsync(new() { Path = _folder.In("journal.db") }, TimeProvider.System)) { }
        Execute("PRAGMA user_version = 99");
        await AssertRefused(ExitCode.Environment, $"journal.path cannot be used: The journal {_folder.In("journal.db")} has schema version 99");
    }

    [Fact]
    public async Task A_port_in_use_is_refused_before_the_loop_begins()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        ConfigFolder.Set(_folder.Main, "http.listen", $"\"{taken.LocalEndpoint}\"");
        var run = await Cli.RunAsync(_folder, "run");
        Assert.Equal(ExitCode.Environment, run.Code);
        Assert.Equal($"http.listen is {taken.LocalEndpoint}, which another process listens on", Assert.Single(run.Problems));
        Assert.DoesNotContain("eth_getLogs", _node.Methods);
    }

    [Fact]
    public async Task A_dry_run_needs_no_key()
    {
        _folder.Main.Remove("key");
        _node.ChainId = 2;
        var run = await Cli.RunAsync(_folder, "run", "--dry-run");
        Assert.Equal("chain.endpoints[0] (local) is on chain 2, chain.id is 31337", Assert.Single(run.Problems));
    }

    [Fact]
    public async Task Verify_proves_the_executor_alone()
    {
        var verify = await Cli.RunAsync(_folder, "executor", "verify", "--owner", FakeNode.Owner, "--operator", _key.ToString());
        Assert.Equal(ExitCode.Ok, verify.Code);
        verify = await Cli.RunAsync(_folder, "executor", "verify", "--owner", FakeNode.Treasury);
        Assert.Equal(ExitCode.Config, verify.Code);
        Assert.Contains($"has the owner {FakeNode.Owner}", verify.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_that_is_said_shows_a_secret()
    {
        const string Canary = "canary-5f0e";
        var key = new string('7', 64);
        File.Delete(_folder.In("operator.json"));
        Cli.GiveKey(_folder, key);
        var said = new StringBuilder();
        foreach (var url in new[] { $"{_node.Url}{Canary}", $"http://user:{Canary}@127.0.0.1:{FakeNode.FreePort()}/{Canary}?key={Canary}", $"ftp://{Canary}/" })
        {
            ConfigFolder.Set(_folder.Main, "chain.endpoints.0.http", $"\"{url}\"");
            foreach (var debug in new[] { "0", "1" })
            {
                _folder.Environment["KEEPER_DEBUG"] = debug;
                foreach (var verb in new[] { "check", "run" })
                {
                    var result = await Cli.RunAsync(_folder, verb);
                    said.Append(result.Out).Append(result.Error);
                }
            }
        }
        File.WriteAllText(_folder.In("password"), Canary);
        said.Append((await Cli.RunAsync(_folder, "run")).Error);
        ConfigFolder.Set(_folder.Main, "key.password", $"\"{Canary}\"");
        said.Append((await Cli.RunAsync(_folder, "run")).Error);
        Assert.InRange(said.Length, 1_000, 1_000_000);
        foreach (var secret in new[] { Canary, key, Cli.Password }) Assert.DoesNotContain(secret, said.ToString(), StringComparison.Ordinal);
    }

    /// <summary>By run and by check alike, and without a trace.</summary>
    private async Task<Cli> AssertRefused(ExitCode code, string problem)
    {
        var before = Files();
        var run = await Cli.RunAsync(_folder, "run");
        Assert.Equal(code, run.Code);
        Assert.Contains(run.Problems, line => line.StartsWith(problem, StringComparison.Ordinal));
        Assert.Equal("", run.Out);
        var check = await Cli.RunAsync(_folder, "check");
        Assert.Equal(code, check.Code);
        Assert.Contains(problem, check.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("eth_sendRawTransaction", _node.Methods);
        Assert.Equal(before, Files());
        return run;
    }

    /// <summary>Without what SQLite and the writer's lock keep beside a journal, also for a reader.</summary>
    private string[] Files() => [.. Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories).Where(file => !Path.GetFileName(file).StartsWith("journal.db", StringComparison.Ordinal) || file.EndsWith(".db", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={_folder.In("journal.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
