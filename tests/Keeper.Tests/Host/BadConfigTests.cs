using Keeper.Chain.Nethereum;
using Keeper.Host;
using Keeper.Host.Configuration;

namespace Keeper.Tests.Host;

/// <summary>One change of a good configuration a row: what is said, word for word.</summary>
public sealed class BadConfigTests
{
    private const string Address = "an address: 0x and 40 hex digits, not all zero, with a right checksum or in one letter case";

    /// <summary>As this build has them.</summary>
    private static readonly string Clients = NethereumLibrary.Instance is null ? "native" : "native or nethereum";

    /// <summary>Path, value as JSON (null removes the key), field, problem, expected.</summary>
    public static TheoryData<string, string?, string, string, string> Main => new()
    {
        { "chain", null, "chain", "is missing", "{ ... }" },
        { "chain", "7", "chain", "is 7", "an object, { ... }" },
        { "chain.id", "-1", "chain.id", "is -1", "a whole number from 1 to 9007199254740991" },
        { "chain.id", "\"31337\"", "chain.id", "is \"31337\"", "a whole number from 1 to 9007199254740991" },
        { "chain.id", "1.5", "chain.id", "is 1.5", "a whole number from 1 to 9007199254740991" },
        { "chain.client", null, "chain.client", "is missing", $"{Clients}: the client is always named, so that no package that happens to be there decides it" },
        { "chain.client", "\"geth\"", "chain.client", "names no client of this build", Clients },
        { "chain.endpoints", "[]", "chain.endpoints", "is empty", "[ { ... } ]" },
        { "chain.endpoints.0", "\"http://127.0.0.1:1\"", "chain.endpoints[0]", "is (a URL, not shown)", "an object, { ... }" },
        { "chain.endpoints.0.name", null, "chain.endpoints[0].name", "is missing", "a short name for logs and metrics" },
        { "chain.endpoints.0.http", "\"127.0.0.1:8545\"", "chain.endpoints[0].http", "is not valid", "a URL that begins with http:// or https://, or a reference to one" },
        { "chain.endpoints.0.ws", "\"http://127.0.0.1:1\"", "chain.endpoints[0].ws", "is not valid", "a URL that begins with ws:// or wss://, or a reference to one" },
        { "chain.endpoints.0.http", "\"env:NO_SUCH\"", "chain.endpoints[0].http", "refers to the environment variable NO_SUCH, which is not set", "NO_SUCH set to the value" },
        { "chain.endpoints.0.htp", "\"http://127.0.0.1:1\"", "chain.endpoints[0].htp", "is not a known key", "http" },
        { "key.password", "\"hunter2\"", "key.password", "is written out", "a reference: file:PATH or env:NAME" },
        { "executor", null, "executor", "is missing", "the address that `keeper executor deploy` printed" },
        { "executor.address", "\"0x1234\"", "executor.address", "is \"0x1234\"", Address },
        { "executor.address", "\"0x0000000000000000000000000000000000000000\"", "executor.address", "is \"0x0000000000000000000000000000000000000000\"", Address },
        { "executor.address", "\"0xf39fd6e51aad88F6F4ce6aB8827279cffFb92266\"", "executor.address", "is \"0xf39fd6e51aad88F6F4ce6aB8827279cffFb92266\"", Address },
        { "executor.codeHash", "\"0x12\"", "executor.codeHash", "is \"0x12\"", "a hash: 0x and 64 hex digits" },
        { "protocols", "[]", "protocols", "is empty", "names of files in the folder protocols, such as [ \"refperps\" ]" },
        { "protocols", "[\"refperps\", \"refperps\"]", "protocols[1]", "repeats \"refperps\"", "each name once" },
        { "protocols", "[\"../keeper\"]", "protocols[0]", "is \"../keeper\"", "lower-case letters, digits and dashes" },
        { "journal", null, "journal", "is missing", "{ ... }" },
        { "journal.path", null, "journal.path", "is missing", "a path" },
        { "journal.synchronous", "\"off\"", "journal.synchronous", "is \"off\"", "one of full, normal" },
        { "planning.minProfitUsd", "\"-0.01\"", "planning.minProfitUsd", "is \"-0.01\"", "a decimal string such as \"1.50\", from 0 to 1000000000, with at most 18 places" },
        { "planning.minProfitUsd", "1.5", "planning.minProfitUsd", "is 1.5", "a decimal string such as \"1.50\", from 0 to 1000000000, with at most 18 places" },
        { "planning.minProfitUsd", "\"0.0000000000000000001\"", "planning.minProfitUsd", "is \"0.0000000000000000001\"", "a decimal string such as \"1.50\", from 0 to 1000000000, with at most 18 places" },
        { "planning.gasSharePpm", "0", "planning.gasSharePpm", "is 0", "a whole number from 1 to 1000000" },
        { "planning.gasSharePpm", "1000001", "planning.gasSharePpm", "is 1000001", "a whole number from 1 to 1000000" },
        { "planning.maxAccountsPerTransaction", "257", "planning.maxAccountsPerTransaction", "is 257", "a whole number from 1 to 256" },
        { "planning.minProfit", "\"1\"", "planning.minProfit", "is not a known key", "minProfitUsd" },
        { "planing", "{}", "planing", "is not a known key", "planning" },
        { "somethingElse", "1", "somethingElse", "is not a known key", "one of audit, breakers, chain, checkpoint, control, executor, http, journal, key, logging, orderFlow, planning, protocols, submission" },
        { "submission.maxInFlight", "17", "submission.maxInFlight", "is 17", "a whole number from 1 to 16" },
        { "submission.hardFeeCapGwei", "\"0\"", "submission.hardFeeCapGwei", "is 0, at which nothing can be sent", "above 0" },
        { "submission.minPriorityFeeGwei", "\"500.000000001\"", "submission.minPriorityFeeGwei", "exceeds submission.hardFeeCapGwei", "at most the hard cap" },
        { "submission.firstTipPercentile", "100.5", "submission.firstTipPercentile", "is 100.5", "a number from 0 to 100" },
        { "submission.deadlineBlocks", "1", "submission.deadlineBlocks", "is 1", "a whole number from 2 to 1000" },
        { "submission.maxTransactionCost", "\"0\"", "submission.maxTransactionCost", "is 0, at which nothing can be sent", "above 0" },
        { "submission.maxTransactionCost", "\"50.000000000000000001\"", "submission.maxTransactionCost", "exceeds submission.maxCostPerHour", "at most the cost of an hour" },
        { "submission.maxCostPerKey", "\"9.999999999999999999\"", "submission.maxCostPerKey", "is less than submission.maxTransactionCost", "0 for no bound, or at least the cost of one transaction" },
        { "submission.maxCostPerHour", "\"1000000001\"", "submission.maxCostPerHour", "is \"1000000001\"", "a decimal string such as \"1.50\", from 0 to 1000000000, with at most 18 places" },
        { "submission.balanceSharePpm", "0", "submission.balanceSharePpm", "is 0", "a whole number from 1 to 16000000" },
        { "submission.balanceSharePpm", "16000001", "submission.balanceSharePpm", "is 16000001", "a whole number from 1 to 16000000" },
        { "submission.firstBidSharePpm", "1000001", "submission.firstBidSharePpm", "is 1000001", "a whole number from 0 to 1000000" },
        { "submission.bumpAfterMs", "-1", "submission.bumpAfterMs", "is -1", "a whole number from 0 to 3600000" },
        { "submission.confirmations", "true", "submission.confirmations", "is true", "a whole number from 1 to 1000" },
        { "breakers", """{ "gasWithoutSuccess": "0" }""", "breakers.gasWithoutSuccess", "is 0, at which the first transaction halts sending", "above 0" },
        { "breakers", """{ "consecutiveReverts": 0 }""", "breakers.consecutiveReverts", "is 0", "a whole number from 1 to 1000" },
        { "breakers", """{ "contradictedPlans": 1001 }""", "breakers.contradictedPlans", "is 1001", "a whole number from 1 to 1000" },
        { "breakers", """{ "minBalance": 1 }""", "breakers.minBalance", "is 1", "a decimal string such as \"1.50\", from 0 to 1000000000, with at most 18 places" },
        { "breakers", """{ "resumeAfterSeconds": 604801 }""", "breakers.resumeAfterSeconds", "is 604801", "a whole number from 0 to 604800" },
        { "control", """{ "socket": "/tmp/012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678" }""", "control.socket", "is /tmp/012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678, which is too long for a socket", "a path of at most 103 bytes" },
        { "http.listen", "\"127.0.0.1\"", "http.listen", "is \"127.0.0.1\"", "an IP address and a port, such as 127.0.0.1:9464" },
        { "http.listen", "\"127.0.0.1:70000\"", "http.listen", "is \"127.0.0.1:70000\"", "an IP address and a port, such as 127.0.0.1:9464" },
        { "logging.level", "\"loud\"", "logging.level", "is \"loud\"", "one of trace, debug, information, warning, error, critical" },
    };

