using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Keeper.Core.Submission.Breakers;
using Keeper.Core.Submission.Policy;
using Keeper.Core.Telemetry;

namespace Keeper.Conformance.EndToEnd;

/// <summary>The page on faults names tests of more than one project: they are looked for in the sources.</summary>
public sealed partial class FaultDocumentTests
{
    private const string Controls = "## Mechanisms and their controls";

    private static readonly Lazy<HashSet<(string Class, string Test)>> There = new(() => TestsIn("tests"));

    [Fact]
    public void Every_test_that_the_page_on_faults_names_is_there()
    {
        var named = NamedIn(Page());
        Assert.True(named.Length > 30, $"{named.Length} tests are named.");
        Assert.All(named, test => Assert.Contains(test, There.Value));
    }

    [Fact]
    public void Every_mechanism_names_a_test_that_it_holds_and_another_that_shows_the_failure_without_it()
    {
        var rows = Page().Split(Controls, 2)[1].Split("\n## ")[0].Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1).ToArray();
        Assert.True(rows.Length > 30, $"{rows.Length} mechanisms are listed.");
        Assert.All(rows, row =>
        {
            var cells = row.Trim('|', ' ').Split(" | ");
            Assert.True(cells.Length == 3, row);
            var (holds, control) = (Assert.Single(NamedIn(cells[1])), Assert.Single(NamedIn(cells[2])));
            Assert.NotEqual(holds, control);
            Assert.All([holds, control], test => Assert.Contains(test, There.Value));
        });
    }

    /// <summary>A control that no mechanism names is one that nobody finds.</summary>
    [Fact]
    public void Every_control_of_the_sender_is_listed()
    {
        var (controls, listed) = (TestsIn("tests/Keeper.Tests/Submission/Controls"), NamedIn(Page().Split(Controls, 2)[1]));
        Assert.NotEmpty(controls);
        Assert.All(controls, control => Assert.Contains(control, listed));
    }

    /// <summary>By the names that metrics and the journal have for them.</summary>
    [Fact]
    public void Every_rule_of_the_gate_and_every_breaker_is_a_mechanism_of_its_own_row()
    {
        var named = MechanismLabel().Matches(string.Join('\n', Page().Split(Controls, 2)[1].Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Select(line => line.Split(" | ")[0])))
            .Select(match => match.Groups[1].Value).ToArray();
        string[] there = [.. Enum.GetValues<PolicyRule>().Select(Label.Of), .. Enum.GetValues<Breaker>().Select(Label.Of)];
        Assert.Equal(there.Order(StringComparer.Ordinal), named.Order(StringComparer.Ordinal));
    }

    /// <summary>The control of this page: what is no test is not taken for one.</summary>
    [Fact]
    public void A_test_that_is_not_there_is_missed()
    {
        Assert.Contains((nameof(FaultDocumentTests), nameof(A_test_that_is_not_there_is_missed)), There.Value);
        Assert.DoesNotContain((nameof(FaultDocumentTests), nameof(PathOf)), There.Value);
        Assert.DoesNotContain((nameof(FaultDocumentTests), "A_test_that_is_not_there"), There.Value);
    }

    private static HashSet<(string Class, string Test)> TestsIn(string folder) =>
    [
        .. Directory.EnumerateFiles(PathOf(folder), "*Tests*.cs", SearchOption.AllDirectories).Select(File.ReadAllText)
            .SelectMany(text => ClassOf().Match(text) is { Success: true } name ? Test().Matches(text).Select(test => (name.Groups[1].Value, test.Groups[1].Value)) : []),
    ];

    private static (string Class, string Test)[] NamedIn(string text) => [.. NamedTest().Matches(text).Select(match => (match.Groups[1].Value, match.Groups[2].Value))];

    private static string Page() => File.ReadAllText(PathOf("docs/faults.md"));

    private static string PathOf(string relative, [CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", relative);

    [GeneratedRegex(@"`([A-Za-z]+Tests)\.([A-Za-z0-9_]+)`")]
    private static partial Regex NamedTest();

    [GeneratedRegex("`([a-z_]+)`")]
    private static partial Regex MechanismLabel();

    [GeneratedRegex(@"\bclass ([A-Za-z0-9]+Tests)\b")]
    private static partial Regex ClassOf();

    /// <summary>The attributes of a test, then its head.</summary>
    [GeneratedRegex(@"\[[A-Za-z0-9]*(?:Fact|Theory)\b[^\n]*\n(?:\s*\[[^\n]*\n)*\s*public (?:async )?(?:Task|ValueTask|void) ([A-Za-z0-9_]+)\(")]
    private static partial Regex Test();
}
