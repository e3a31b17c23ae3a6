using System.Net.Sockets;
using System.Text.Json;
using Keeper.Chain.Native;
using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain;
using Keeper.Core.Journal;
using Keeper.Core.Primitives;
using Keeper.Core.Submission;
using Keeper.Host;
using Keeper.Journal.Sqlite;

namespace Keeper.Tests.Host;

/// <summary>From one operator key to the next, against a node that answers reads, with the keeper's own journal.</summary>
public sealed class KeyRotateTests : IDisposable
{
    private const string Sweep = "0x00000000000000000000000000000000000000dd";
    private readonly ConfigFolder _folder = new();
    private readonly Address _old;
    private readonly FakeNode _node;

    public KeyRotateTests()
    {
        _old = Cli.GiveKey(_folder);
        _node = new(_old);
        ConfigFolder.Set(_folder.Main, "chain.endpoints.0.http", $"\"{_node.Url}\"");
        ((System.Text.Json.Nodes.JsonObject)_folder.Main["chain"]!["endpoints"]![0]!).Remove("ws");
        Cli.WritePrivate(_folder.In("new.password"), "battery staple");
    }

    public void Dispose()
    {
        _node.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_drained_key_gives_way_in_steps_that_may_be_repeated()
    {
        var (first, said) = await RotateAsync();
        Assert.Equal((ExitCode.Ok, "owner", true), (first, said.GetProperty("state").GetString(), said.GetProperty("made").GetBoolean()));
        using var key = LocalSigner.FromKeystore(_folder.In("new.json"), "battery staple");
        Assert.Equal(AddressChecksum.Format(key.Address), said.GetProperty("new").GetString());
        var transaction = Assert.Single(said.GetProperty("transactions").EnumerateArray());
        Assert.Equal(
            ("setOperator", FakeNode.Owner, ConfigFolder.Executor, "0", Hex.Encode(NativeChainLibrary.Instance.Executor.SetOperator(key.Address))),
            (Text(transaction, "purpose"), Text(transaction, "from").ToLowerInvariant(), Text(transaction, "to").ToLowerInvariant(), Text(transaction, "value"), Text(transaction, "data")));

        // Once more before the owner has acted: the same key.
        var (_, again) = await RotateAsync();
        Assert.Equal((said.GetProperty("new").GetString(), false, "owner"), (again.GetProperty("new").GetString(), again.GetProperty("made").GetBoolean(), again.GetProperty("state").GetString()));

        _node.Answers["operator()"] = FakeNode.Word(key.Address.ToString());
        var (_, obeyed) = await RotateAsync();
        Assert.Equal("configuration", obeyed.GetProperty("state").GetString());
        Assert.Empty(obeyed.GetProperty("transactions").EnumerateArray());
        Assert.Contains(_folder.In("new.json"), obeyed.GetProperty("next").GetString(), StringComparison.Ordinal);

        ConfigFolder.Set(_folder.Main, "key.keystore", "\"new.json\"");
        ConfigFolder.Set(_folder.Main, "key.password", "\"file:new.password\"");
        var done = await Cli.RunAsync(_folder, "key", "rotate", "--out", _folder.In("new.json"), "--password-file", _folder.In("new.password"));
        Assert.Contains("Done: ", done.Out, StringComparison.Ordinal);
        foreach (var secret in new[] { "battery staple", Cli.Password }) Assert.DoesNotContain(secret, $"{said} {again} {obeyed} {done}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_a_plan_of_the_old_key_is_open_nothing_is_made()
    {
        await JournalAsync(settle: false);
        var (code, said) = await RotateAsync();
        Assert.Equal((ExitCode.Environment, "drain"), (code, said.GetProperty("state").GetString()));
        Assert.Equal("plan 1 with nonce 0 for refperps:7", Assert.Single(said.GetProperty("open").EnumerateArray()).GetString());
        Assert.False(File.Exists(_folder.In("new.json")));
        Assert.Empty(said.GetProperty("transactions").EnumerateArray());
    }

    [Fact]
    public async Task What_the_journal_settled_and_the_chain_does_not_hold_is_open()
    {
        await JournalAsync(settle: true);
        Assert.Contains("a reorg took some out", (await RotateAsync()).Said.GetProperty("open")[0].GetString(), StringComparison.Ordinal);
        _node.TransactionCount = (1, 1);
        Assert.Equal("owner", (await RotateAsync("--address", Sweep)).Said.GetProperty("state").GetString());
    }

    [Fact]
    public async Task What_waits_in_the_pool_of_the_node_is_open()
    {
        _node.TransactionCount = (3, 5);
        var (code, said) = await RotateAsync();
        Assert.Equal(ExitCode.Environment, code);
        Assert.Equal($"the node holds 2 transactions of {_old} that are not mined", said.GetProperty("open")[0].GetString());
    }

    [Fact]
    public async Task The_sweep_leaves_the_old_key_what_its_gas_costs()
    {
        _node.TransactionCount = (4, 4);
        var (_, said) = await RotateAsync("--address", Sweep, "--sweep", Sweep);
        var sweep = said.GetProperty("transactions")[1];
        // A base fee of 1 gwei, twice that and a gwei more; 1 coin is on the key.
        Assert.Equal(("sweep", Sweep, "0x", 4UL, 21_000UL, "4000000000"), (
            Text(sweep, "purpose"), Text(sweep, "to").ToLowerInvariant(), Text(sweep, "data"), sweep.GetProperty("nonce").GetUInt64(), sweep.GetProperty("gas").GetUInt64(), Text(sweep, "maxFeePerGas")));
        Assert.Equal(UInt256.Parse("1000000000000000000") - 21_000u * (UInt256)4_000_000_000u, UInt256.Parse(Text(sweep, "value")));
    }

    [Fact]
    public async Task A_key_that_another_process_holds_is_taken_by_its_address()
    {
        var result = await Cli.RunAsync(_folder, "key", "rotate", "--address", Sweep, "--json");
        using var said = JsonDocument.Parse(result.Out);
        Assert.Equal("owner", said.RootElement.GetProperty("state").GetString());
        _node.Answers["operator()"] = FakeNode.Word(Sweep);
        Assert.Contains("key.remote.address 0x00000000000000000000000000000000000000dD", (await Cli.RunAsync(_folder, "key", "rotate", "--address", Sweep)).Out, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Whoever writes the journal may sign at any moment.</summary>
    [Fact]
    public async Task A_keeper_at_work_that_cannot_be_asked_is_not_rotated_under()
    {
        await using var keeper = await SqliteJournal.OpenAsync(new() { Path = _folder.In("journal.db") }, TimeProvider.System);
        var result = await Cli.RunAsync(_folder, "key", "rotate", "--address", Sweep);
        Assert.Equal(ExitCode.Environment, result.Code);
        Assert.Contains("control.socket", Assert.Single(result.Problems), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(60, "owner", new[] { 2, 1, 0 })]
    [InlineData(0, "drain", new[] { 2, 2 })]
    public async Task A_keeper_at_work_is_drained_first(int wait, string state, int[] inFlight)
    {
        if (OperatingSystem.IsWindows()) return;
        await using var keeper = await SqliteJournal.OpenAsync(new() { Path = _folder.In("journal.db") }, TimeProvider.System);
        ConfigFolder.Set(_folder.Main, "control", $$"""{ "socket": "{{_folder.In("ctl")}}" }""");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(_folder.In("ctl")));
        listener.Listen();
        var asked = new List<string>();
        var serving = ServeAsync();
        Assert.Equal(state, (await RotateAsync("--address", Sweep, "--wait", $"{wait}")).Said.GetProperty("state").GetString());
        listener.Close();
        await serving;
        // Whose keeper it is comes first: another's is left alone.
        Assert.All(asked.Index(), entry => Assert.Contains(entry.Index % 2 == 0 ? "\"status\"" : "\"drain\"", entry.Item, StringComparison.Ordinal));
        Assert.Equal(wait == 0 ? 2 : 2 * inFlight.Length, asked.Count);

        async Task ServeAsync()
        {
            foreach (var slots in inFlight.SelectMany(slots => new[] { slots, slots }))
            {
                try
                {
                    using var client = await listener.AcceptAsync();
                    var buffer = new byte[4096];
                    asked.Add(System.Text.Encoding.UTF8.GetString(buffer, 0, await client.ReceiveAsync(buffer)));
                    var list = string.Join(',', Enumerable.Repeat("{}", slots));
                    await client.SendAsync(System.Text.Encoding.UTF8.GetBytes($$$"""{"ok":true,"status":{"key":"{{{_old}}}","slots":[{{{list}}}]}}"""));
                }
                catch (Exception error) when (error is SocketException or ObjectDisposedException)
                {
                    return;
                }
            }
        }
    }

    [Theory]
    [InlineData("--out is missing")]
    [InlineData("--out stands beside --address", "--out", "x", "--address", Sweep)]
    [InlineData("--address is not an address", "--address", "0x12")]
    public async Task A_wrong_call_is_refused_by_name(string problem, params string[] arguments)
    {
        var result = await Cli.RunAsync(_folder, ["key", "rotate", .. arguments]);
        Assert.Equal(ExitCode.Config, result.Code);
        Assert.StartsWith(problem, Assert.Single(result.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_old_key_itself_is_no_new_key()
    {
        _node.Answers["operator()"] = FakeNode.Word(Sweep);
        var result = await Cli.RunAsync(_folder, "key", "rotate", "--out", _folder.In("operator.json"), "--password-file", _folder.In("password"));
        Assert.Equal(ExitCode.Config, result.Code);
        Assert.Contains("which the configuration names already", Assert.Single(result.Problems), StringComparison.Ordinal);
    }

    private async Task<(ExitCode Code, JsonElement Said)> RotateAsync(params string[] options)
    {
        string[] key = options.Contains("--address") ? [] : ["--out", _folder.In("new.json"), "--password-file", _folder.In("new.password")];
        var result = await Cli.RunAsync(_folder, ["key", "rotate", .. key, "--json", .. options]);
        Assert.True(result.Error.Length == 0, result.Error);
        return (result.Code, JsonDocument.Parse(result.Out).RootElement.Clone());
    }

    private async Task JournalAsync(bool settle)
    {
        await using var journal = await SqliteJournal.OpenAsync(new() { Path = _folder.In("journal.db") }, TimeProvider.System);
        var hash = Keccak.Hash(new byte[] { 1 });
        await journal.AppendAsync(
            [
                new JournalEntry.Intended(_old, 0, [new("refperps:7", "close")], new byte[] { 1 }, new Gas(100_000), 1_000, new(1, hash, hash, 900), false, Usd.Whole(1), Wei.FromGwei(1)),
                new JournalEntry.Signed(0, 0, 0, hash, new byte[] { 1 }, new Fees(Wei.FromGwei(1), Wei.FromGwei(1)), false),
            ], default);
        if (!settle) return;
        await journal.AppendAsync(
            [new JournalEntry.Mined(1, hash, 2, hash, true, new Gas(50_000), Wei.FromGwei(1)), new JournalEntry.Settled(1, hash, [new("refperps:7", Outcome.Won, null)])], default);
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