    public static TheoryData<string, string?, string, string, string> Chain => new()
    {
        { "chainId", "1", "chains/31337.json: chainId", "is 1", "31337, as the file is named" },
        { "blockTimeMs", "-5", "chains/31337.json: blockTimeMs", "is -5", "a whole number from 50 to 600000" },
        { "ordering", "\"auction\"", "chains/31337.json: ordering", "is \"auction\"", "one of priorityFee, firstCome, privateAuction" },
        { "feeModel", "\"optimism\"", "chains/31337.json: feeModel", "is \"optimism\"", "one of eip1559, legacy, opStack, arbitrum" },
        { "nativePriceWorstCaseUsd", null, "chains/31337.json: nativePriceWorstCaseUsd", "is missing", "a decimal string such as \"1.50\", from 0 to 1000000000, with at most 18 places" },
        { "gasCap", "1", "chains/31337.json: gasCap", "is not a known key", "one of blockTimeMs, chainId, completeness, feeModel, finalityDepth, maxLogRange, multicall, name, nativePriceFeed, nativePriceMaxAgeSeconds, nativePriceWorstCaseUsd, ordering, publicMempool, transactionGasCap" },
    };

    public static TheoryData<string, string?, string, string, string> Protocol => new()
    {
        { "type", "\"aave\"", "protocols/refperps.json: type", "is \"aave\"", "one of refperps, aave-v3, morpho-blue, declared, package" },
        { "address", null, "protocols/refperps.json: address", "is missing", Address },
        { "implementationCodeHash", "\"0x12\"", "protocols/refperps.json: implementationCodeHash", "is \"0x12\"", "a hash: 0x and 64 hex digits" },
        { "deployBlock", "-1", "protocols/refperps.json: deployBlock", "is -1", "a whole number from 0 to 2147483647" },
    };

