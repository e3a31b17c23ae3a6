using System.Text.RegularExpressions;

namespace Keeper.Tests.Tidy;

/// <summary>Reads which paths ARCHITECTURE.md speaks of.</summary>
internal static partial class ArchitectureDocument
{
    private static readonly string[] Roots = ["src", "tests", "contracts", "config", "docs", "eng", ".ci", "Keeper.Core", "Keeper.Protocols", "Keeper.Chain.Native", "Keeper.Chain.Nethereum", "Keeper.Journal", "Keeper.Host"];

    /// <summary>Paths from the root that the text names in backticks or in a layout tree.</summary>
    public static IReadOnlyList<string> Paths(string markdown) =>
        Fence().Matches(markdown).SelectMany(block => TreePaths(block.Groups[1].Value))
            .Concat(Backticks().Matches(Fence().Replace(markdown, "")).Select(match => match.Groups[1].Value).Where(LooksLikeAPath))
            .Select(Normal).Distinct().ToArray();

    /// <summary>
    /// The paths of an indented tree: a line whose first word ends in a slash opens a directory; files count when they have an
    /// extension or the line holds nothing else. What stands behind two spaces is remark.
    /// </summary>
    private static IEnumerable<string> TreePaths(string block)
    {
        var open = new Stack<(int Indent, string Path)>();
        foreach (var line in block.Split('\n'))
        {
            var trimmed = line.TrimStart(' ', '\t', '│', '├', '└', '─');
            if (trimmed.Length == 0) continue;
            var indent = line.Length - trimmed.Length;
            while (open.Count > 0 && open.Peek().Indent >= indent) open.Pop();
            var parent = open.Count > 0 ? open.Peek().Path : "";
            var isDirectory = TreeWord().Match(trimmed) is { Success: true } word && word.Value.EndsWith('/');
            // A line may name several files with one blank between them; a remark stands further off.
            foreach (var name in Remark().Split(trimmed.TrimEnd())[0].Split(' ').Where(name => TreeWord().Match(name).Length == name.Length && (name.EndsWith('/') || Extension().IsMatch(name)))) yield return parent + name;
            if (isDirectory) open.Push((indent, parent + TreeWord().Match(trimmed).Value));
        }
    }

    private static bool LooksLikeAPath(string text) =>
        TreeWord().Match(text).Length == text.Length && !text.Contains("..", StringComparison.Ordinal)
        && (Roots.Any(root => text.StartsWith(root + "/", StringComparison.Ordinal)) || Roots.Contains(text.TrimEnd('/')) && text.EndsWith('/') || RootFile().IsMatch(text));

    private static string Normal(string path)
    {
        var bare = path.TrimEnd('/');
        return bare.StartsWith("Keeper.", StringComparison.Ordinal) && !RootFile().IsMatch(bare) ? "src/" + bare : bare;
    }

    [GeneratedRegex(@"^```[^\n]*\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"`([^`\n]+)`")]
    private static partial Regex Backticks();

    [GeneratedRegex(@"^[A-Za-z0-9_./-]+")]
    private static partial Regex TreeWord();

    [GeneratedRegex(@"\.(cs|csproj|proj|sln|md|json|props|targets|txt|sol|toml|yml|yaml|sh|mjs|js|editorconfig|gitignore)$|^Dockerfile$|^LICENSE$")]
    private static partial Regex Extension();

    [GeneratedRegex(@"^[A-Za-z.]+\.(sln|md|props|targets|json|txt|editorconfig)$|^Dockerfile$|^LICENSE$")]
    private static partial Regex RootFile();

    [GeneratedRegex(@"\s{2,}")]
    private static partial Regex Remark();
}
