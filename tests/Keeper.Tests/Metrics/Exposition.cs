using System.Globalization;
using System.Text.RegularExpressions;

namespace Keeper.Tests.Metrics;

/// <summary>Reads the text format into lines that are equal where two expositions say the same: order and the spelling of values apart.</summary>
internal static partial class Exposition
{
    private static readonly string[] Suffixes = ["_bucket", "_sum", "_count"];

    /// <summary>A line for each metric and each sample, in order: <c>name counter "help"</c> and <c>name{label="value"} 1</c>.</summary>
    public static string Canonical(string text) => string.Join('\n', Lines(text).Order(StringComparer.Ordinal));

    /// <summary>Without what the bridge counts of itself.</summary>
    public static string CanonicalWithoutOwn(string text) =>
        string.Join('\n', Lines(text).Where(line => !line.StartsWith("keeper_metrics_", StringComparison.Ordinal)).Order(StringComparer.Ordinal));

    public static IReadOnlyList<string> Names(string text) => Header().Matches(text).Select(match => match.Groups["name"].Value).ToArray();

    private static IEnumerable<string> Lines(string text)
    {
        var (open, help, seen) = ("", (string?)null, new HashSet<string>());
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith("# HELP ", StringComparison.Ordinal))
            {
                (open, help) = (line.Split(' ')[2], line[("# HELP ".Length + line.Split(' ')[2].Length)..].Trim());
                Assert.True(seen.Add(open), $"{open} has two headers");
            }
            else if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                var words = line.Split(' ');
                Assert.Equal((4, open), (words.Length, words[2]));
                yield return $"{open} {words[3]} \"{help}\"";
            }
            else
            {
                var sample = Sample().Match(line);
                Assert.True(sample.Success, "no sample: " + line);
                var name = sample.Groups["name"].Value;
                Assert.True(name == open || Suffixes.Any(suffix => name == open + suffix), $"{name} stands under {open}");
                // Labels stay in their order: both sort them.
                yield return $"{name}{{{sample.Groups["labels"].Value}}} {Value(sample.Groups["value"].Value)}";
            }
        }
    }

    private static string Value(string text) => text switch
    {
        "+Inf" or "Infinity" => "+Inf",
        "-Inf" or "-Infinity" => "-Inf",
        _ => double.Parse(text, CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture),
    };

    [GeneratedRegex("""^(?<name>[a-zA-Z_][a-zA-Z0-9_]*)(\{(?<labels>[a-zA-Z_][a-zA-Z0-9_]*="([^"\\]|\\.)*"(,[a-zA-Z_][a-zA-Z0-9_]*="([^"\\]|\\.)*")*)\})? (?<value>\S+)$""")]
    private static partial Regex Sample();

    [GeneratedRegex("^# TYPE (?<name>\\S+)", RegexOptions.Multiline)]
    private static partial Regex Header();
}
