using System.Text.Json.Nodes;
using Keeper.Host.Configuration;

namespace Keeper.Tests.Host;

/// <summary>A folder with a configuration in which nothing is wrong, to be changed by a test.</summary>
internal sealed class ConfigFolder : IDisposable
{
    public const string Executor = "0x8464135c8f25da09e49bc8782676a84730c318bc";
    public const string Protocol = "0x5fbdb2315678afecb367f032d93f642f64180aa3";

    public const string Market = "0x1111111111111111111111111111111111111111111111111111111111111111";

    /// <summary>A file of the type morpho-blue with every key of its sections.</summary>
    public const string MorphoBlue = $$"""
        {
          "type": "morpho-blue", "address": "{{Protocol}}", "deployBlock": 0,
          "morphoBlue": { "markets": [ "{{Market}}" ], "loanTokens": [ { "token": "{{Executor}}", "usd": "1", "maxRepay": "250000" } ] },
          "capital": { "liquidator": "{{Executor}}", "sameTokens": [ "{{Executor}}" ], "routes": [ { "from": "{{Protocol}}", "to": "{{Executor}}", "swapper": "{{Executor}}", "path": "0x01", "costPpm": 3000 } ] }
        }
        """;

    public ConfigFolder()
    {
        Path = Directory.CreateTempSubdirectory("keeper-config-").FullName;
        Directory.CreateDirectory(In("chains"));
        Directory.CreateDirectory(In("protocols"));
        Write("chains/31337.json", Chain);
        Write("protocols/refperps.json", ProtocolFile);
        Write("keeper.json", Main);
    }

    public string Path { get; }
    public Dictionary<string, string> Environment { get; } = [];
    public JsonObject Main { get; } = (JsonObject)JsonNode.Parse($$"""
        {
          "chain": { "id": 31337, "client": "native", "endpoints": [ { "name": "local", "http": "http://127.0.0.1:1", "ws": "ws://127.0.0.1:1" } ] },
          "key": { "keystore": "operator.json", "password": "file:password" },
          "executor": { "address": "{{Executor}}" },
          "protocols": [ "refperps" ],
          "journal": { "path": "journal.db" },
          "planning": { "minProfitUsd": "1.50" },
          "submission": { "hardFeeCapGwei": "500" },
          "http": { "listen": "127.0.0.1:0" },
          "logging": { "level": "information" }
        }
        """)!;

    public JsonObject Chain { get; } = (JsonObject)JsonNode.Parse("""{ "chainId": 31337, "name": "anvil", "blockTimeMs": 1000, "nativePriceWorstCaseUsd": "10000" }""")!;
    public JsonObject ProtocolFile { get; } = (JsonObject)JsonNode.Parse($$"""{ "type": "refperps", "address": "{{Protocol}}", "deployBlock": 0 }""")!;

    /// <summary>The shipped example of a declared protocol.</summary>
    public static string Declared => System.IO.File.ReadAllText(System.IO.Path.Combine(Tidy.Repository.Root, "config", "protocols", "refperps-declared.json"));

    public string File => In("keeper.json");
    public string In(string name) => System.IO.Path.Combine(Path, name);
    public void Write(string name, JsonNode content) => System.IO.File.WriteAllText(In(name), content.ToJsonString());

    /// <summary>Puts a JSON value, or nothing for null, at a path such as <c>chain.endpoints.0.http</c>.</summary>
    public static void Set(JsonObject root, string path, string? json)
    {
        var parts = path.Split('.');
        JsonNode parent = root;
        foreach (var part in parts[..^1]) parent = int.TryParse(part, out var index) ? parent[index]! : parent[part]!;
        if (json is null) ((JsonObject)parent).Remove(parts[^1]);
        else if (parent is JsonArray array) array[int.Parse(parts[^1])] = JsonNode.Parse(json);
        else parent[parts[^1]] = JsonNode.Parse(json);
    }

    /// <summary>One more protocol, from JSON.</summary>
    public void AddProtocol(string name, string json)
    {
        Write($"protocols/{name}.json", JsonNode.Parse(json)!);
        ((JsonArray)Main["protocols"]!).Add(name);
    }

    public LoadResult Load(Needs needs = Needs.Executor)
    {
        Write("keeper.json", Main);
        Write("chains/31337.json", Chain);
        Write("protocols/refperps.json", ProtocolFile);
        return KeeperConfig.Load(File, needs, Environment);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