    [Theory]
    [InlineData("9", "1", "block", "is 9, not above deployBlock, which is 9", "a later block, or no section start: all of history is read then")]
    [InlineData("10", "# nobody", "accounts", "is {path}, which names no account", "a file with an account a line")]
    public void A_wrong_start_of_a_protocol_names_the_field(string block, string list, string field, string problem, string expected)
    {
        using var folder = new ConfigFolder();
        System.IO.File.WriteAllText(folder.In("protocols/accounts.txt"), list);
        ConfigFolder.Set(folder.ProtocolFile, "deployBlock", "9");
        ConfigFolder.Set(folder.ProtocolFile, "start", $$"""{ "block": {{block}}, "accounts": "accounts.txt" }""");
        Assert.Equal([new ConfigError($"protocols/refperps.json: start.{field}", problem.Replace("{path}", folder.In("protocols/accounts.txt"), StringComparison.Ordinal), expected)], folder.Load().Errors);
    }

    [Theory, MemberData(nameof(Main))]
    public void A_wrong_main_file_names_the_field_and_what_would_be_right(string path, string? json, string field, string problem, string expected) =>
        AssertOne(folder => folder.Main, path, json, new(field, problem, expected));

    [Theory, MemberData(nameof(Chain))]
    public void A_wrong_chain_profile_names_the_file_and_the_field(string path, string? json, string field, string problem, string expected) =>
        AssertOne(folder => folder.Chain, path, json, new(field, problem, expected));

