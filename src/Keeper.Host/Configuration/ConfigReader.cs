using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Keeper.Core.Chain;

namespace Keeper.Host.Configuration;

/// <summary>
/// Reads one object strictly and to its end: each key that is asked for becomes known, <see cref="Finish"/> refuses the rest.
/// What is wrong is collected, and the value is then a stand-in, so that one run finds every error.
/// </summary>
internal sealed partial class ConfigReader
{
    private readonly ConfigScope _scope;
    private readonly ConfigNode.Section? _section;
    private readonly string _path;
    private readonly bool _silent;
    private readonly HashSet<string> _known = [];

    /// <param name="section">Null where the object is missing: keys are then made known and nothing else is said.</param>
    public ConfigReader(ConfigScope scope, ConfigNode.Section? section, string path = "")
    {
        (_scope, _section, _path, _silent) = (scope, section, path, section is null);
        // Both are for people and their editors.
        if (path.Length == 0) _known.Add("$schema");
        _known.Add("$comment");
    }

    public bool IsPresent => _section is not null;

    /// <summary>The key stands there, whatever its value.</summary>
    public bool Has(string name) => Find(name) is not (null or ConfigNode.Scalar { Kind: JsonValueKind.Null });

    /// <summary>A key for people alone: it may stand there, and is not read.</summary>
    public void Pass(string name) => _known.Add(name);

    /// <summary>An object within this one.</summary>
    public ConfigReader Section(string name, bool isRequired)
    {
        var node = Ask(new(Pattern(name), "object", isRequired), name, "{ ... }");
        if (node is not (null or ConfigNode.Section)) Fail(name, node, $"is {Kind(node)}", "an object, { ... }");
        return new(_scope, node as ConfigNode.Section, Path(name));
    }

    /// <summary>The objects of a list, at least one where the list stands there.</summary>
    public IReadOnlyList<ConfigReader> Sections(string name, bool isRequired = true)
    {
        var readers = new List<ConfigReader>();
        foreach (var (node, path) in Elements(name, "array", "[ { ... } ]", isRequired))
        {
            if (node is ConfigNode.Section section) readers.Add(new(_scope, section, path));
            else Report(path, node, $"is {Kind(node)}", "an object, { ... }");
        }
        return readers;
    }

    /// <summary>The strings of a list, at least one, each once.</summary>
    public IReadOnlyList<(string Text, string Path)> Texts(string name, string expected)
    {
        var texts = new List<(string, string)>();
        foreach (var (node, path) in Elements(name, "array", expected))
        {
            if (Resolve(node, path, "a string") is not { } text) continue;
            if (texts.Any(other => other.Item1 == text)) Report(path, node, $"repeats {Show(node)}", "each name once");
            else texts.Add((text, path));
        }
        return texts;
    }

    /// <summary>The strings of a list that may be missing, empty, or hold one twice.</summary>
    public IReadOnlyList<string> Strings(string name, string expected)
    {
        var texts = new List<string>();
        var node = Ask(new(Pattern(name), "array", IsRequired: false), name, expected);
        if (node is not (null or ConfigNode.Items)) Fail(name, node, $"is {Kind(node)}", expected);
        foreach (var element in (node as ConfigNode.Items)?.Elements ?? []) texts.Add(Resolve(element, $"{Path(name)}[{texts.Count.ToString(CultureInfo.InvariantCulture)}]", "a string") ?? "");
        return texts;
    }

    /// <summary>Refuses every key that nobody asked for.</summary>
    public void Finish()
    {
        if (_section is null) return;
        foreach (var (key, node) in _section.Members)
        {
            if (_known.Contains(key) || (node.Variable is not null && _known.Any(known => SameName(known, key)))) continue;
            var keys = _known.Where(known => known[0] != '$').Order(StringComparer.Ordinal);
            var nearest = NearestKey.Find(key, keys);
            Report(Path(ForeignText.Clean(Mask(key), 60)), node, "is not a known key", nearest is null ? $"one of {string.Join(", ", keys)}" : nearest);
        }
    }

    /// <summary>Says that a key's value is wrong for a reason that this reader cannot know.</summary>
    public void Fail(string name, string problem, string expected) => Fail(name, Find(name), problem, expected);

    private void Fail(string name, ConfigNode? node, string problem, string expected) => Report(Path(name), node, problem, expected);

    private void Report(string path, ConfigNode? node, string problem, string expected)
    {
        if (_silent) return;
        var origin = node?.Variable is { } variable ? $" ({ForeignText.Clean(variable, 80)})" : "";
        _scope.Errors.Add(new($"{_scope.Label}{path}{origin}", problem, expected));
    }

    private IEnumerable<(ConfigNode Node, string Path)> Elements(string name, string type, string expected, bool isRequired = true)
    {
        var node = Ask(new(Pattern(name), type, isRequired), name, expected);
        if (node is ConfigNode.Items { Elements.Count: > 0 } items) return items.Elements.Select((element, index) => (element, $"{Path(name)}[{index.ToString(CultureInfo.InvariantCulture)}]"));
        if (node is not null) Fail(name, node, node is ConfigNode.Items ? "is empty" : $"is {Kind(node)}", expected);
        return [];
    }

    /// <summary>Makes the key known. Null where it is missing, which is told where it is required.</summary>
    private ConfigNode? Ask(KnownKey key, string name, string expected)
    {
        _known.Add(name);
        if (!_scope.Known.Any(known => known.Path == key.Path)) _scope.Known.Add(key);
        var node = Find(name);
        if (node is ConfigNode.Scalar { Kind: JsonValueKind.Null }) node = null;
        if (node is null && key.IsRequired) Fail(name, null, "is missing", expected);
        return node;
    }

    private ConfigNode? Find(string name)
    {
        if (_section is null) return null;
        if (_section.Members.TryGetValue(name, out var node)) return node;
        return _section.Members.FirstOrDefault(member => member.Value.Variable is not null && SameName(member.Key, name)).Value;
    }

    private string Path(string name) => _path.Length == 0 ? name : $"{_path}.{name}";
    private string Pattern(string name) => Index().Replace(Path(name), "[]");
    private static bool SameName(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"\[\d+\]")]
    private static partial Regex Index();
}
