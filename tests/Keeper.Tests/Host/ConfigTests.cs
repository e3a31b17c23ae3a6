using System.Net;
using Keeper.Core.Primitives;
using Keeper.Host.Configuration;

namespace Keeper.Tests.Host;

public sealed class ConfigTests
{
    [Fact]
    public void Amounts_are_exact()
    {
        using var folder = new ConfigFolder();
        ConfigFolder.Set(folder.Main, "planning.minProfitUsd", "\"0.100000000000000001\"");
        ConfigFolder.Set(folder.Main, "submission.hardFeeCapGwei", "\"12.000000001\"");
        var options = folder.Load().Require();
        Assert.Equal(new Usd((Int256)(UInt256)100_000_000_000_000_001UL), options.Planning.MinProfit);
        Assert.Equal(new Wei(12_000_000_001UL), options.Submission.HardFeeCap);
    }

    [Fact]
    public void What_is_left_out_has_the_defaults_of_the_core()
    {
        using var folder = new ConfigFolder();
        foreach (var section in new[] { "planning", "submission", "http", "logging" }) folder.Main.Remove(section);
        var options = folder.Load().Require();
        Assert.Equal(new(), options.Planning);
        Assert.Equal(new(), options.Submission);
        Assert.Equal(new(), options.Http);
        Assert.Equal(new(), options.Logging);
        Assert.Equal(new() { ChainId = 31337, Name = "anvil", BlockTime = TimeSpan.FromSeconds(1), NativePriceWorstCase = Usd.Whole(10_000) }, options.Chain.Profile);
    }

    [Fact]
    public void Variables_replace_values_in_any_letter_case()
    {
        using var folder = new ConfigFolder();
        folder.Environment["KEEPER__SUBMISSION__CONFIRMATIONS"] = "7";
        folder.Environment["keeper__planning__maxaccountspertransaction"] = "3";
        folder.Environment["KEEPER__CHAIN__ENDPOINTS__0__HTTP"] = "http://127.0.0.1:2";
        folder.Environment["KEEPER__CHAIN__ENDPOINTS__1__NAME"] = "second";
        folder.Environment["KEEPER__CHAIN__ENDPOINTS__1__WS"] = "ws://127.0.0.1:3";
        folder.Environment["KEEPER__HTTP__LISTEN"] = "localhost:1234";
        folder.Environment["KEEPER_DEBUG"] = "1";
        var options = folder.Load().Require();
        Assert.Equal((7, 3), (options.Submission.Confirmations, options.Planning.MaxAccountsPerTransaction));
        Assert.Equal(["local http://127.0.0.1:2/ ws://127.0.0.1:1/", "second  ws://127.0.0.1:3/"], options.Chain.Endpoints.Select(endpoint => $"{endpoint.Name} {endpoint.Http} {endpoint.Ws}"));
        Assert.Equal(IPEndPoint.Parse("127.0.0.1:1234"), options.Http.Listen);
    }

    [Fact]
    public void A_variable_that_names_no_key_is_refused()
    {
        using var folder = new ConfigFolder();
        folder.Environment["KEEPER__CHAIN__IDD"] = "1";
        folder.Environment["KEEPER__CHAIN__ENDPOINTS__5__NAME"] = "far";
        folder.Environment["KEEPER__SUBMISSION__CONFIRMATIONS"] = "many";
        Assert.Equal(
            [
                new("KEEPER__CHAIN__ENDPOINTS__5__NAME", "does not name a place in the configuration", "KEEPER__SECTION__KEY; elements of a list are numbered from 0 without a gap"),
                new("chain.IDD (KEEPER__CHAIN__IDD)", "is not a known key", "id"),
                new("submission.confirmations (KEEPER__SUBMISSION__CONFIRMATIONS)", "is \"many\"", "a whole number from 1 to 1000"),
            ], folder.Load().Errors);
    }

    [Fact]
    public void References_lead_to_files_and_variables()
    {
        using var folder = new ConfigFolder();
        File.WriteAllText(folder.In("url"), "https://node.example/token\r\n");
        folder.Environment["EXECUTOR"] = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
        ConfigFolder.Set(folder.Main, "chain.endpoints.0.http", "\"file:url\"");
        ConfigFolder.Set(folder.Main, "executor.address", "\"env:EXECUTOR\"");
        ConfigFolder.Set(folder.Main, "key.password", "\"env:PASSWORD\"");
        var options = folder.Load().Require();
        Assert.Equal("https://node.example/token", options.Chain.Endpoints[0].Http!.ToString());
        Assert.Equal(Address.Parse("0x70997970c51812dc3a010c7d01b50e0d17dc79c8"), options.Executor!.Address);
        Assert.Throws<ReferenceException>(KeystoreOf(options).Password.Read);
        folder.Environment["PASSWORD"] = "canary";
        Assert.Equal("canary", KeystoreOf(options).Password.Read());
    }

    [Fact]
    public void Options_do_not_show_urls_or_passwords()
    {
        using var folder = new ConfigFolder();
        folder.Environment["KEEPER__CHAIN__ENDPOINTS__0__HTTP"] = "https://node.example/canary";
        folder.Environment["KEEPER__KEY__PASSWORD"] = "canary";
        var options = folder.Load().Require();
        Assert.Equal("canary", KeystoreOf(options).Password.Read());
        Assert.DoesNotContain("canary", $"{options} {options.Chain} {options.Chain.Endpoints[0]} {options.Key}", StringComparison.Ordinal);
    }

    [Fact]
    public void Relative_paths_begin_at_the_file()
    {
        using var folder = new ConfigFolder();
        var options = folder.Load().Require();
        Assert.Equal((folder.In("journal.db"), folder.In("operator.json")), (options.Journal.Path, KeystoreOf(options).Path));
    }

    [Fact]
    public void Comments_and_trailing_commas_are_allowed()
    {
        using var folder = new ConfigFolder();
        folder.Load();
        File.WriteAllText(folder.File, File.ReadAllText(folder.File).Replace("\"logging\":", "// why\n\"$comment\": \"text\", \"logging\":", StringComparison.Ordinal)[..^1] + ",}");
        Assert.Empty(KeeperConfig.Load(folder.File, Needs.None, folder.Environment).Errors);
    }

    [Theory]
    [InlineData("0", 18, "0")]
    [InlineData("1", 2, "100")]
    [InlineData("1.5", 2, "150")]
    [InlineData("0.01", 2, "1")]
    [InlineData("1.", 2, null)]
    [InlineData(".5", 2, null)]
    [InlineData("1.234", 2, null)]
    [InlineData("-1", 2, null)]
    [InlineData("+1", 2, null)]
    [InlineData("1e3", 2, null)]
    [InlineData("1,5", 2, null)]
    [InlineData(" 1", 2, null)]
    [InlineData("", 2, null)]
    [InlineData("57896044618658097711785492504343953926634992332820282019728792003956564819967", 0, null)]
    public void Decimals_are_read_exactly_or_not_at_all(string text, int decimals, string? scaled) =>
        Assert.Equal(scaled, ExactDecimal.TryParse(text, decimals, out var value) ? value.ToString() : null);

    private static KeyOptions.Keystore KeystoreOf(KeeperOptions options) => Assert.IsType<KeyOptions.Keystore>(options.Key);
}
