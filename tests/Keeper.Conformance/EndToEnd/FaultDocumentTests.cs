using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Keeper.Conformance.EndToEnd;

public sealed partial class FaultDocumentTests
{
    [Fact]
    public void Every_test_that_the_page_on_faults_names_is_there()
    {
        var named = NamedTest().Matches(File.ReadAllText(PagePath())).Select(match => (Class: match.Groups[1].Value, Test: match.Groups[2].Value)).ToArray();
        Assert.True(named.Length > 30, $"{named.Length} tests are named.");
        var there = typeof(FaultDocumentTests).Assembly.GetTypes().SelectMany(type => type.GetMethods().Select(method => (type.Name, method.Name))).ToHashSet();
        Assert.All(named, test => Assert.Contains(test, there));
    }

    private static string PagePath([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "docs", "faults.md");

    [GeneratedRegex(@"`([A-Za-z]+Tests)\.([A-Za-z0-9_]+)`")]
    private static partial Regex NamedTest();
}
