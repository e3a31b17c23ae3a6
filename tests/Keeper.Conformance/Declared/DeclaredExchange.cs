using System.Text.Json.Nodes;
using Keeper.Core.Mirror;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Host.Configuration;
using Keeper.Host.Demo;
using Keeper.Protocols.Declared;

namespace Keeper.Conformance.Declared;

/// <summary>The reference exchange as if nobody knew it: the shipped example of a declared protocol with the addresses of a deployment.</summary>
internal static class DeclaredExchange
{
    public static DeclaredProtocol ProtocolOf(Deployment deployment, UndoLog undo, Action<JsonObject>? change = null) => new(SettingsOf(deployment, change), undo);

    public static ProtocolSettings SettingsOf(Deployment deployment, Action<JsonObject>? change = null)
    {
        var file = (JsonObject)JsonNode.Parse(File.ReadAllText(Shipped("refperps-declared.json")))!;
        var declared = file["declared"]!;
        declared["reward"]!["token"] = deployment.Token.ToString();
        declared["feeds"] = new JsonArray([.. deployment.Feeds.Select((proxy, i) => new JsonObject { ["name"] = $"feed{i}", ["proxy"] = proxy.ToString() })]);
        change?.Invoke((JsonObject)declared);
        return new("declared", "declared", deployment.Perps, 0, null) { Options = Read(file, deployment.Perps, deployment.Executor) };
    }

    /// <summary>A file that comes with the keeper.</summary>
    public static string Shipped(string name) => Path.Combine(Root(), "config", "protocols", name);

    public static DeclaredOptions Read(JsonObject file, Address contract, Address executor)
    {
        var folder = Directory.CreateTempSubdirectory("keeper-declared-");
        try
        {
            var (path, errors) = (Path.Combine(folder.FullName, "file.json"), new List<ConfigError>());
            File.WriteAllText(path, file.ToJsonString());
            var tree = ConfigFile.Read(path, "file.json", errors);
            var options = DeclaredSection.Read(new ConfigReader(new ConfigScope("", folder.FullName, new Dictionary<string, string>(), errors), tree), contract, executor);
            Assert.Empty(errors);
            return options!;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Keeper.sln"))) folder = folder.Parent;
        return folder.FullName;
    }
}
