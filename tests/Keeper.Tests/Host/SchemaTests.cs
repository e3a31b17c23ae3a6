using System.Text.Json;
using Keeper.Host.Configuration;

namespace Keeper.Tests.Host;

/// <summary>The JSON schemas say what the binder does: the same keys, types, defaults, bounds and choices.</summary>
public sealed class SchemaTests
{
    private static readonly string Shipped = Path.Combine(Root(), "config");

    [Theory]
    [InlineData("keeper")]
    [InlineData("chain")]
    [InlineData("protocol")]
    public void Schema_and_binder_know_the_same(string file)
    {
        using var folder = new ConfigFolder();
        ConfigFolder.Set(folder.Main, "orderFlow", """{ "endpoints": [ { "name": "relay", "url": "http://127.0.0.1:2" } ] }""");
        folder.AddProtocol("morpho", ConfigFolder.MorphoBlue);
        folder.AddProtocol("declared", ConfigFolder.Declared);
        folder.AddProtocol("own", $$"""{ "type": "package", "address": "{{ConfigFolder.Protocol}}", "deployBlock": 0, "package": { "path": "x", "type": "X", "settings": [ { "name": "x" } ] } }""");
        var known = folder.Load().Known[file].OrderBy(key => key.Path, StringComparer.Ordinal).Select(Describe);
        using var schema = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Shipped, $"{file}.schema.json")));
        Assert.Equal(known, Flatten(schema.RootElement, "").OrderBy(key => key.Path, StringComparer.Ordinal).Select(Describe));
    }

    [Theory]
    [InlineData("keeper")]
    [InlineData("chain")]
    [InlineData("protocol")]
    public void Schemas_refuse_unknown_keys_everywhere(string file)
    {
        using var schema = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Shipped, $"{file}.schema.json")));
        Check(schema.RootElement);

        static void Check(JsonElement element)
        {
            Assert.Equal("object", element.GetProperty("type").GetString());
            Assert.False(element.GetProperty("additionalProperties").GetBoolean());
            foreach (var member in element.GetProperty("properties").EnumerateObject())
            {
                if (member.Value.TryGetProperty("properties", out _)) Check(member.Value);
                else if (member.Value.TryGetProperty("items", out var items) && items.TryGetProperty("properties", out _)) Check(items);
            }
        }
    }

    [Fact]
    public void The_shipped_configuration_loads() =>
        Assert.Empty(KeeperConfig.Load(Path.Combine(Shipped, "keeper.json"), Needs.None, new Dictionary<string, string>()).Errors);

    [Fact]
    public void Each_shipped_chain_and_protocol_loads()
    {
        foreach (var chain in Directory.GetFiles(Path.Combine(Shipped, "chains"), "*.json"))
        {
            var environment = new Dictionary<string, string> { ["KEEPER__CHAIN__ID"] = Path.GetFileNameWithoutExtension(chain) };
            Assert.Empty(KeeperConfig.Load(Path.Combine(Shipped, "keeper.json"), Needs.None, environment).Errors);
        }
        foreach (var protocol in Directory.GetFiles(Path.Combine(Shipped, "protocols"), "*.json"))
        {
            // What is the operator's own stands in them as a reference.
            var environment = new Dictionary<string, string> { ["KEEPER__PROTOCOLS__0"] = Path.GetFileNameWithoutExtension(protocol), ["LIQUIDATOR"] = ConfigFolder.Executor, ["SWAPPER"] = ConfigFolder.Protocol };
            Assert.Empty(KeeperConfig.Load(Path.Combine(Shipped, "keeper.json"), Needs.None, environment).Errors);
        }
    }

    private static IEnumerable<KnownKey> Flatten(JsonElement section, string path)
    {
        var required = section.TryGetProperty("required", out var names) ? names.EnumerateArray().Select(name => name.GetString()!).ToHashSet() : [];
        foreach (var member in section.GetProperty("properties").EnumerateObject().Where(member => member.Name[0] != '$'))
        {
            var (name, schema) = (path + member.Name, member.Value);
            yield return new KnownKey(name, schema.GetProperty("type").GetString()!, required.Contains(member.Name))
            {
                Default = schema.TryGetProperty("default", out var value) ? value.GetRawText() : null,
                Minimum = schema.TryGetProperty("minimum", out var minimum) ? minimum.GetInt64() : null,
                Maximum = schema.TryGetProperty("maximum", out var maximum) ? maximum.GetInt64() : null,
                Choices = schema.TryGetProperty("anyOf", out var any) ? [.. any[0].GetProperty("enum").EnumerateArray().Select(choice => choice.GetString()!)] : null,
            };
            if (schema.TryGetProperty("properties", out _))
                foreach (var key in Flatten(schema, name + ".")) yield return key;
            else if (schema.TryGetProperty("items", out var items) && items.TryGetProperty("properties", out _))
                foreach (var key in Flatten(items, name + "[].")) yield return key;
        }
    }

    private static string Describe(KnownKey key) =>
        $"{key.Path}: {key.Type}{(key.IsRequired ? ", required" : "")}, default {key.Default ?? "-"}, {key.Minimum} to {key.Maximum}, {string.Join('|', key.Choices ?? [])}";

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Keeper.sln"))) folder = folder.Parent;
        return folder.FullName;
    }
}
