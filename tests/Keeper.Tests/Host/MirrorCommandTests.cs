using System.Text.Json.Nodes;
using Keeper.Core.Mirror.Snapshots;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Host;
using Keeper.Host.Checks;

namespace Keeper.Tests.Host;

/// <summary><c>keeper mirror</c> against a node that answers as the snapshot wants, or not.</summary>
public sealed class MirrorCommandTests : IDisposable
{
    private static readonly BlockRef Block = new(16, Hash32.Parse(FakeNode.Word("0x10")), Hash32.Parse(FakeNode.Word("0xf")), 110_100_480);

    private readonly ConfigFolder _folder = new();
    private readonly FakeNode _node = new(Address.Parse(FakeNode.Owner));

    public MirrorCommandTests()
    {
        ConfigFolder.Set(_folder.Main, "chain.endpoints.0.http", $"\"{_node.Url}\"");
        ConfigFolder.Set(_folder.Main, "chain.endpoints.0.ws", null);
        (_node.Answers["accountCount()"], _node.Answers["totalQuote()"]) = (FakeNode.Word("0x0"), FakeNode.Word("0x0"));
    }

    private string Place => _folder.In("journal.db.mirror");

    public void Dispose()
    {
        _node.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Show_tells_what_the_snapshot_says_and_asks_nobody()
    {
        Keep(Place, Block);
        var told = await Cli.RunAsync(_folder, "mirror", "show");
        Assert.Equal(ExitCode.Ok, told.Code);
        Assert.Contains("16 (0x00000000)", told.Out, StringComparison.Ordinal);
        Assert.Contains($"refperps at {ConfigFolder.Protocol} since block 0, 0 accounts", told.Out, StringComparison.Ordinal);
        Assert.Empty(_node.Methods);
    }

    [Fact]
    public async Task Verify_holds_block_and_sums_against_the_chain()
    {
        Keep(Place, Block);
        var told = await Cli.RunAsync(_folder, "mirror", "verify");
        Assert.True(told.Code == ExitCode.Ok, told.Error);
        Assert.Contains("its sums are the contracts' at that block", told.Out, StringComparison.Ordinal);

        _node.Answers["accountCount()"] = FakeNode.Word("0x2");
        told = await Cli.RunAsync(_folder, "mirror", "verify");
        Assert.Equal(ExitCode.Environment, told.Code);
        Assert.Contains("number of accounts: the mirror holds 0, the contract 2: 2 is missing", told.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_file_or_with_a_damaged_one_each_verb_says_so()
    {
        foreach (var verb in (string[][])[["show"], ["verify"], ["export", "--out", _folder.In("copy")], ["import", "--from", Place]])
        {
            File.Delete(Place);
            Assert.Equal(ExitCode.Environment, (await Cli.RunAsync(_folder, ["mirror", .. verb])).Code);
            File.WriteAllBytes(Place, new byte[200]);
            var told = await Cli.RunAsync(_folder, ["mirror", .. verb]);
            Assert.Equal(ExitCode.Environment, told.Code);
            Assert.Contains("does not begin as a snapshot does", told.Error, StringComparison.Ordinal);
        }
        Assert.False(File.Exists(_folder.In("copy")));
    }

    [Fact]
    public async Task What_is_exported_is_imported_where_the_next_start_looks()
    {
        Keep(Place, Block);
        var copy = _folder.In("copy");
        Assert.Equal(ExitCode.Ok, (await Cli.RunAsync(_folder, "mirror", "export", "--out", copy)).Code);
        Assert.Equal(ExitCode.Config, (await Cli.RunAsync(_folder, "mirror", "export", "--out", copy)).Code);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(copy));
        var bytes = await File.ReadAllBytesAsync(Place);
        File.Delete(Place);
        var told = await Cli.RunAsync(_folder, "mirror", "import", "--from", copy);
        Assert.True(told.Code == ExitCode.Ok, told.Error);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(Place));
    }

    [Fact]
    public async Task A_snapshot_of_another_chain_block_or_configuration_or_with_other_sums_is_not_imported()
    {
        var file = _folder.In("given");
        Keep(file, Block with { Hash = Hash32.Parse(FakeNode.Word("0x11")) });
        await AssertRefused("which is not in the chain");
        Keep(file, Block, chainId: 1);
        await AssertRefused("It is of chain 1");
        Keep(file, Block, name: "other");
        await AssertRefused("the state of refperps is not in it");
        Keep(file, Block);
        _node.Answers["totalQuote()"] = FakeNode.Word("0x5");
        await AssertRefused("total quote: the mirror holds 0, the contract 5");

        async Task AssertRefused(string reason)
        {
            var told = await Cli.RunAsync(_folder, "mirror", "import", "--from", file);
            Assert.NotEqual(ExitCode.Ok, told.Code);
            Assert.Contains(reason, told.Error, StringComparison.Ordinal);
            Assert.False(File.Exists(Place));
        }
    }

    [Theory]
    [InlineData(9, 0, "is 9, and the contract at 0x5fbdb2315678afecb367f032d93f642f64180aa3 is there at block 8 already", true)]
    [InlineData(9, 9, "is 9: there is no contract at 0x5fbdb2315678afecb367f032d93f642f64180aa3 before it", false)]
    public async Task A_history_that_begins_after_the_contract_is_refused(ulong deployBlock, ulong codeSince, string told, bool isRefused)
    {
        Ready(deployBlock);
        _node.CodeSince = codeSince;
        var check = await Cli.RunAsync(_folder, "check");
        Assert.Contains(told, check.Out, StringComparison.Ordinal);
        Assert.Equal(isRefused ? ExitCode.Config : ExitCode.Ok, check.Code);
    }

    [Fact]
    public async Task Where_the_node_has_no_old_state_it_is_said_that_nothing_is_proven()
    {
        Ready(9);
        _node.StateSince = 12;
        var check = await Cli.RunAsync(_folder, "check");
        Assert.Contains("cannot be proven: the node does not tell its code at block 8", check.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, check.Code);
    }

    [Fact]
    public async Task Check_tells_what_the_next_start_reads()
    {
        Ready(0);
        Assert.Contains("no snapshot is there yet, a start reads 17 blocks in at least 1 requests", (await Cli.RunAsync(_folder, "check")).Out, StringComparison.Ordinal);
        Keep(Place, Block with { Number = 10 });
        Assert.Contains("a start reads 6 blocks in at least 1 requests", (await Cli.RunAsync(_folder, "check")).Out, StringComparison.Ordinal);
        File.WriteAllBytes(Place, [1]);
        Assert.Contains("holds a snapshot that is not used", (await Cli.RunAsync(_folder, "check")).Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(5, "1\n# found by others\n  42 # the largest\n\n42\n", "begins at block 5 with 2 accounts", true)]
    [InlineData(5, "1\n0x2a\n", "has the account '0x2a', which the adapter refperps has no name like", false)]
    [InlineData(17, "1\n", "begins at block 17, the chain is at block 16", false)]
    public async Task A_list_of_accounts_to_begin_with_is_proven_and_counted(ulong block, string list, string told, bool isRight)
    {
        Ready(0);
        File.WriteAllText(Path.Combine(_folder.Path, "protocols", "accounts.txt"), list);
        ConfigFolder.Set(_folder.ProtocolFile, "start", $$"""{ "block": {{block}}, "accounts": "accounts.txt" }""");
        var check = await Cli.RunAsync(_folder, "check");
        Assert.Contains(told, check.Out, StringComparison.Ordinal);
        Assert.Equal(isRight ? ExitCode.Ok : ExitCode.Config, check.Code);
        if (isRight) Assert.Contains("a start reads 12 blocks in at least 1 requests for logs, and 2 accounts of lists by views", check.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_declared_protocol_may_begin_with_a_list_and_check_says_that_nothing_of_it_is_audited()
    {
        Ready(0);
        File.WriteAllText(Path.Combine(_folder.Path, "protocols", "accounts.txt"), "1\n2\n");
        var file = (JsonObject)JsonNode.Parse(ConfigFolder.Declared)!;
        ConfigFolder.Set(file, "declared.feeds", null);
        ConfigFolder.Set(file, "start", """{ "block": 5, "accounts": "accounts.txt" }""");
        _folder.AddProtocol("exchange", file.ToJsonString());
        var check = await Cli.RunAsync(_folder, "check");
        Assert.Contains("begins at block 5 with 2 accounts", check.Out, StringComparison.Ordinal);
        Assert.Contains("exchange.json: audit has nothing to look at", check.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("refperps.json: audit", check.Out, StringComparison.Ordinal);
    }

    private void Ready(ulong deployBlock)
    {
        _node.Answers["operator()"] = FakeNode.Word(Cli.GiveKey(_folder).ToString());
        ConfigFolder.Set(_folder.ProtocolFile, "deployBlock", $"{deployBlock}");
    }

    /// <summary>Of an exchange in which nothing has happened yet.</summary>
    private static void Keep(string path, BlockRef block, ulong chainId = 31337, string name = "refperps")
    {
        var store = new SnapshotStore(path, chainId, TimeProvider.System);
        var settings = new ProtocolSettings(name, "refperps", Address.Parse(ConfigFolder.Protocol), 0, null);
        store.Write(block, [SnapshotPart.Of(ProtocolCatalog.Create(settings))]);
        store.Promote();
    }
}
