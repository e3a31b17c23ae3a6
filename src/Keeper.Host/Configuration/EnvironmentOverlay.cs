using System.Globalization;
using System.Text.Json;

namespace Keeper.Host.Configuration;

/// <summary>
/// Lays variables such as <c>KEEPER__CHAIN__ENDPOINTS__0__HTTP</c> over the tree of the main file: two underscores go one
/// level down, letter case does not matter, a number counts an array's elements from 0. What no key is called so is
/// refused by the reader, like an unknown key of a file.
/// </summary>
internal static class EnvironmentOverlay
{
    public const string Prefix = "KEEPER__";

    public static void Apply(ConfigNode.Section root, IReadOnlyDictionary<string, string> environment, List<ConfigError> errors)
    {
        foreach (var (variable, value) in environment.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (!variable.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)) continue;
            var leaf = new ConfigNode.Scalar(JsonValueKind.Undefined, value) { Variable = variable };
            if (!Place(root, variable[Prefix.Length..].Split("__"), leaf))
                errors.Add(new(variable, "does not name a place in the configuration", $"{Prefix}SECTION__KEY; elements of a list are numbered from 0 without a gap"));
        }
    }

    private static bool Place(ConfigNode parent, ReadOnlySpan<string> path, ConfigNode.Scalar leaf)
    {
        if (path[0].Length == 0) return false;
        var child = path.Length == 1 ? leaf : Existing(parent, path[0]);
        if (path.Length > 1)
        {
            // A list begins where the next part is a number.
            if (child is null or ConfigNode.Scalar) child = IsIndex(path[1]) ? new ConfigNode.Items { Variable = leaf.Variable } : new ConfigNode.Section { Variable = leaf.Variable };
            if (!Place(child, path[1..], leaf)) return false;
        }
        return Set(parent, path[0], child!);
    }

    private static ConfigNode? Existing(ConfigNode parent, string name) => parent switch
    {
        ConfigNode.Section section => section.Members.FirstOrDefault(member => Same(member.Key, name)).Value,
        ConfigNode.Items items when IsIndex(name) && Index(name) < items.Elements.Count => items.Elements[Index(name)],
        _ => null,
    };

    private static bool Set(ConfigNode parent, string name, ConfigNode child)
    {
        switch (parent)
        {
            case ConfigNode.Section section:
                section.Members[section.Members.Keys.FirstOrDefault(key => Same(key, name)) ?? name] = child;
                return true;
            case ConfigNode.Items items when IsIndex(name) && Index(name) <= items.Elements.Count:
                if (Index(name) == items.Elements.Count) items.Elements.Add(child);
                else items.Elements[Index(name)] = child;
                return true;
            default:
                return false;
        }
    }

    private static bool Same(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
    private static bool IsIndex(string text) => text.Length is > 0 and < 4 && text.All(char.IsAsciiDigit);
    private static int Index(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