    [Theory, MemberData(nameof(Protocol))]
    public void A_wrong_protocol_file_names_the_file_and_the_field(string path, string? json, string field, string problem, string expected) =>
        AssertOne(folder => folder.ProtocolFile, path, json, new(field, problem, expected));

    public static TheoryData<string, string, string, string> PendingUpdates => new()
    {
        { """{ "transmitters": [] }""", "chain.pendingUpdates.transmitters", "is empty", "[ \"0x...\" ], the addresses that send the updates of the feeds" },
        { """{ "transmitters": [ "0x12" ] }""", "chain.pendingUpdates.transmitters", "has an entry, 0, that is no address", "addresses: 0x and 40 hex digits, not all zero, with a right checksum or in one letter case" },
        { """{ "transmitters": [ "0x8464135c8f25da09e49bc8782676a84730c318bc" ], "maxBlocks": 17 }""", "chain.pendingUpdates.maxBlocks", "is 17", "a whole number from 1 to 16" },
    };

    [Theory, MemberData(nameof(PendingUpdates))]
    public void A_wrong_section_of_pending_updates_names_the_field(string json, string field, string problem, string expected)
    {
        using var folder = new ConfigFolder();
        ConfigFolder.Set(folder.Chain, "publicMempool", "true");
        ConfigFolder.Set(folder.Main, "chain.pendingUpdates", json);
        Assert.Equal([new ConfigError(field, problem, expected)], folder.Load().Errors);
    }

    [Fact]
    public void Pending_updates_need_a_public_mempool_and_a_socket()
    {
        using var folder = new ConfigFolder();
        ConfigFolder.Set(folder.Chain, "publicMempool", "true");
        ConfigFolder.Set(folder.Main, "chain.pendingUpdates", """{ "transmitters": [ "0x8464135c8f25da09e49bc8782676a84730c318bc" ] }""");
        var options = folder.Load().Require().Chain.PendingUpdates!;
        Assert.Equal((2, 1), (options.MaxBlocks, options.Transmitters.Count));
        ConfigFolder.Set(folder.Chain, "publicMempool", "false");
        ConfigFolder.Set(folder.Main, "chain.endpoints.0.ws", null);
        Assert.Equal(
            [
                new("chain.pendingUpdates", "is set, but by its profile anvil has no public mempool", "a chain whose profile says publicMempool, or no pendingUpdates"),
                new ConfigError("chain.pendingUpdates", "needs an endpoint that tells what waits", "ws in one of chain.endpoints"),
            ],
            folder.Load().Errors);
    }

    [Fact]
    public void A_chain_without_a_profile_names_the_path_and_those_that_are_there()
    {
        using var folder = new ConfigFolder();
        ConfigFolder.Set(folder.Main, "chain.id", "31338");
        Assert.Equal([new("chain.id", $"is 31338, for which {folder.In("chains/31338.json")} is missing", "a profile at that path, or one of 31337")], folder.Load().Errors);
    }

    [Fact]
    public void The_client_of_an_optional_package_is_refused_only_where_it_is_not_built_in()
    {
        using var folder = new ConfigFolder();
        ConfigFolder.Set(folder.Main, "chain.client", "\"nethereum\"");
        ConfigError[] expected = NethereumLibrary.Instance is null ? [new("chain.client", "is \"nethereum\", which this build does not contain", "native")] : [];
        Assert.Equal(expected, folder.Load().Errors);
    }

    [Fact]
    public void A_protocol_without_a_file_names_the_path()
    {
        using var folder = new ConfigFolder();
        ConfigFolder.Set(folder.Main, "protocols", "[\"other\"]");
        Assert.Equal([new("protocols[0]", $"is \"other\", for which {folder.In("protocols/other.json")} is missing", "a file at that path")], folder.Load().Errors);
    }

    [Fact]
    public void A_key_that_is_needed_must_be_there_with_its_password()
    {
        using var folder = new ConfigFolder();
        Assert.Equal(
            [
                new("key.keystore", $"names the file {folder.In("operator.json")}, which is missing", "a V3 keystore; `keeper key new --out FILE` makes one"),
                new("key.password", $"refers to the file {folder.In("password")}, which is missing", $"a file at {folder.In("password")} that holds the value"),
            ], folder.Load(Needs.Key).Errors);
        folder.Main.Remove("key");
        Assert.Equal("key", Assert.Single(folder.Load(Needs.Key).Errors).Field);
        Assert.Empty(folder.Load(Needs.None).Errors);
    }

