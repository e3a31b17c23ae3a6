using System.Text.RegularExpressions;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Protocols.AaveV3;

namespace Keeper.Host.Configuration;

/// <summary>The list <c>protocols</c>, and <c>protocols/&lt;name&gt;.json</c> beside the main file for each.</summary>
internal static partial class ProtocolFiles
{
    /// <summary>The adapters of this build by the names of their <c>type</c>.</summary>
    private static readonly Dictionary<string, string> Types = new() { ["refperps"] = "refperps", ["aave-v3"] = "aave-v3", ["morpho-blue"] = "morpho-blue", ["declared"] = "declared", ["package"] = "package" };

    /// <param name="executor">Null where none is configured.</param>
    public static (IReadOnlyList<ProtocolSettings> Protocols, IReadOnlyList<KnownKey> Known) Read(ConfigReader root, ConfigScope main, Address? executor)
    {
        var protocols = new List<ProtocolSettings>();
        var known = new List<KnownKey>();
        foreach (var (name, field) in root.Texts("protocols", "names of files in the folder protocols, such as [ \"refperps\" ]"))
        {
            // The name becomes a path, a label of metrics and a part of the journal's account names.
            if (!NameShape().IsMatch(name))
            {
                main.Errors.Add(new(field, $"is \"{Core.Chain.ForeignText.Clean(name, 60)}\"", "lower-case letters, digits and dashes"));
                continue;
            }
            var label = $"protocols/{name}.json";
            var path = Path.Combine(main.Folder, label);
            if (!File.Exists(path))
            {
                main.Errors.Add(new(field, $"is \"{name}\", for which {path} is missing", "a file at that path"));
                continue;
            }
            var scope = new ConfigScope($"{label}: ", Path.GetDirectoryName(path)!, main.Environment, main.Errors);
            if (ConfigFile.Read(path, label, main.Errors) is not { } tree) continue;
            protocols.Add(ReadOne(name, new ConfigReader(scope, tree), executor));
            known.AddRange(scope.Known.Where(key => known.TrueForAll(other => other.Path != key.Path)));
        }
        return (protocols, known);
    }

    private static ProtocolSettings ReadOne(string name, ConfigReader reader, Address? executor)
    {
        var settings = new ProtocolSettings(
            name,
            reader.Choice("type", Types),
            reader.Address("address", isRequired: true) ?? default,
            (ulong)reader.Integer("deployBlock", 0, int.MaxValue),
            reader.Hash("codeHash"),
            reader.Hash("implementationCodeHash"));
        reader.Pass("$sources");
        settings = settings with { Start = StartSection.Read(reader, settings.DeployBlock), Options = OptionsOf(settings, reader, executor) };
        reader.Finish();
        return settings;
    }

    /// <summary>The sections that this type alone has: those of others are unknown keys to it.</summary>
    private static ProtocolOptions? OptionsOf(ProtocolSettings settings, ConfigReader reader, Address? executor) => settings.Type switch
    {
        "aave-v3" => new AaveV3Options(CapitalSection.Read(reader)),
        "morpho-blue" => MorphoBlueSection.Read(reader),
        "declared" => DeclaredSection.Read(reader, settings.Address, executor),
        "package" => PackageSection.Read(reader),
        _ => null,
    };

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,31}$")]
    private static partial Regex NameShape();
}