    [Fact]
    public void Every_error_is_told_at_once()
    {
        using var folder = new ConfigFolder();
        ConfigFolder.Set(folder.Main, "chain.id", "0");
        ConfigFolder.Set(folder.Main, "chain.endpoints.0.name", "\"\"");
        ConfigFolder.Set(folder.Main, "executor.address", "\"0x\"");
        ConfigFolder.Set(folder.Main, "submission.confirmations", "-1");
        ConfigFolder.Set(folder.Main, "extra", "{}");
        ConfigFolder.Set(folder.ProtocolFile, "deployBlock", "-1");
        Assert.Equal(
            ["chain.id", "chain.endpoints[0].name", "executor.address", "protocols/refperps.json: deployBlock", "submission.confirmations", "extra"],
            folder.Load().Errors.Select(error => error.Field));
    }

    [Fact]
    public void The_same_key_twice_is_refused()
    {
        using var folder = new ConfigFolder();
        folder.Load();
        File.WriteAllText(folder.File, File.ReadAllText(folder.File).Replace("\"id\":31337", "\"id\":31337,\"id\":1", StringComparison.Ordinal));
        Assert.Contains(new ConfigError("chain.id", $"stands twice in {folder.File}", "each key once"), KeeperConfig.Load(folder.File, Needs.None, folder.Environment).Errors);
    }

    [Theory]
    [InlineData("{", "is not JSON (line 1, byte 2)")]
    [InlineData("[]", "does not hold a JSON object")]
    [InlineData("", "is not JSON (line 1, byte 1)")]
    public void A_file_that_is_no_object_is_one_error(string text, string problem)
    {
        using var folder = new ConfigFolder();
        File.WriteAllText(folder.File, text);
        var error = Assert.Single(KeeperConfig.Load(folder.File, Needs.None, folder.Environment).Errors);
        Assert.Equal((folder.File, problem), (error.Field, error.Problem));
    }

    [Fact]
    public void A_missing_file_names_its_path()
    {
        var error = Assert.Single(KeeperConfig.Load("/no/such/keeper.json", Needs.None, new Dictionary<string, string>()).Errors);
        Assert.Equal(("/no/such/keeper.json", "is missing"), (error.Field, error.Problem));
    }

    [Fact]
    public void Errors_do_not_show_what_may_be_secret()
    {
        const string Secret = "0x4c0883a69102937d6231471b5dbb6204fe512961708279f2e3e8a5d4b8e3f5c1";
        using var folder = new ConfigFolder();
        folder.Environment["TOKEN"] = Secret;
        foreach (var path in new[] { "chain.client", "chain.endpoints.0.http", "key.password", "executor.address", "executor.codeHash", "journal.synchronous", "http.listen", "logging.level" })
            ConfigFolder.Set(folder.Main, path, $"\"{Secret}x\"");
        ConfigFolder.Set(folder.Main, "executor.treasury", "\"env:TOKEN\"");
        ConfigFolder.Set(folder.Main, "chain.id", $"\"https://node.example/{Secret}\"");
        ConfigFolder.Set(folder.Main, $"{Secret}", "1");
        var errors = folder.Load().Errors;
        Assert.InRange(errors.Count, 9, 20);
        Assert.DoesNotContain(errors, error => error.ToString().Contains(Secret[2..30], StringComparison.OrdinalIgnoreCase));
    }

    private static void AssertOne(Func<ConfigFolder, System.Text.Json.Nodes.JsonObject> file, string path, string? json, ConfigError expected)
    {
        using var folder = new ConfigFolder();
        Assert.Empty(folder.Load().Errors);
        ConfigFolder.Set(file(folder), path, json);
        var result = folder.Load();
        Assert.Equal([expected], result.Errors);
        Assert.Equal(ExitCode.Config, Assert.Throws<StartupException>(result.Require).Code);
    }
}
